import { tmpdir } from 'node:os';
import path from 'node:path';
import pRetry, { AbortError } from 'p-retry';
import { type DeployError, fail } from '../shared/errors.ts';
import type { Hooks } from '../shared/hooks.ts';
import { redact } from '../shared/redact.ts';
import { accessTo, type GitAccess, sshEnvironment } from './gitAccess.ts';
import { findLargeFilePointer, isFile, makeRoom, removeFolder } from './gitFolder.ts';
import { type CloneSubject, lineReader, readCloneFailure, readProgress } from './gitOutput.ts';
import { type GitOutcome, runGit } from './gitProcess.ts';
import { checkBranch, parseRepositoryUrl } from './gitUrl.ts';
import { type Commit, readCommit } from './gitWorkingTree.ts';

export { type Commit, readWorkingTree, type WorkingTree } from './gitWorkingTree.ts';

export interface CloneRequest {
  /** As parseRepositoryUrl takes it. */
  url: string;
  /** A branch or tag; empty for the remote's default branch. */
  branch: string;
  /** Must not exist, or be empty; it is removed again when the clone does not succeed. */
  directory: string;
  /** For https: sent to the server of `url` alone. */
  token?: string;
  /** The name that goes with the token, where the server wants a certain one. */
  username?: string;
  /** Limit for the whole. */
  minutes: number;
  /** Limit for a server that says nothing; 30 by default. */
  silenceSeconds?: number;
}

export interface CloneResult {
  /** What is checked out. */
  commit: Commit;
  /** What the user should know, such as large files that are only pointers. */
  warnings: string[];
}

interface Job extends CloneSubject {
  /** What git clones from; the subject's `url` is for sentences. */
  source: string;
  access: GitAccess;
  silenceSeconds: number;
  signal: AbortSignal;
  log: Hooks['log'];
  onSaid(text: string): void;
}

/**
 * Fetches one commit of one branch, with its submodules. Nothing that the repository holds is run.
 * @throws DeployError of the group Source, InvalidName, Cancelled, DiskFull
 */
export async function cloneRepository(request: CloneRequest, hooks: Hooks): Promise<CloneResult> {
  const { url, branch, directory, minutes, silenceSeconds = 30 } = request;
  const repository = parseRepositoryUrl(url);
  checkBranch(branch);
  await makeRoom(directory);
  const tooLate = () => fail('CloneTimedOut', repository.display, minutes);
  return within(minutes, hooks.signal, tooLate, async (signal) => {
    const access = await accessTo(repository, path.dirname(directory), request);
    const { secrets } = access;
    const log = (line: string) => hooks.log(redact(line, secrets));
    const subject = { url: repository.display, branch, directory, secrets };
    const onSaid = watch(log, hooks.progress);
    return cloneInto({ ...subject, source: repository.url, access, silenceSeconds, signal, log, onSaid });
  });
}

async function cloneInto(job: Job): Promise<CloneResult> {
  try {
    const fetched = await withRetries(job, () => fetchRepository(job));
    await withRetries(job, () => fetchSubmodules(job));
    return fetched;
  } catch (error) {
    await removeFolder(job.directory);
    throw error;
  }
}

async function fetchRepository(job: Job): Promise<CloneResult> {
  await removeFolder(job.directory);
  const options = ['--progress', '--depth=1', '--single-branch', '--no-tags', '--no-local'];
  const branch = job.branch ? [`--branch=${job.branch}`] : [];
  const args = ['clone', ...options, ...branch, '--', job.source, job.directory];
  const outcome = await run(job, path.dirname(job.directory), job.access.protocols, args);
  if (outcome.ended !== 'well') throw await failureOf(outcome, job);
  const [commit, pointer] = await Promise.all([readCommit(job.directory), findLargeFilePointer(job.directory)]);
  // An empty repository, or one whose HEAD names no branch, is no error for git.
  if (!commit) throw await missingBranch(job);
  const warning = `${pointer} is only a pointer of Git LFS: install git-lfs to get the real files.`;
  return { commit, warnings: pointer ? [warning] : [] };
}

/** Where git has nothing to check out: for it an empty repository looks like one without that branch. */
async function missingBranch(job: Job): Promise<AbortError> {
  const args = ['ls-remote', '--heads', '--tags', '--', job.source];
  const { ended, stdout } = await run(job, path.dirname(job.directory), job.access.protocols, args);
  const isEmpty = ended === 'well' && stdout === '';
  return new AbortError(
    isEmpty ? fail('EmptyRepository', job.url) : fail('BranchNotFound', job.branch || 'HEAD', job.url),
  );
}

