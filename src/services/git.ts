import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { SimpleGit, SimpleGitOptions, SimpleGitProgressEvent } from 'simple-git';
import { fail } from '../shared/errors.ts';
import type { Hooks } from '../shared/hooks.ts';
import { gitFailure, isNetworkFault } from './gitErrors.ts';
import { parseRepositoryUrl } from './gitUrl.ts';

export interface CloneRequest {
  /** As parseRepositoryUrl takes it. */
  url: string;
  /** A branch or tag; empty for the remote's default branch. */
  branch: string;
  /** Is made, and removed again when the clone fails. */
  directory: string;
  /** Handed to the server of `url` alone, for https. */
  token?: string;
  /** Limit for the whole. */
  minutes: number;
}

export interface Commit {
  /** 40 hex digits. */
  sha: string;
  /** The subject line. */
  message: string;
}

export interface WorkingTree {
  /** Undefined without a repository, or before the first commit. */
  commit: Commit | undefined;
  /** True when files below the folder differ from the commit, or git cannot tell. */
  uncommitted: boolean;
}

/** Variables that git and simple-git would act upon; those of the second list are passed on. */
const gitVariables = /^(git_.*|editor|visual|pager|prefix|ssh_askpass)$/i;
const passedOn = ['GIT_SSL_CAINFO', 'GIT_SSL_CAPATH', 'GIT_SSH_COMMAND', 'GIT_SSH'];

/** Name of the variable in which git finds the header; `--config-env` keeps it out of argv and .git/config. */
const headerVariable = 'DEPLOYOTRON_GIT_HEADER';

const attempts = 3;

/**
 * Clones one commit of one branch.
 * @throws DeployError of the source group, Cancelled, DiskFull
 */
export async function cloneRepository(request: CloneRequest, hooks: Hooks): Promise<void> {
  const { default: retry } = await import('p-retry');
  const limit = AbortSignal.timeout(request.minutes * 60_000);
  const signal = AbortSignal.any([hooks.signal, limit]);
  await retry(() => cloneOnce(request, { ...hooks, signal }), {
    retries: attempts - 1,
    minTimeout: 500,
    signal,
    shouldRetry({ error, retriesLeft }) {
      const again = isNetworkFault(error);
      if (again && retriesLeft > 0) hooks.log('The server did not answer; trying again.');
      return again;
    },
  }).catch(async (error) => {
    await rm(request.directory, { recursive: true, force: true });
    hooks.signal.throwIfAborted();
    const { url } = parseRepositoryUrl(request.url);
    throw limit.aborted ? fail('CloneTimedOut', url, request.minutes) : gitFailure(error, { ...request, url });
  });
}

async function cloneOnce(request: CloneRequest, hooks: Hooks): Promise<void> {
  const repository = parseRepositoryUrl(request.url);
  const token = request.token ?? repository.token;
  const header = repository.kind === 'https' && token ? basicHeader(token) : undefined;
  // A shallow clone of a local path is refused by git; of a file URL it is not.
  const url = repository.kind === 'local' ? `file://${encodeURI(repository.url)}` : repository.url;
  await rm(request.directory, { recursive: true, force: true });
  await mkdir(path.dirname(request.directory), { recursive: true });
  const git = await openGit(path.dirname(request.directory), hooks, header);
  const scoped = header ? [`--config-env=http.${new URL(url).origin}/.extraHeader=${headerVariable}`] : [];
  const branch = request.branch ? ['--branch', request.branch] : [];
  await git.raw([
    ...scoped,
    'clone',
    '--progress',
    '--depth=1',
    '--single-branch',
    '--no-tags',
    // Nothing of the user's templates, hooks above all, enters the copy.
    '--template=',
    ...branch,
    '--',
    url,
    request.directory,
  ]);
}

/** GitHub, GitLab and Bitbucket all take a token as the password of a made-up user. */
function basicHeader(token: string): string {
  return `Authorization: Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`;
}

const stallSeconds = 30;

async function openGit(directory: string, hooks?: Hooks, header?: string): Promise<SimpleGit> {
  const { simpleGit } = await import('simple-git');
  const options: Partial<SimpleGitOptions> = {
    baseDir: directory,
    // A server that falls silent, and a git that waits for anything else.
    config: [`http.lowSpeedLimit=1`, `http.lowSpeedTime=${stallSeconds}`],
    timeout: { block: 2 * stallSeconds * 1000 },
    allowEnvironment: [...passedOn, 'GIT_TERMINAL_PROMPT', 'GIT_ALLOW_PROTOCOL'],
    // Both are ours: the user's own ssh, and a template folder that is none.
    unsafe: { allowUnsafeSshCommand: true, allowUnsafeTemplateDir: true },
    ...(hooks && { abort: hooks.signal, progress: (event) => report(event, hooks) }),
  } as Partial<SimpleGitOptions>;
  return simpleGit(options).env(environment(header));
}

function environment(header: string | undefined): Record<string, string> {
  const inherited = Object.entries(process.env).filter(([name]) => !gitVariables.test(name) || passedOn.includes(name));
  return {
    ...(Object.fromEntries(inherited) as Record<string, string>),
    // Texts that gitFailure knows, no question that nobody answers, no protocol that runs a command.
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ALLOW_PROTOCOL: 'https:http:ssh:file',
    GIT_SSH_COMMAND: process.env.GIT_SSH_COMMAND ?? 'ssh -oBatchMode=yes -oConnectTimeout=10',
    ...(header && { [headerVariable]: header }),
  };
}

/** Receiving is most of the work; resolving deltas is the rest. */
function report({ stage, processed, total, progress }: SimpleGitProgressEvent, hooks: Hooks): void {
  const fraction = stage === 'receiving' ? 0.1 + (0.7 * progress) / 100 : stage === 'resolving' ? 0.8 + (0.2 * progress) / 100 : 0.1;
  const format = new Intl.NumberFormat('en');
  hooks.progress(fraction, `${stage.replace(/:$/, '')}: ${format.format(processed)} of ${format.format(total)}`);
}

/** The commit that is checked out; undefined without a repository or a commit. */
export async function readCommit(directory: string): Promise<Commit | undefined> {
  const git = await openGit(directory);
  const text = await git.raw(['log', '-1', '--format=%H%x00%s']).catch(() => '');
  const [sha = '', message = ''] = text.trim().split('\0');
  return /^[0-9a-f]{40,64}$/.test(sha) ? { sha, message } : undefined;
}

/** The commit below a folder, and whether the files are exactly that commit's. */
export async function readWorkingTree(directory: string): Promise<WorkingTree> {
  const git = await openGit(directory);
  const [commit, status] = await Promise.all([
    readCommit(directory),
    git.raw(['status', '--porcelain', '--untracked-files=normal', '--', '.']).catch(() => 'unknown'),
  ]);
  return { commit, uncommitted: status.trim() !== '' };
}

/** The version of git, such as `2.39.5`. @throws DeployError GitMissing */
export async function gitVersion(): Promise<string> {
  const git = await openGit(process.cwd());
  const version = await git.version();
  if (!version.installed) throw fail('GitMissing');
  return `${version.major}.${version.minor}.${version.patch}`;
}
