import { openFile, retry, type TextRule } from './rule.ts';

/** What the package managers of Python, Go, Rust, Ruby, PHP and Java say. */
export const packageRules: readonly TextRule[] = [
  {
    id: 'B30',
    match:
      /No matching distribution found for ([^\s]+)|Could not find a version that satisfies the requirement ([^\s(]+)/,
    cause: (name) => `pip finds no version of ${name()} that fits this Python.`,
    remedy: 'Check name and version in requirements.txt or pyproject.toml, and the Python version of the base image.',
    offer: () => openFile('requirements.txt'),
  },
  {
    id: 'B31',
    match:
      /ResolutionImpossible|Cannot install ([^\n]+?) because these package versions have conflicting dependencies|version solving failed/,
    cause: (name) => `the versions of the Python packages do not go together${name() && ` (${name()})`}.`,
    remedy: 'Loosen or change the versions that are named.',
  },
  {
    id: 'B32',
    match: /Could not open requirements file: [^\n]*?'([^'\n]+)'/,
    cause: (name) => `the file ${name()} is not in the image when pip wants it.`,
    remedy: 'COPY it before the `pip install` line, and check that it is committed.',
    offer: () => openFile('Dockerfile'),
  },
  {
    id: 'B33',
    match:
      /(pg_config executable not found|error: command '(?:gcc|cc|x86_64-linux-gnu-gcc)' failed|mysql_config not found)/,
    cause: (name) => `a Python package has to be compiled, and the base image lacks what it needs (${name()}).`,
    remedy:
      'Install the compiler and the -dev packages with apt-get before, or take the binary package (such as psycopg2-binary).',
    offer: () => openFile('Dockerfile'),
  },
  {
    id: 'B34',
    match:
      /(?:Failed building wheel for|Failed to build(?: installable wheels for some pyproject\.toml based projects)?:?) ([\w.-]+)/,
    cause: (name) => `the Python package ${name()} could not be built.`,
    remedy:
      'Read the lines above it; often a system package is missing, or there is no ready-made package for this Python version yet.',
    general: true,
    certainty: 'likely',
  },
  {
    id: 'B35',
    match:
      /missing go\.sum entry for (?:module providing package |go\.mod file; to add it:\s*)?([\w./-]*)|no required module provides package ([\w./-]+)|go: updates to go\.(?:mod|sum) needed/,
    cause: (name) => `go.mod and go.sum do not fit the code${name() && ` (${name()})`}.`,
    remedy: 'Run `go mod tidy`, and commit both files.',
    offer: () => openFile('go.mod'),
  },
  {
    id: 'B36',
    match: /go\.mod requires go >= ?([\d.]+)|invalid go version '([^'\n]+)'|note: module requires Go ([\d.]+)/,
    cause: (name) => `the code wants Go ${name()}, and the base image has another version.`,
    remedy: 'Use a base image with that version in the FROM line.',
    offer: () => openFile('Dockerfile'),
  },
  {
    id: 'B37',
    match:
      /error: failed to select a version for (?:the requirement )?`([^`\n]+)`|error: no matching package named `([^`\n]+)` found/,
    cause: (name) => `cargo finds no version of ${name()} that fits.`,
    remedy: 'Correct Cargo.toml, run `cargo update` and commit Cargo.lock.',
    offer: () => openFile('Cargo.toml'),
  },
  {
    id: 'B38',
    match:
      /the lock file [^\n]* needs to be updated but --locked was passed|requires rustc ([\d.]+)|lock file version `?(\d+)`? was found, but this version of Cargo/,
    cause: 'Cargo.lock does not fit Cargo.toml or the version of Rust in the base image.',
    remedy: 'Run `cargo update` with the Rust version of the base image, commit Cargo.lock, or use a newer image.',
    offer: () => openFile('Cargo.toml'),
  },
  {
    id: 'B39',
    match:
      /Could not find gem '([^'\n]+)'|Your bundle only supports platforms \[([^\]\n]+)\]|Could not find ([\w-]+)[-\s(][^\n]*in (?:any of the sources|locally installed gems)/,
    cause: (name) => `bundler cannot install what Gemfile.lock asks for (${name()}).`,
    remedy: 'Run `bundle lock --add-platform x86_64-linux`, commit Gemfile.lock and deploy again.',
    offer: () => openFile('Gemfile'),
  },
  {
    id: 'B40',
    match:
      /Your requirements could not be resolved to an installable set of packages|requires (?:php|ext-\w+) [^\n]+your php version|it is missing from your system\. Install or enable PHP's (\w+) extension/,
    cause: (name) =>
      name()
        ? `composer needs the PHP extension ${name()}, which the base image lacks.`
        : 'composer finds no set of packages that fits this PHP.',
    remedy:
      'Install the extension (`docker-php-ext-install`) or use a base image with the PHP version that composer.json wants.',
    offer: () => openFile('composer.json'),
  },
  {
    id: 'B41',
    match:
      /Could not resolve dependencies for project ([\w.:-]+)|Could not (?:find artifact|resolve) ([\w.:-]+:[\w.:-]+)/,
    cause: (name) => `a Java library could not be found (${name()}).`,
    remedy: 'Check its version and its repository in pom.xml or build.gradle, and the network of the build.',
    certainty: 'likely',
    offer: retry,
  },
];