async function fetchSubmodules(job: Job): Promise<void> {
  if (!(await isFile(path.join(job.directory, '.gitmodules')))) return;
  const args = ['submodule', 'update', '--init', '--recursive', '--depth=1', '--progress'];
  // A repository of any kind may name submodules that are reached by ssh.
  const environment = { ...job.access.environment, ...(await sshEnvironment(job.directory)) };
  const access = { ...job.access, environment };
  const outcome = await run({ ...job, access }, job.directory, access.submoduleProtocols, args);
  if (outcome.ended !== 'well') throw await failureOf(outcome, job);
}

function run(job: Job, directory: string, protocols: string, args: string[]): Promise<GitOutcome> {
  return runGit(args, {
    directory,
    config: [...configFor(job.silenceSeconds), ...job.access.config],
    environment: { ...job.access.environment, GIT_ALLOW_PROTOCOL: protocols },
    signal: job.signal,
    // git's own limit does not hold while it connects.
    silenceSeconds: job.silenceSeconds + 5,
    onSaid: job.onSaid,
  });
}

/** A DeployError, inside an AbortError when another try would end in the same way. */
async function failureOf({ ended, said }: GitOutcome, job: Job): Promise<Error> {
  if (ended === 'missing') return new AbortError(fail('GitMissing'));
  if (ended === 'silent') {
    const detail = `No answer for ${job.silenceSeconds + 5} seconds.`;
    return new AbortError(fail('RepositoryUnreachable', job.url, detail));
  }
  const { error, passing } = readCloneFailure(said, job);
  if (error.failure.code === 'BranchNotFound') return missingBranch(job);
  return passing ? error : new AbortError(error);
}

function configFor(silenceSeconds: number): string[] {
  return [
    'http.lowSpeedLimit=100',
    `http.lowSpeedTime=${Math.ceil(silenceSeconds)}`,
    // Neither the user's template folder nor a hook of theirs for all repositories is meant for this copy.
    'core.hooksPath=/dev/null',
    // The files go into a Linux container, whatever this computer is.
    'core.autocrlf=false',
    'core.longpaths=true',
    'advice.detachedHead=false',
    'credential.interactive=false',
  ];
}

/** Lines to the log, and how far it is; a second try does not turn the bar back. */
function watch(log: Hooks['log'], progress: Hooks['progress']): (text: string) => void {
  let reached = 0;
  return lineReader((line, final) => {
    const step = readProgress(line);
    if (step && step.fraction >= reached) {
      reached = step.fraction;
      progress(step.fraction, step.detail);
    }
    if (final) log(line);
  });
}

function withRetries<Result>(job: Job, work: () => Promise<Result>): Promise<Result> {
  return pRetry(work, {
    retries: 2,
    minTimeout: 500,
    signal: job.signal,
    onFailedAttempt({ error, retriesLeft }) {
      if (retriesLeft > 0) job.log(`${error.message} Trying again.`);
    },
  });
}

/** Runs `work` until it ends, the limit passes or the user cancels; what it throws then in its haste does not count. */
async function within<Result>(
  minutes: number,
  cancelled: AbortSignal,
  tooLate: () => DeployError,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const stop = new AbortController();
  const cancel = () => stop.abort(fail('Cancelled'));
  const timer = setTimeout(() => stop.abort(tooLate()), minutes * 60_000);
  cancelled.addEventListener('abort', cancel);
  if (cancelled.aborted) cancel();
  try {
    return await work(stop.signal);
  } catch (error) {
    throw stop.signal.aborted ? stop.signal.reason : error;
  } finally {
    clearTimeout(timer);
    cancelled.removeEventListener('abort', cancel);
  }
}

/**
 * Asks the server for the repository's branches with this token, and fetches nothing.
 * @throws DeployError of the group Source
 */
export async function checkGitAccess(url: string, token: string, signal: AbortSignal): Promise<void> {
  const repository = parseRepositoryUrl(url);
  const directory = tmpdir();
  const access = await accessTo(repository, directory, { token });
  const job: Job = {
    url: repository.display,
    branch: '',
    directory,
    secrets: access.secrets,
    source: repository.url,
    access,
    silenceSeconds: 15,
    signal,
    log: () => undefined,
    onSaid: () => undefined,
  };
  const outcome = await run(job, directory, access.protocols, ['ls-remote', '--heads', '--', repository.url]);
  if (outcome.ended === 'well') return;
  const error = await failureOf(outcome, job);
  throw error instanceof AbortError ? error.originalError : error;
}

/** The version of git, such as `2.39.5`. @throws DeployError GitMissing */
export async function gitVersion(): Promise<string> {
  const outcome = await runGit(['version'], { directory: process.cwd(), silenceSeconds: 10 });
  if (outcome.ended !== 'well') throw fail('GitMissing');
  return /\d+(?:\.\d+)+/.exec(outcome.stdout)?.[0] ?? outcome.stdout.trim();
}
