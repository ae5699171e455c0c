import { watch } from 'node:fs';
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fail } from '../shared/errors.ts';
import { storageError } from './atomicFile.ts';
import { readBytes, unlessMissing } from './files.ts';

/** What is written of a deployment, a file each: the log for people, and the events as JSON for other processes. */
export type LogKind = 'log' | 'events';

/** The part of a log that the record keeps. */
export const tailBytes = 64 * 1024;

export interface DeploymentLog {
  /** Adds lines, in the order of the calls. Never rejects: a deployment does not fail for its log. */
  append(lines: readonly string[]): Promise<void>;
  /** Answers with the end of the log: at most 64 KiB, from the start of a line on; and says when some of it was lost. */
  close(): Promise<string>;
}

/** Opens the log of a deployment for adding to it; only its owner may read the file. */
export async function openLog(storageDir: string, id: string, kind: LogKind = 'log'): Promise<DeploymentLog> {
  const path = logPath(storageDir, id, kind);
  const file = await createFile(path).catch((error) => {
    throw storageError(path, error);
  });
  let last: Promise<void> = Promise.resolve();
  let lost = '';
  const note = (error: unknown) => {
    lost ||= `(Some of this log is lost. ${storageError(path, error).message})\n`;
  };
  return {
    append(lines) {
      if (lines.length > 0) last = last.then(() => file.appendFile(`${lines.join('\n')}\n`)).catch(note);
      return last;
    },
    async close() {
      await last;
      await file.close();
      const tail = await logTail(storageDir, id, kind);
      return lost ? tail.slice(lost.length) + lost : tail;
    },
  };
}

async function createFile(path: string): Promise<FileHandle> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  return open(path, 'a', 0o600);
}

/** The end of a log, as the record keeps it; empty when there is none. */
export async function logTail(storageDir: string, id: string, kind: LogKind = 'log'): Promise<string> {
  const path = logPath(storageDir, id, kind);
  const file = await open(path, 'r').catch(unlessMissing(path));
  if (!file) return '';
  try {
    const { size } = await file.stat();
    if (size <= tailBytes) return (await readBytes(file, 0, size)).toString();
    // One byte more tells whether the cut happens to fall on the start of a line.
    const bytes = await readBytes(file, size - tailBytes - 1, tailBytes + 1);
    return bytes.toString('utf8', startOfLine(bytes));
  } finally {
    await file.close();
  }
}

/** The byte at which the last `most` bytes of a log begin, at the start of a line; 0 for a shorter one. */
export async function logStart(storageDir: string, id: string, most: number): Promise<number> {
  const path = logPath(storageDir, id, 'log');
  const file = await open(path, 'r').catch(unlessMissing(path));
  if (!file) return 0;
  try {
    const { size } = await file.stat();
    if (size <= most) return 0;
    const bytes = await readBytes(file, size - most - 1, tailBytes);
    return size - most - 1 + startOfLine(bytes);
  } finally {
    await file.close();
  }
}

/** Where the first whole line begins; in one endless line, the first whole character. */
function startOfLine(bytes: Buffer): number {
  const end = bytes.indexOf('\n');
  if (end >= 0 && end < bytes.length - 1) return end + 1;
  let start = 1;
  // Bytes 10xxxxxx continue a character of UTF-8.
  while (((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
  return start;
}

export interface ReadLogOptions {
  kind?: LogKind;
  /** Byte to begin at: the start of a line. */
  from?: number;
  /** Goes on with what is added, until this is aborted or `hasEnded`; the log need not be there yet. */
  follow?: AbortSignal;
  /** True when nothing will be added any more. */
  hasEnded?: () => Promise<boolean>;
}

/** The lines of a log; none when there is none. */
export async function* readLog(storageDir: string, id: string, options: ReadLogOptions = {}): AsyncGenerator<string> {
  const { kind = 'log', from = 0, follow, hasEnded } = options;
  const path = logPath(storageDir, id, kind);
  const place = { at: from, isLast: false };
  while (!place.isLast) {
    // Asked before reading: what was added up to then is read still.
    place.isLast = !follow || follow.aborted || (await hasEnded?.()) === true;
    const file = await open(path, 'r').catch(unlessMissing(path));
    if (file) yield* linesFrom(file, place);
    if (follow && !place.isLast) await changeOf(path, follow);
  }
}

/** Moves `place` on. A last line without its end waits for it, unless nothing more will come. Closes the file. */
async function* linesFrom(file: FileHandle, place: { at: number; isLast: boolean }): AsyncGenerator<string> {
  try {
    for (;;) {
      const { lines, length } = await nextLines(file, place.at, place.isLast);
      yield* lines;
      place.at += length;
      if (length === 0) return;
    }
  } finally {
    await file.close();
  }
}

/** The whole lines of the next piece of the file, and how many bytes they are. */
async function nextLines(file: FileHandle, at: number, isLast: boolean): Promise<{ lines: string[]; length: number }> {
  let bytes: Buffer = Buffer.alloc(0);
  let end = 0;
  // A line longer than a piece needs a longer piece.
  for (let size = tailBytes; end === 0; size *= 2) {
    bytes = await readBytes(file, at, size);
    end = bytes.lastIndexOf('\n') + 1;
    if (bytes.length < size) break;
  }
  if (end > 0) return { lines: bytes.toString('utf8', 0, end - 1).split('\n'), length: end };
  return isLast && bytes.length > 0 ? { lines: [bytes.toString()], length: bytes.length } : { lines: [], length: 0 };
}

/** Until something happens to the file, or a moment has passed: a file that is not there yet, and some file systems, tell nothing. */
async function changeOf(path: string, signal: AbortSignal): Promise<void> {
  const wake = new AbortController();
  const stop = () => wake.abort();
  const watcher = watchQuietly(path)?.once('change', stop).once('error', stop);
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  await delay(250, undefined, { signal: wake.signal }).catch(() => {});
  signal.removeEventListener('abort', stop);
  watcher?.close();
}

function watchQuietly(path: string) {
  try {
    return watch(path);
  } catch {
    return undefined;
  }
}

export async function removeLog(storageDir: string, id: string): Promise<void> {
  for (const kind of ['log', 'events'] as const) {
    const path = logPath(storageDir, id, kind);
    await rm(path, { force: true }).catch((error) => {
      throw storageError(path, error);
    });
  }
}

/** An id comes from outside and becomes a file name: nothing but a UUID will do. */
function logPath(storageDir: string, id: string, kind: LogKind): string {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) throw fail('DeploymentNotFound', id);
  return join(storageDir, 'logs', `${id}.${kind}`);
}
