import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Database, openDatabase, type StorageNotice } from '../../src/storage/database.ts';

/** A folder of this test alone, removed when it ends. */
export async function tempDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'storage-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

/** A history of this test alone, or one more door to the one in `dir`. */
export async function tempDatabase(dir?: string): Promise<{ dir: string; db: Database; notices: StorageNotice[] }> {
  const folder = dir ?? (await tempDir());
  const notices: StorageNotice[] = [];
  const db = openDatabase(folder, (notice) => notices.push(notice));
  onTestFinished(() => db.close());
  return { dir: folder, db, notices };
}

export interface Worker {
  pid: number;
  /** The next thing that it says. */
  says(): Promise<unknown>;
  /** Everything that it has said and that was not asked for yet. */
  said: unknown[];
  tell(message: string): void;
  /** SIGKILL, and waits until it is gone. */
  kill(): Promise<void>;
  /** Until it has ended by itself; rejects when that was not with 0. */
  ended(): Promise<void>;
}

/** Another process, running one of the roles of worker.ts. */
export function startWorker(role: string, ...args: string[]): Worker {
  const file = join(import.meta.dirname, 'worker.ts');
  const child = fork(file, [role, ...args], { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const exit = once(child, 'close') as Promise<[number | null]>;
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const said: unknown[] = [];
  let wake = () => {};
  child.on('message', (message) => {
    said.push(message);
    wake();
  });
  child.on('close', () => wake());
  return {
    pid: child.pid ?? 0,
    said,
    async says() {
      while (said.length === 0) {
        if (child.exitCode !== null || child.signalCode !== null) throw new Error(`The worker ${role} has ended.`);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return said.shift();
    },
    tell: (message) => void child.send(message),
    async kill() {
      child.kill('SIGKILL');
      await exit;
    },
    async ended() {
      const [code] = await exit;
      if (code !== 0) throw new Error(`The worker ${role} ended with ${code}.`);
    },
  };
}
