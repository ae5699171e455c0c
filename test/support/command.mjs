// What demo and bench share: the built command, a sandbox of its own, and commits in a sample repository.
import path from 'node:path';
import { ROOT } from './bootstrap.mjs';
import { freePort } from './freePort.mjs';
import { mustRun } from './process.mjs';

export const CLI = path.join(ROOT, 'dist/cli.cjs');

/** On a free port, with the home that `env` names: a sandbox that the user has running is not touched. Resolves with its endpoint. */
export async function startSandbox(env) {
  const args = [CLI, 'sandbox', 'start', '--port', String(await freePort()), '--json'];
  return JSON.parse(await mustRun('The sandbox did not start', 'node', args, { env })).endpoint;
}

export async function beginRepository(repository) {
  await git(repository, 'init', '--quiet', '--initial-branch=main');
}

/** Commits all that is there, whatever the user's git is set to. */
export async function commitAll(repository, message) {
  const author = ['-c', 'user.name=Sample', '-c', 'user.email=sample@example.invalid'];
  await git(repository, 'add', '--all');
  await git(repository, ...author, '-c', 'commit.gpgsign=false', 'commit', '--quiet', '-m', message);
}

const git = (repository, ...options) => mustRun('git failed', 'git', ['-C', repository, ...options]);
