import { copyFile, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fail } from '../shared/errors.ts';
import type { ActionTable, Saved } from './action.ts';

/** What stands on disk: the value and the version of its shape. */
const version = 1;

export interface SavedOnDisk<T> extends Saved<T> {
  /** Waits for the writes that were asked for; never fails, for whoever asked hears of that. */
  settled(): Promise<void>;
}

/**
 * Opens the document at `path`, or starts with `empty()` where there is none. A torn document is kept aside as
 * `<path>.damaged`, and its last good copy, `<path>.bak`, is used.
 * @throws SandboxStateNewer, SandboxStateUnreadable
 */
export async function openSaved<T>(
  path: string,
  empty: () => T,
  check: (value: unknown) => boolean,
): Promise<SavedOnDisk<T>> {
  const value = await load<T>(path, empty, check);
  let writing: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  async function writeAfter(current: Promise<void> | undefined): Promise<void> {
    await current?.catch(() => {});
    next = undefined;
    writing = write(path, value).finally(() => {
      writing = undefined;
    });
    return writing;
  }

  return {
    value,
    // Whoever asks while a write runs needs the one after it; all who ask meanwhile share that one.
    save: () => {
      next ??= writeAfter(writing);
      return next;
    },
    settled: async () => {
      await (next ?? writing)?.catch(() => {});
    },
  };
}

/** The same actions, answered only when what they changed is on disk, so that a crash takes nothing back. */
export function durable(actions: ActionTable, saved: SavedOnDisk<unknown>): ActionTable {
  const entries = Object.entries(actions).map(([name, action]) => {
    const perform = async (input: unknown) => {
      const answer = await action(input);
      await saved.settled();
      return answer;
    };
    return [name, perform] as const;
  });
  return Object.fromEntries(entries);
}

async function load<T>(path: string, empty: () => T, check: (value: unknown) => boolean): Promise<T> {
  const main = await read(path);
  if (main !== undefined && main !== damaged && check(main)) return main as T;
  const copy = await read(`${path}.bak`);
  if (main === undefined && copy === undefined) return empty();
  if (copy === undefined || copy === damaged || !check(copy)) throw fail('SandboxStateUnreadable', path);
  // Out of the way, so that it never becomes the copy.
  if (main !== undefined) await rename(path, `${path}.damaged`);
  return copy as T;
}

const damaged = Symbol('damaged');

/** The value in the file, `undefined` where there is no file, or `damaged`. */
async function read(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const document = parse(text);
  if (typeof document?.version !== 'number') return damaged;
  if (document.version > version) throw fail('SandboxStateNewer', path);
  return document.value;
}

function parse(text: string): { version?: unknown; value?: unknown } | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function write(path: string, value: unknown): Promise<void> {
  const text = JSON.stringify({ version, value });
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  // What stands at `path` is good: a damaged document was put aside when it was read.
  await copyFile(path, `${path}.bak`).catch((error) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await writeFileAtomic(path, text);
}

/**
 * Replaces the file at `path` (mode 600) as a whole or not at all, also when the disk is full or the process is killed.
 * @throws DiskFull
 */
export async function writeFileAtomic(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeSynced(temporary, text);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw (error as { code?: unknown }).code === 'ENOSPC' ? fail('DiskFull', path) : error;
  }
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
    // A full disk can cut a write without an error, and the rename would then replace the good file by the short one.
    const { size } = await file.stat();
    if (size !== Buffer.byteLength(text)) throw fail('DiskFull', path);
  } finally {
    await file.close();
  }
}
