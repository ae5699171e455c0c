import { openFile, type TextRule } from './rule.ts';

const packageJson = () => openFile('package.json');

/** What npm, pnpm, yarn and their build tools say. */
export const nodeRules: readonly TextRule[] = [
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
];
