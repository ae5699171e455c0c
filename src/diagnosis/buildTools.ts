import { openFile, retry, type TextRule } from './rule.ts';

const packageJson = () => openFile('package.json');

/** What package managers say. */
export const packageRules: readonly TextRule[] = [
  {
    id: 'B20',
    match:
      /`npm ci` can only install (?:packages when your package\.json and package-lock\.json|with an existing package-lock)|npm ci` can only install/,
    cause: 'package-lock.json is missing or does not fit package.json.',
    remedy: 'Run `npm install`, commit package-lock.json and deploy again.',
    offer: packageJson,
  },
  {
    id: 'B21',
    match:
      /ERR_PNPM_OUTDATED_LOCKFILE|ERR_PNPM_NO_LOCKFILE|lockfile needs to be updated|The lockfile would have been modified by this install|lockfile had changes, but lockfile is frozen/,
    cause: 'the lock file is missing or does not fit package.json.',
    remedy: 'Run the install of your package manager, commit the lock file and deploy again.',
    offer: packageJson,
  },
  {
    id: 'B22',
    match:
      /ERESOLVE (?:unable to resolve dependency tree|could not resolve)(?:[\s\S]{0,400}?Could not resolve dependency:\s*\n?[^\n]*?peer ([^\s"]+@?[^\n]{0,40}? from \S+))?/,
    cause: (name) => `npm cannot make the versions of the packages fit${name() && ` (${name()})`}.`,
    remedy:
      'Bring the packages that it names to versions that go together, and commit package-lock.json; --legacy-peer-deps only hides it.',
    offer: packageJson,
  },
  {
    id: 'B23',
    match:
      /npm (?:ERR!|error) 404 +(?:Not Found - GET \S+\/)?'?([@\w./%-]+?)(?:@\S+)?'? (?:is not in (?:this|the npm) registry|- Not found|could not be found)|ERR_PNPM_FETCH_404[^\n]*?\/([@\w./%-]+): Not Found/,
    cause: (name) => `the package ${name()} is not in the npm registry.`,
    remedy: 'Check its name and version; a private package needs an .npmrc with its registry and a token.',
    offer: packageJson,
  },
  {
    id: 'B24',
    match: /npm (?:ERR!|error) code (E401|E403)|ERR_PNPM_FETCH_40[13]/,
    cause: 'the npm registry did not accept the login.',
    remedy: 'Give the build a token for the private registry (an .npmrc that reads it from a build secret).',
  },
  {
    id: 'B25',
    match: /Missing script:? ["']?([\w:.-]+)|error Command "([^"\n]+)" not found/i,
    cause: (name) => `package.json has no script ${name()}.`,
    remedy: (name) => `Add the script ${name()} to package.json, or take it out of the Dockerfile.`,
    offer: packageJson,
  },
  {
    id: 'B26',
    match: /(?:enoent|ENOENT)[^\n]*open '?[^'\n]*package\.json|Couldn't find a package\.json/,
    cause: 'there is no package.json where the build looks for it.',
    remedy: 'COPY package.json before the install, and check WORKDIR and the folder that is deployed.',
    offer: () => openFile('Dockerfile'),
  },
  {
    id: 'B27',
    match:
      /EBADENGINE Unsupported engine(?:[\s\S]{0,200}?required: \{ node: '([^'\n]+)')?|The engine "node" is incompatible with this module\. Expected version "([^"\n]+)"|You are using Node\.js ([\d.]+)\. For Next\.js|Unsupported engine[^\n]*wanted: \{"node":"([^"\n]+)/,
    cause: (name) => `a package wants another version of Node than the base image has${name() && ` (${name()})`}.`,
    remedy: 'Use that version of Node in the FROM line, and set `engines` in package.json.',
    certainty: 'likely',
    offer: () => openFile('Dockerfile'),
  },
  {
    id: 'B28',
    match: /ERR_OSSL_EVP_UNSUPPORTED|digital envelope routines::unsupported/,
    cause: 'the build tool is too old for this version of Node (OpenSSL 3).',
    remedy: 'Update webpack or react-scripts; NODE_OPTIONS=--openssl-legacy-provider helps for the time being.',
  },
  {
    id: 'B29',
    match:
      /gyp ERR! (?:find Python|stack Error: not found: make|build error)|make: (?:g\+\+|cc|gcc): (?:Command not found|No such file)|Could not find any Python installation/,
    cause: 'a package has to be compiled, and the base image lacks the tools for it (python3, make, g++).',
    remedy:
      'Install them before the install of the packages (`apt-get install -y python3 make g++`), or use the base image without -slim or -alpine.',
    offer: () => openFile('Dockerfile'),
  },
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
