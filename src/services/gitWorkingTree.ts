import { redact } from '../shared/redact.ts';
import { clean } from './gitOutput.ts';
import { type GitOutcome, runGit } from './gitProcess.ts';
import { displayUrl } from './gitUrl.ts';

export interface Commit {
  /** Hex digits: 40, or 64 in a repository of SHA-256. */
  sha: string;
  /** The subject line, at most 200 characters. */
  message: string;
  /** Unix seconds. */
  committedAt: number;
}

export interface WorkingTree {
  /** Undefined without a repository, before the first commit, or when the commit holds nothing of the folder. */
  commit: Commit | undefined;
  /** Empty without a repository, and when no branch is checked out. */
  branch: string;
  /** Without credentials; empty when there is none. */
  remoteUrl: string;
  /** True when files below the folder differ from the commit, when there is no commit, and when git cannot tell. */
  uncommitted: boolean;
  /** A new folder counts as one. */
  changedFiles: number;
  /** Why git cannot tell, as a sentence; empty when it can. */
  warning: string;
}

/** The commit that is checked out; undefined without a repository, a commit or git. */
export async function readCommit(directory: string): Promise<Commit | undefined> {
  // Plumbing: `git log` would obey the user's settings, such as log.showSignature.
  const format = '--format=%H%x00%ct%x00%s';
  const outcome = await read(directory, 'rev-list', '--max-count=1', '--encoding=UTF-8', format, 'HEAD', '--');
  const [, line = ''] = outcome.stdout.split('\n');
  const [sha = '', seconds = '', subject = ''] = line.split('\0');
  if (!/^[\da-f]{40,64}$/.test(sha)) return undefined;
  return { sha, message: shorten(redact(clean(subject))), committedAt: Number(seconds) };
}

/**
 * The state of a folder that is deployed as it is seen; the folder may lie inside a repository, and then only what is
 * below it counts. A folder that belongs to somebody else is not read: git guards against settings in it that run
 * programs (safe.directory), and we do not override that.
 */
export async function readWorkingTree(directory: string): Promise<WorkingTree> {
  const [commit, entries, status, remotes] = await Promise.all([
    readCommit(directory),
    read(directory, 'ls-tree', '--name-only', '-z', 'HEAD', '--'),
    read(directory, 'status', '--porcelain=v2', '--branch', '-z', '--untracked-files=normal', '--', '.'),
    read(directory, 'config', '--get-regexp', '^remote\\..*\\.url$'),
  ]);
  if (status.ended !== 'well') return { ...noRepository, warning: whyUnknown(status) };
  const { branch, changedFiles } = readStatus(status.stdout);
  // Such as a folder that is ignored, in a home folder under version control.
  const isInCommit = commit !== undefined && entries.stdout !== '';
  return {
    commit: isInCommit ? commit : undefined,
    branch,
    remoteUrl: readRemote(remotes.stdout),
    uncommitted: !isInCommit || changedFiles > 0,
    changedFiles,
    warning: '',
  };
}

const noRepository = { commit: undefined, branch: '', remoteUrl: '', uncommitted: true, changedFiles: 0 };

/** Longer is only waited for when git is still talking. */
const readSeconds = 10;

/** Runs nothing that a repository's own settings name, fetches nothing, and locks nothing: the user works in it. */
function read(directory: string, ...args: string[]): Promise<GitOutcome> {
  return runGit(args, {
    directory,
    config: ['core.fsmonitor=false', 'core.hooksPath=/dev/null'],
    environment: { GIT_OPTIONAL_LOCKS: '0', GIT_ALLOW_PROTOCOL: 'none' },
    silenceSeconds: readSeconds,
  });
}

/** From `git status --porcelain=v2 --branch -z`; pure. */
export function readStatus(text: string): { branch: string; changedFiles: number } {
  let branch = '';
  let changedFiles = 0;
  const entries = text.split('\0');
  for (let index = 0; index < entries.length; index++) {
    const entry = entries[index] ?? '';
    if (entry.startsWith('# branch.head ')) branch = entry.slice('# branch.head '.length);
    if (/^[12u?] /.test(entry)) changedFiles++;
    // The name that a renamed file had before follows as an entry of its own.
    if (entry.startsWith('2 ')) index++;
  }
  return { branch: branch === '(detached)' ? '' : branch, changedFiles };
}

function readRemote(text: string): string {
  const lines = text.split('\n');
  const line = lines.find((each) => each.startsWith('remote.origin.url ')) ?? lines[0] ?? '';
  const url = line.slice(line.indexOf(' ') + 1);
  return url && redact(displayUrl(url));
}

function whyUnknown({ ended, said }: GitOutcome): string {
  if (ended === 'missing') return 'git is not installed, so it is not known which commit this is.';
  if (ended === 'silent')
    return `git had no answer after ${readSeconds} seconds, so it is not known which commit this is.`;
  if (/dubious ownership/.test(said)) {
    return 'git does not read this folder, because it belongs to another user; so it is not known which commit this is.';
  }
  return '';
}

function shorten(text: string): string {
  const characters = [...text];
  return characters.length > 200 ? `${characters.slice(0, 199).join('')}…` : text;
}
