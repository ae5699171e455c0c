import { type Entry, quote } from './entry.ts';

/** git and the folder that is deployed. */
export const source = {
  FolderNotFound: (path: string): Entry => ({
    message: `The folder ${quote(path)} does not exist.`,
    remedy: 'Check the path.',
    action: 'edit-project',
  }),
  GitMissing: (): Entry => ({
    message: 'git is not installed, or not on the PATH.',
    remedy: 'Install git (https://git-scm.com) and try again.',
  }),
  RepositoryUrlRefused: (url: string): Entry => ({
    message: `${quote(url)} is not a repository address that Deployotron opens.`,
    remedy: 'Use https://…, ssh://…, git@host:path, or the path of a local folder.',
    action: 'edit-project',
  }),
  RepositoryNotFound: (url: string, detail: string): Entry => ({
    message: `The repository ${quote(url)} was not found.`,
    remedy: 'Check the address; a private repository also needs git credentials.',
    action: 'edit-project',
    detail,
  }),
  RepositoryUnreachable: (url: string, detail: string): Entry => ({
    message: `The server of ${quote(url)} could not be reached.`,
    remedy: 'Check the address and your network, then try again.',
    action: 'retry',
    detail,
  }),
  GitAuthenticationFailed: (url: string, detail: string): Entry => ({
    message: `The server of ${quote(url)} did not accept the git credentials.`,
    remedy: 'Set a token that may read this repository (`DEPLOYOTRON_GIT_TOKEN`), or check your ssh key.',
    action: 'set-git-credentials',
    detail,
  }),
  BranchNotFound: (branch: string, url: string): Entry => ({
    message: `There is no branch or tag ${quote(branch)} in ${quote(url)}.`,
    remedy: 'Check the name of the branch.',
    action: 'edit-project',
  }),
  EmptyRepository: (url: string): Entry => ({
    message: `The repository ${quote(url)} has no commit yet.`,
    remedy: 'Commit and push something first.',
  }),
  CloneTimedOut: (url: string, minutes: number): Entry => ({
    message: `Cloning ${quote(url)} took longer than ${minutes} minutes.`,
    remedy: 'Try again on a faster network, or raise the limit in the settings.',
    action: 'retry',
  }),
  GitFailed: (detail: string): Entry => ({
    message: 'git ended with an error.',
    remedy: 'Read what git said in the log, correct it and try again.',
    action: 'show-log',
    detail,
  }),
  SourceUnreadable: (path: string, detail: string): Entry => ({
    message: `${quote(path)} of the source could not be read.`,
    remedy: 'Check the rights of the file, or name it in .dockerignore.',
    detail,
  }),
  GitHostUnknown: (url: string, detail: string): Entry => ({
    message: `This computer does not know the ssh server of ${quote(url)}, or its key has changed.`,
    remedy: 'Connect to it once with `ssh` and check its key, then try again.',
    detail,
  }),
  GitCertificateRefused: (url: string, detail: string): Entry => ({
    message: `git does not trust the certificate of the server of ${quote(url)}.`,
    remedy: 'If it is a company’s own, name its file with `git config --global http.sslCAInfo <file>`.',
    detail,
  }),
};
