import type { LogRule } from './crash.ts';

const variable = '([A-Z][A-Z0-9_]{2,})';
/** A word in capitals may be anything (`missing CSS`); with an underscore it is a variable. */
const snake = '[`\'"]?([A-Z][A-Z0-9]*_[A-Z0-9_]+)[`\'"]?';
const quoted = `[\`'"]?${variable}[\`'"]?`;
const absent = '(?:missing|required|not (?:set|defined|provided|configured|found)|undefined|unset|empty)';

/** Every wording that names an environment variable which is not there; names are in capitals, so the case counts. */
const missingVariable = new RegExp(
  [
    `KeyError: '${variable}'`,
    `key not found: "${variable}"`,
    `[Ee]nvironment variables? (?:is )?${absent}:? ${quoted}`,
    `(?:[Mm]issing|[Rr]equired|[Ii]nvalid|[Uu]ndefined|[Uu]nset)[^\\n]{0,20}\\b(?:[Ee]nv(?:ironment)?|ENV)\\b[^\\nA-Z]{0,30}\\n?[^\\nA-Z]{0,10}${quoted}`,
    `(?:[Mm]issing|[Rr]equired):? (?:[a-z]+ ){0,3}${snake}(?=[\\s.,;]|$)`,
    `${quoted}(?: [Ee]nvironment variable| env var| setting)?:? (?:(?:is|was|are) (?:a )?|must |has |cannot )(?:not been set|not be empty|be (?:set|defined|provided)|be empty|${absent})\\b`,
    `${snake}:? ${absent}\\b`,
    `[Ss]et the ${variable} environment variable`,
    `Could not resolve placeholder '${variable}'`,
    'Missing `(secret_key_base)` for',
    // pydantic-settings: the name stands above, in small letters
    `^([a-z][a-z0-9_]*)\\nField required \\[type=missing`,
  ].join('|'),
  'm',
);

/** What is missing in the image or in the task: modules, files, commands, variables. The telling ones come first. */
export const appErrors: readonly LogRule[] = [
  {
    match: /Cannot find (?:module|package) ['"]([^'"\n]+)['"]/,
    cause: (name) =>
      isPath(name())
        ? `the file ${name()} is not in the image.`
        : `the module ${name()} is not installed in the image.`,
    remedy: (name) =>
      isPath(name())
        ? 'Check that the build makes this file and that the start command names the right one (.dockerignore may also leave it out).'
        : `Add ${name() || 'it'} to the dependencies (not devDependencies) in package.json, commit the lock file and deploy again.`,
  },
  {
    match: /No module named ['"]?([\w.]+)|Error loading ASGI app\. Could not import module "([^"]+)"/,
    cause: (name) => `the Python module ${name()} is not in the image.`,
    remedy: (name) =>
      `Add its package to requirements.txt or pyproject.toml; if ${name() || 'it'} is your own, check the start command and the folder it runs in.`,
  },
  {
    match: /Failed to find attribute '(\w+)' in|Attribute "(\w+)" not found in module/,
    cause: (name) => `the start command names the app object ${name()}, which does not exist in that module.`,
    remedy: 'Correct the start command, such as `gunicorn main:app`.',
  },
  {
    match: /cannot load such file -- (\S+)|Could not find (\S+) in any of the sources|Could not find gem '([^'\n]+)'/,
    cause: (name) => `the gem or file ${name()} is not in the image.`,
    remedy: 'Add it to the Gemfile outside the groups development and test, commit Gemfile.lock and deploy again.',
  },
  {
    match:
      /Missing script:? ["']?([\w:.-]+)|ERR_PNPM_NO_SCRIPT\w*\s+Missing script:? (\S+)|error Command "([^"\n]+)" not found/i,
    cause: (name) => `package.json has no script ${name()}.`,
    remedy: (name) => `Add the script ${name()} to package.json, or set another start command.`,
  },
  {
    match: /Could not find a production build in the '([^'\n]+)' directory/,
    cause: (name) => `the built Next.js app (${name()}) is not in the image.`,
    remedy: 'Let the image run `next build` before it starts, and do not leave the folder out in .dockerignore.',
  },
  {
    match: missingVariable,
    cause: (name) => `the environment variable ${name()} is not set.`,
    remedy: (name) =>
      `Set ${name() || 'it'} in the settings of the project, as a secret if it is one, and deploy again.`,
  },
  {
    match:
      /ENOENT: no such file or directory, open '([^'\n]+)'|can't open file '([^'\n]+)'|Unable to access jarfile (\S+)|FileNotFoundError: \[Errno 2\][^'\n]*'([^'\n]+)'/,
    cause: (name) => `the file ${name()} is not in the image.`,
    remedy:
      'Check that the build makes it, that .dockerignore does not leave it out, and that the start command runs in the right folder.',
  },
  {
    match: /^(?:\/bin\/)?(?:ba|da|a)?sh: (?:line )?(?:\d+: )?([\w./@-]+): (?:command )?not found/m,
    cause: (name) => `the command ${name()} is not installed in the image.`,
    remedy: (name) =>
      `Install ${name() || 'it'} in the image; a package that is needed to run belongs into the dependencies, not the devDependencies.`,
  },
  {
    match: /JavaScript heap out of memory|java\.lang\.OutOfMemoryError|^MemoryError\b|Cannot allocate memory/m,
    cause: () => 'the app ran out of memory.',
    remedy: 'Give the task more memory; if it is used up again, look for a leak.',
  },
];

function isPath(name: string): boolean {
  return /^[./]|^\w:\\/.test(name);
}
