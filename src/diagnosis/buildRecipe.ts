import { openFile, retry, type TextRule } from './rule.ts';

/** What is wrong with the Dockerfile, its context or the engine that builds it. */
export const recipeRules: readonly TextRule[] = [
  {
    id: 'B1',
    match:
      /(?:COPY|ADD) failed: (?:file not found in build context or excluded by \.dockerignore: stat (\S+?):|stat \S*?docker-builder\d+\/(\S+?):|forbidden path outside the build context: (\S+))|failed to (?:compute cache key|calculate checksum)[^\n]*?"([^"\n]+)": not found|lstat (\S+): no such file or directory/,
    cause: (name) => `the Dockerfile copies ${name()}, which is not in the build context.`,
    remedy:
      'Correct the path, which is relative to the folder that is deployed, and look whether .dockerignore leaves it out or git does not know it.',
    offer: () => openFile('Dockerfile'),
  },
  {
    id: 'B2',
    match:
      /pull access denied for ([^\s,]+)|manifest for (\S+) not found|failed to resolve source metadata for (\S+?):(?= )|failed to resolve reference "([^"\n]+)"|No such image: (\S+)|invalid from flag value ([^:\s]+)/,
    cause: (name) => `the base image ${name().replace(/^docker\.io\/(?:library\/)?/, '')} could not be fetched.`,
    remedy: 'Check its name and tag in the FROM line, your network, and whether its registry wants a login.',
    offer: () => openFile('Dockerfile'),
  },
  {
    id: 'B3',
    match: /(?:dockerfile parse error (?:on )?line (\d+): )?unknown instruction: (\S+)/i,
    cause: (name) => `the Dockerfile has an instruction that does not exist: ${name(2) || name()}.`,
    remedy: 'Correct that line; a command of the shell needs RUN in front of it.',
    offer: (name) => openFile('Dockerfile', name(2) ? name(1) : ''),
  },
  {
    id: 'B4',
    match: /dockerfile parse error (?:on )?line (\d+): ([^\n]+)/i,
    cause: (name) => `line ${name()} of the Dockerfile has a mistake: “${name(2)}”.`,
    remedy: 'Correct that line and deploy again.',
    offer: (name) => openFile('Dockerfile', name()),
  },
  {
    id: 'B5',
    match:
      /failed to read dockerfile: open ([^\s:]+)|Cannot locate specified Dockerfile: (\S+)|unable to evaluate symlinks in Dockerfile path/,
    cause: (name) => `there is no Dockerfile at ${name() || 'the path that is set'}.`,
    remedy: 'Name it with --dockerfile, relative to the folder that is deployed.',
    offer: () => ({ action: 'edit-project' }),
  },
  {
    id: 'B6',
    match: /base name \((\S*)\) should not be blank|invalid reference format|failed to parse stage name/,
    cause: (name) =>
      `a FROM line of the Dockerfile names no valid image${name() && ` (${name()})`}; a build argument without a default is the usual reason.`,
    remedy: 'Give the ARG before it a default, or write the name of the image.',
    offer: () => openFile('Dockerfile'),
  },
  {
    id: 'B7',
    match: /no space left on device|ENOSPC/i,
    cause: 'the disk of the Docker engine is full.',
    remedy: 'Free some space (`docker system df` shows what uses it) and try again.',
    offer: retry,
  },
  {
    id: 'B8',
    match: /Cannot connect to the Docker daemon|error during connect: /,
    cause: 'Docker is not running.',
    remedy: 'Start Docker Desktop (or the Docker service) and try again.',
    offer: retry,
  },
  {
    id: 'B9',
    match: /exec (?:user process caused: )?"?([\w./-]*)"?:? ?exec format error|exec format error/,
    cause: 'the build runs programs of another CPU than this computer has, and cannot emulate it.',
    remedy:
      'Install the emulators once (`docker run --privileged --rm tonistiigi/binfmt --install all`), or build on a computer of that CPU.',
  },
  {
    id: 'B10',
    match:
      /^Killed$|signal: killed|JavaScript heap out of memory|exit code: 137|non-zero code: 137|SIGKILL|cannot allocate memory|fatal error: Killed signal terminated program|java\.lang\.OutOfMemoryError/m,
    cause: 'the build used up the memory of the Docker engine and was killed.',
    remedy:
      'Give Docker more memory (Docker Desktop: Settings, Resources), or let the build use less (`NODE_OPTIONS=--max-old-space-size`, fewer jobs at once).',
    certainty: 'likely',
  },
  {
    id: 'B11',
    match:
      /(?:\/bin\/(?:ba|a)?sh: )(?:\d+: |line \d+: )?([\w./@-]+): (?:command )?not found|exec: "([\w./-]+)": executable file not found in \$PATH/,
    cause: (name) => `a RUN line uses ${name()}, which the image does not have at that point.`,
    remedy: (name) =>
      `Install ${name() || 'it'} in a RUN line before, or use a base image that has it; development tools need the devDependencies.`,
    offer: () => openFile('Dockerfile'),
  },
  {
    id: 'B12',
    match:
      /(?:\/bin\/(?:ba|a)?sh: )(?:\d+: |line \d+: )?([\w./@-]+): Permission denied|EACCES: permission denied, \w+ '([^'\n]+)'/,
    cause: (name) => `the build may not use ${name()} (permission denied).`,
    remedy:
      'Make a script executable (`git update-index --chmod=+x`, or `RUN chmod +x`), and mind which USER the line runs as.',
    offer: () => openFile('Dockerfile'),
  },
  {
    id: 'B13',
    match:
      /Temporary failure (?:resolving|in name resolution)[^\n]*|Could not resolve '?([\w.-]+)'?|EAI_AGAIN|getaddrinfo (?:ENOTFOUND) ([\w.-]+)|ETIMEDOUT|ENETUNREACH|ConnectTimeoutError|Network is unreachable|Could not connect to ([\w.-]+)/,
    cause: (name) => `the build has no way to ${name() || 'a server that it fetches from'}.`,
    remedy:
      'Check the network and DNS of the Docker engine, and give a proxy as a build argument (HTTP_PROXY) where one is needed.',
    certainty: 'likely',
    offer: retry,
  },
  {
    id: 'B14',
    match:
      /Unable to locate package (\S+)|Package '([\w.+-]+)' has no installation candidate|E: Version '[^'\n]+' for '([\w.+-]+)' was not found|(\S+) \(no such package\)/,
    cause: (name) => `the system package ${name()} does not exist in the base image's distribution.`,
    remedy:
      'Run `apt-get update` in the same RUN line, and check the name and version of the package for that distribution.',
    offer: () => openFile('Dockerfile'),
  },
  {
    id: 'B15',
    match: /does not have a Release file|404 +Not Found \[IP|Release file for \S+ (?:is expired|is not valid yet)/,
    cause: 'the package lists of the base image lead to a server that has moved or is out of date.',
    remedy:
      'Use a newer base image: the distribution of this one is no longer served; check the clock of this computer as well.',
  },
  {
    id: 'B16',
    match:
      /RUN[^\n]* (?:returned a non-zero code|did not complete successfully: exit code): (\d+)|executor failed running[^\n]*exit code: (\d+)|process "[^\n]*" did not complete successfully: exit code: (\d+)|The command '[^\n]*' returned a non-zero code: (\d+)/,
    cause: (name) => `a RUN line of the Dockerfile ended with exit code ${name()}.`,
    remedy: 'Read what it wrote just before, correct it and deploy again.',
    general: true,
    certainty: 'possible',
    offer: () => ({ action: 'show-log' }),
  },
];
