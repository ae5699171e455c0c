import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fail } from '../shared/errors.ts';
import { adminHeader, type Health } from './admin.ts';
import { claim, type Holder, holderOf, isAlive, release } from './claim.ts';
import { writeFileAtomic } from './state.ts';

/** What `sandbox.json` says of the process that serves. */
interface Served extends Holder {
  port: number;
  /** ISO 8601. */
  startedAt: string;
}

export type SandboxStatus =
  | { running: true; endpoint: string; pid: number; port: number; startedAt: string }
  | { running: false };

export interface StartOptions {
  stateDir: string;
  port: number;
  /** What runs `serveSandbox`; `--port <port>` is appended to the arguments, `env` is added to that of this process. */
  spawn: { execPath: string; args: string[]; env?: Record<string, string> };
  /** Milliseconds; 20 seconds by default. */
  timeout?: number;
}

/**
 * Starts the sandbox in a process of its own that outlives this one, or finds the one that runs already.
 * @throws SandboxPortTaken, SandboxNotStarted with the last lines of its log
 */
export async function startSandbox(options: StartOptions): Promise<{ endpoint: string; pid: number }> {
  const { stateDir, port, timeout = 20_000 } = options;
  const before = await sandboxStatus({ stateDir });
  if (before.running) return before;
  await mkdir(stateDir, { recursive: true, mode: 0o700 });
  const child = await spawnDetached(options);
  const ends = Date.now() + timeout;
  while (Date.now() < ends) {
    const status = await sandboxStatus({ stateDir });
    if (status.running) return status;
    // Of two who start at once, one process finds the folder taken and ends; the other one is about to answer.
    if (child.exited() && !(await holderOf(stateDir))) break;
    await sleep(50);
  }
  const after = await sandboxStatus({ stateDir });
  if (after.running) return after;
  child.kill();
  if (await isTaken(port)) throw fail('SandboxPortTaken', port);
  throw fail('SandboxNotStarted', await child.said());
}

/** Asks the process itself: a file may outlive it, and its number may be another program's by now. */
export async function sandboxStatus({ stateDir }: { stateDir: string }): Promise<SandboxStatus> {
  const served = await readServed(stateDir);
  if (!served || !(await isAlive(served))) return { running: false };
  const health = await askHealth(served.port);
  if (health?.pid !== served.pid) return { running: false };
  const { pid, port, startedAt } = served;
  return { running: true, endpoint: `http://127.0.0.1:${port}`, pid, port, startedAt };
}

/**
 * The main function of the sandbox's process: serves until SIGTERM or SIGINT, which leave the containers running for
 * the next start. Returns at once when another process serves this folder already.
 * @throws SandboxPortTaken, SandboxStateNewer, SandboxStateUnreadable
 */
export async function serveSandbox({ stateDir, port }: { stateDir: string; port: number }): Promise<void> {
  const log = (line: string) => void process.stderr.write(`${new Date().toISOString()} ${line}\n`);
  await mkdir(stateDir, { recursive: true, mode: 0o700 });
  const me = await claim(stateDir, 'serve');
  if (!me) return log('another process works on this folder already');
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, end);
  // A bug in one answer must not end the process that looks after the containers.
  process.on('unhandledRejection', (reason) => log(`unhandled: ${(reason as Error)?.stack ?? reason}`));
  const { createSandbox } = await import('./server.ts');
  const sandbox = await createSandbox({ stateDir, port, docker: await openDocker(), log, onShutdown: () => end() });
  const served: Served = { ...me, port: sandbox.port, startedAt: new Date().toISOString() };
  await writeFileAtomic(servedPath(stateDir), JSON.stringify(served));
  log(`serving at ${sandbox.endpoint}`);
  await ended;
  await sandbox.close();
  log('ended; the containers stay');
}

/**
 * Ends the process and removes everything that this sandbox made, also when the process was killed before.
 * Gives false when there was nothing.
 * @throws SandboxNotStopped, and keeps the state, so that it can be tried again.
 */
export async function stopSandbox({ stateDir }: { stateDir: string }): Promise<boolean> {
  if (!(await stat(stateDir).catch(() => undefined))) return false;
  await endProcess(stateDir);
  // From here on nobody can start on this folder until it is gone.
  if (!(await claim(stateDir, 'stop'))) throw fail('SandboxNotStopped', 'It has just been started again.');
  const { removeSandbox } = await import('./cleanUp.ts');
  try {
    return await removeSandbox(await openDocker(), stateDir);
  } catch (error) {
    await release(stateDir);
    throw error;
  }
}

/** Somebody else who stops it is waited for. */
async function endProcess(stateDir: string): Promise<void> {
  const patience = { term: Date.now() + 10_000, kill: Date.now() + 20_000 };
  for (let holder = await holderOf(stateDir); holder; holder = await holderOf(stateDir)) {
    if (Date.now() > patience.kill) throw fail('SandboxNotStopped', `Process ${holder.pid} does not end.`);
    if (holder.role === 'serve') signal(holder.pid, Date.now() > patience.term ? 'SIGKILL' : 'SIGTERM');
    await sleep(50);
  }
}

function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile; if it is not ours to end, the caller sees that it lives.
  }
}

async function spawnDetached({ stateDir, port, spawn: { execPath, args, env } }: StartOptions) {
  const path = join(stateDir, 'server.log');
  const file = openSync(path, 'a', 0o600);
  const { size } = await stat(path);
  let failure = '';
  let ended = false;
  const child = spawn(execPath, [...args, '--port', String(port)], {
    detached: true,
    stdio: ['ignore', file, file],
    env: { ...process.env, ...env },
  });
  closeSync(file);
  child.once('exit', () => {
    ended = true;
  });
  child.once('error', (error) => {
    ended = true;
    failure = error.message;
  });
  child.unref();
  return {
    exited: () => ended,
    kill: () => void child.kill(),
    /** What it wrote since it was started, at most its last kilobytes. */
    said: async () => failure || (await readFile(path)).subarray(size).toString().trim().slice(-4000),
  };
}

async function readServed(stateDir: string): Promise<Served | undefined> {
  return readFile(servedPath(stateDir), 'utf8')
    .then(JSON.parse)
    .catch(() => undefined);
}

function servedPath(stateDir: string): string {
  return join(stateDir, 'sandbox.json');
}

async function askHealth(port: number): Promise<Health | undefined> {
  try {
    const signal = AbortSignal.timeout(2000);
    const response = await fetch(`http://127.0.0.1:${port}/_sandbox/health`, { headers: adminHeader, signal });
    return (await response.json()) as Health;
  } catch {
    return undefined;
  }
}

async function isTaken(port: number): Promise<boolean> {
  if (port === 0) return false;
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(socket.destroy() !== undefined));
    socket.once('error', () => resolve(false));
  });
}

async function openDocker() {
  const { default: Dockerode } = await import('dockerode');
  return new Dockerode();
}
