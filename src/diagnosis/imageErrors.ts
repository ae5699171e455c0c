import { type DiagnosisContext, type Offer, platformOf, rebuild, type TextRule } from './rule.ts';

/** Programs of the image that do not run there: wrong CPU, missing libraries, missing commands. */
export const imageErrors: readonly TextRule[] = [
  {
    id: 'L30',
    match: /exec format error|cannot execute binary file|^\S+: (?:line )?\d+: *ELF\b.*not found/im,
    cause: (_, { cpuArchitecture }) =>
      `a program of the image was built for another CPU than the task's${cpuArchitecture ? ` (${cpuArchitecture})` : ''}, or is a script without its first line (#!).`,
    remedy: (_, { cpuArchitecture }) =>
      `Build the image for ${platformOf(cpuArchitecture)}; a script needs a first line such as #!/bin/sh.`,
    offer: rebuildFor,
  },
  {
    id: 'L31',
    match: /invalid ELF header|wrong ELF class|cannot open shared object file[^\n]*wrong|incompatible architecture/i,
    cause: 'a native module of the image was built for another system or CPU.',
    remedy: (_, { cpuArchitecture }) =>
      `Install the dependencies inside the image for ${platformOf(cpuArchitecture)}, and name node_modules or the virtual environment in .dockerignore.`,
    offer: rebuildFor,
  },
  {
    id: 'L32',
    match:
      /error while loading shared libraries: ([\w.+-]+)|ImportError: ([\w.+-]+\.so[\w.]*): cannot open shared object|Error loading shared library ([\w.+-]+)|Unable to load shared library '([^'\n]+)'/,
    cause: (name) => `the system library ${name()} is not in the image.`,
    remedy: (name) =>
      `Install the package that holds ${name() || 'it'} in the Dockerfile (apt-get or apk), or use a fuller base image.`,
  },
  {
    id: 'L33',
    match: /version `(GLIBC\w*_[\d.]+)' not found/,
    cause: (name) => `the system of the image is older than the one its programs were built on (${name()} is missing).`,
    remedy: 'Build and run on the same base image, or on a newer one.',
  },
  {
    id: 'L34',
    match:
      /Query engine library for current platform "([\w.-]+)"|could not locate the Query Engine for runtime "([\w.-]+)"/i,
    cause: (name) => `Prisma's engine for ${name()} is not in the image.`,
    remedy: (name) =>
      `Add ${name() || 'that platform'} to binaryTargets in schema.prisma, and run \`prisma generate\` in the image.`,
  },
  {
    id: 'L35',
    match: /^(?:\/bin\/)?(?:ba|da|a)?sh: (?:line )?(?:\d+: )?([\w./@-]+): (?:command )?not found/m,
    cause: (name) => `the command ${name()} is not installed in the image.`,
    remedy: (name) =>
      `Install ${name() || 'it'} in the image; a package that is needed to run belongs into the dependencies, not the devDependencies.`,
  },
  {
    id: 'L36',
    match: /Could not find a production build in the '([^'\n]+)' directory/,
    cause: (name) => `the built Next.js app (${name()}) is not in the image.`,
    remedy: 'Let the image run `next build` before it starts, and do not leave the folder out in .dockerignore.',
  },
  {
    id: 'L37',
    match:
      /Missing script:? ["']?([\w:.-]+)|ERR_PNPM_NO_SCRIPT\w*\s+Missing script:? (\S+)|error Command "([^"\n]+)" not found/i,
    cause: (name) => `package.json has no script ${name()}.`,
    remedy: (name) => `Add the script ${name()} to package.json, or set another start command.`,
    offer: () => ({ action: 'open-file', parameters: { file: 'package.json' } }),
  },
  {
    id: 'L38',
    match:
      /ENOENT: no such file or directory, open '([^'\n]+)'|can't open file '([^'\n]+)'|Unable to access jarfile (\S+)|FileNotFoundError: \[Errno 2\][^'\n]*'([^'\n]+)'|open ([\w./-]+): no such file or directory/,
    cause: (name) => `the file ${name()} is not in the image.`,
    remedy:
      'Check that the build makes it, that .dockerignore does not leave it out, and that the start command runs in the right folder.',
  },
];

function rebuildFor(_: unknown, context: DiagnosisContext): Offer {
  return rebuild(context);
}
