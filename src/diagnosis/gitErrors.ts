import { type Offer, retry, type TextRule } from './rule.ts';

const credentials = (): Offer => ({ action: 'set-git-credentials' });
const editProject = (): Offer => ({ action: 'edit-project' });

/** What git and ssh say (in the C locale). */
export const gitRules: readonly TextRule[] = [
  {
    id: 'G1',
    match:
      /Remote branch (\S+) not found in upstream|couldn't find remote ref (\S+)|pathspec '([^'\n]+)' did not match/,
    cause: (name) => `there is no branch or tag ${name()} in the repository.`,
    remedy: 'Check the name of the branch, and that it has been pushed.',
    offer: editProject,
  },
  {
    id: 'G2',
    match: /Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED/,
    cause: 'this computer does not know the ssh server, or its key has changed.',
    remedy: 'Connect to it once with `ssh` and check its key, then try again.',
  },
  {
    id: 'G3',
    match: /Permission denied \((?:publickey|[\w,-]+)\)|Load key "[^"\n]+": (?:invalid format|bad permissions)/,
    cause: 'the git server did not accept your ssh key.',
    remedy:
      'Add the key to your account there (`ssh -T git@host` shows whether it works), or use an https address with a token.',
    offer: credentials,
  },
  {
    id: 'G4',
    match:
      /could not read (?:Username|Password)|Authentication failed|HTTP Basic: Access denied|returned error: 40[13]|Invalid username or (?:password|token)|Support for password authentication was removed/,
    cause: 'the git server did not accept the credentials.',
    remedy: 'Set a token that may read this repository (`DEPLOYOTRON_GIT_TOKEN`).',
    offer: credentials,
  },
  {
    id: 'G5',
    match:
      /repository '([^'\n]+)' (?:not found|does not exist)|Repository not found|does not appear to be a git repository|returned error: 404|project you were looking for could not be found/i,
    cause: (name) => `the repository ${name()} does not exist, or may not be seen with these credentials.`,
    remedy: 'Check the address; a private repository also needs git credentials.',
    offer: editProject,
  },
  {
    id: 'G6',
    match: /Could not resolve host(?:name)?:? ([\w.-]+)/,
    cause: (name) => `the name of the git server (${name()}) is not known.`,
    remedy: 'Check the address, your network and its DNS.',
    offer: retry,
  },
  {
    id: 'G7',
    match: /(?:Failed to connect to|connect to host) ([\w.-]+) port \d+/,
    ...unreachable(),
  },
  {
    id: 'G7',
    match:
      /Connection (?:refused|timed out|reset)|Operation (?:too slow|timed out)|No route to host|Network is unreachable/,
    ...unreachable(),
    general: true,
  },
  {
    id: 'G8',
    match:
      /SSL certificate problem: ([^\n]+)|server certificate verification failed|unable to get local issuer certificate/,
    cause: 'git does not trust the certificate of the server.',
    remedy: 'If it is a company’s own, name its file with `git config --global http.sslCAInfo <file>`.',
  },
  {
    id: 'G9',
    match: /No space left on device|Disk quota exceeded/,
    cause: 'the disk is full, so the repository could not be fetched.',
    remedy: 'Free some space and try again.',
    offer: retry,
  },
  {
    id: 'G10',
    match: /clone of '([^'\n]+)' into submodule path '([^'\n]+)' failed|Failed to clone '([^'\n]+)'/,
    cause: (name) => `the submodule ${name(2) || name()} could not be fetched.`,
    remedy: 'Check its address in .gitmodules (https where a token is used), and that the credentials may read it.',
    certainty: 'likely',
    offer: () => ({ action: 'open-file', parameters: { file: '.gitmodules' } }),
  },
  {
    id: 'G11',
    match: /git-lfs[^\n]*(?:not found|filter failed)|smudge filter lfs failed|batch response: [^\n]+/,
    cause: 'a file that is kept in git LFS could not be fetched.',
    remedy: 'Install git-lfs, and check that the LFS quota of the repository is not used up.',
  },
  {
    id: 'G12',
    match: /detected dubious ownership in repository at '([^'\n]+)'/,
    cause: (name) => `the folder ${name()} belongs to another user, so git does not open it.`,
    remedy: 'Take the folder over (`chown`), or add it with `git config --global --add safe.directory <folder>`.',
  },
  {
    id: 'G13',
    match: /not a git repository \(or any|fatal: not a git repository/,
    cause: 'the folder is no git repository.',
    remedy: 'Run `git init` and commit, or deploy the folder as it lies, without a branch.',
  },
  {
    id: 'G14',
    match: /does not have any commits yet|Remote branch HEAD not found|ambiguous argument 'HEAD'/,
    cause: 'the repository has no commit yet.',
    remedy: 'Commit and push something first.',
  },
  {
    id: 'G15',
    match:
      /early EOF|RPC failed|unexpected disconnect|The remote end hung up unexpectedly|Empty reply|returned error: (?:429|5\d\d)/,
    cause: 'the git server broke the transfer off.',
    remedy: 'Try again; a very large repository may need a faster network.',
    certainty: 'likely',
    general: true,
    offer: retry,
  },
  {
    id: 'G16',
    match: /index\.lock': File exists|Unable to create '[^'\n]*\.lock'/,
    cause: 'another git is at work in this repository, or one was ended in the middle.',
    remedy: 'Wait for it, or remove the file that ends in .lock, and try again.',
    offer: retry,
  },
  {
    id: 'G17',
    match: /git: (?:command )?not found|spawn git ENOENT/,
    cause: 'git is not installed, or not on the PATH.',
    remedy: 'Install git (https://git-scm.com) and try again.',
  },
];

function unreachable(): Pick<TextRule, 'cause' | 'remedy' | 'offer'> {
  return {
    cause: (name) => `the git server${name() && ` ${name()}`} could not be reached.`,
    remedy: 'Check your network, a proxy or VPN on the way, then try again.',
    offer: retry,
  };
}
