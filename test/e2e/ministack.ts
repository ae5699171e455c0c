import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from '../support/freePort.mjs';

/** Kept with the other packages, so that it is fetched once for a checkout. */
const venv = fileURLToPath(new URL('../../node_modules/.cache/ministack', import.meta.url));
const program = path.join(venv, 'bin/ministack');
const startLimitMs = 60_000;

/** An AWS that others have written (PyPI `ministack`). @throws Error with a sentence where it cannot be installed. */
export async function startMinistack(): Promise<{ endpoint: string; stop(): Promise<void> }> {
  if (!existsSync(program)) await install();
  const port = await freePort();
  const env = { ...process.env, GATEWAY_PORT: String(port), PERSIST_STATE: '0' };
  const child = spawn(program, [], { env, stdio: 'ignore', detached: true });
  const endpoint = `http://127.0.0.1:${port}`;
  await untilItAnswers(child, endpoint);
  return { endpoint, stop: () => stop(child) };
}

async function install(): Promise<void> {
  const run = promisify(execFile);
  try {
    await run('python3', ['-m', 'venv', '--clear', venv]);
    await run(
      path.join(venv, 'bin/pip'),
      ['install', '--quiet', '--disable-pip-version-check', 'ministack[full]==1.4.*'],
      { timeout: 300_000 },
    );
  } catch (error) {
    throw new Error('ministack, an AWS emulator by others, could not be installed from PyPI here.', { cause: error });
  }
}

async function untilItAnswers(child: ChildProcess, endpoint: string): Promise<void> {
  const ends = Date.now() + startLimitMs;
  while (!(await fetch(endpoint).catch(() => undefined))) {
    if (child.exitCode !== null || Date.now() > ends) throw new Error('ministack was installed, but did not start.');
    await wait(200);
  }
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('close', resolve));
  // It has workers of its own, which end with their group.
  process.kill(-(child.pid ?? 0), 'SIGKILL');
  await ended;
}

/** The containers that run these projects' images, the newest first; it leaves them behind when it ends. */
export function containersOf(projects: readonly string[]): string[] {
  const rows = execFileSync('docker', ['ps', '--all', '--format', '{{.ID}} {{.Image}}'], { encoding: 'utf8' }).split(
    '\n',
  );
  return rows
    .filter((row) => projects.some((project) => row.includes(`${project}:`)))
    .map((row) => row.split(' ')[0] ?? '');
}

export function removeContainers(projects: readonly string[]): void {
  const containers = containersOf(projects);
  if (containers.length > 0) execFileSync('docker', ['rm', '--force', ...containers]);
}
