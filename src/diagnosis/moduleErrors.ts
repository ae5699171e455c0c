import { openFile, type TextRule } from './rule.ts';

/** Code that is not in the image, in the words of each language. */
export const moduleErrors: readonly TextRule[] = [
  {
    id: 'L10',
    match: /Cannot find (?:module|package) ['"]([^'"\n]+)['"]/,
    cause: (name) =>
      isPath(name())
        ? `the file ${name()} is not in the image.`
        : `the module ${name()} is not installed in the image.`,
    remedy: (name) =>
      isPath(name())
        ? 'Check that the build makes this file and that the start command names the right one (.dockerignore may also leave it out).'
        : `Add ${name() || 'it'} to the dependencies (not devDependencies) in package.json, commit the lock file and deploy again.`,
    offer: () => openFile('package.json'),
  },
  {
    id: 'L11',
    match: /No module named ['"]?([\w.]+)|Error loading ASGI app\. Could not import module "([^"]+)"/,
    cause: (name) => `the Python module ${name()} is not in the image.`,
    remedy: (name) =>
      `Add its package to requirements.txt or pyproject.toml; if ${name() || 'it'} is your own, check the start command and the folder it runs in.`,
  },
  {
    id: 'L12',
    match: /Failed to find attribute '(\w+)' in|Attribute "(\w+)" not found in module/,
    cause: (name) => `the start command names the app object ${name()}, which does not exist in that module.`,
    remedy: 'Correct the start command, such as `gunicorn main:app`.',
  },
  {
    id: 'L13',
    match: /ImportError: cannot import name '?(\w+)'? from '?([\w.]+)/,
    cause: (name) =>
      `the Python module ${name(2)} of the image has no ${name()}: it is another version than the code expects.`,
    remedy: 'Pin the version that the code was written for in requirements.txt or pyproject.toml, and deploy again.',
  },
  {
    id: 'L14',
    match:
      /cannot load such file -- (\S+)|Could not find (\S+) in (?:any of the sources|locally installed gems)|Could not find gem '([^'\n]+)'/,
    cause: (name) => `the gem or file ${name()} is not in the image.`,
    remedy: 'Add it to the Gemfile outside the groups development and test, commit Gemfile.lock and deploy again.',
    offer: () => openFile('Gemfile'),
  },
  {
    id: 'L15',
    match: /Could not find or load main class (\S+)|no main manifest attribute, in (\S+)/,
    cause: (name) => `Java does not find the class to start (${name()}).`,
    remedy: 'Start the jar that the build makes runnable, and check its name and its main class in the start command.',
  },
  {
    id: 'L16',
    match: /(?:java\.lang\.)?(?:ClassNotFoundException|NoClassDefFoundError): ([\w.$/]+)/,
    cause: (name) => `the Java class ${name()} is not in the image.`,
    remedy:
      'Add the library that holds it with a scope that reaches the running app (not `provided` or `test`), and build the whole jar.',
  },
  {
    id: 'L17',
    match: /UnsupportedClassVersionError: (\S+) has been compiled by a more recent version/,
    cause: (name) => `the Java of the image is older than the one that ${name()} was compiled for.`,
    remedy: 'Use a base image with the Java version of the build, or compile for the older one.',
  },
  {
    id: 'L18',
    match: /Class ["']([\w\\]+)["'] not found|Failed opening required '([^'\n]+)'/,
    cause: (name) => `PHP does not find ${name()} in the image.`,
    remedy:
      'Run `composer install --no-dev` in the Dockerfile, and check that vendor and the autoloader are in the image.',
  },
  {
    id: 'L19',
    match:
      /no required module provides package ([\w./-]+)|cannot find package "([^"\n]+)"|package ([\w./-]+) is not in (?:std|GOROOT)/,
    cause: (name) => `the Go package ${name()} is not in the module.`,
    remedy: 'Run `go mod tidy`, commit go.mod and go.sum, and start the compiled program instead of `go run`.',
    offer: () => openFile('go.mod'),
  },
  {
    id: 'L20',
    match: /Could not load file or assembly '([\w.]+)|The application to execute does not exist: '([^'\n]+)'/,
    cause: (name) => `.NET does not find ${name()} in the image.`,
    remedy: 'Copy the whole output of `dotnet publish` into the image, and name its .dll in the start command.',
  },
  {
    id: 'L21',
    match:
      /SyntaxError: Cannot use import statement outside a module|ReferenceError: require is not defined in ES module scope|ERR_REQUIRE_ESM|Unknown file extension "(\.\w+)"/,
    cause: (name) =>
      name()
        ? `Node cannot run files that end in ${name()}: they have to be compiled first.`
        : 'Node reads the code as another kind of module (ESM or CommonJS) than it is written as.',
    remedy: (name) =>
      name()
        ? 'Let the image run the build, and start what it makes (such as dist/index.js).'
        : 'Set `"type": "module"` in package.json for ESM, or leave it out for CommonJS; compiled code must be of the kind that is set.',
    offer: () => openFile('package.json'),
  },
];

function isPath(name: string): boolean {
  return /^[./]|^\w:\\/.test(name);
}
