import {
  appendFileSync,
  closeSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** One log event as it stands on a line of the file; times in milliseconds since 1970. */
export interface StoredEvent {
  /** When it happened. */
  t: number;
  /** When it arrived. */
  i: number;
  m: string;
}

/** An event with its place: the number of bytes that were ever written to the stream before it. */
export interface PlacedEvent extends StoredEvent {
  offset: number;
}

/** A run of lines. The blocks are all that memory holds of a stream; the lines stay on disk. */
export interface Block {
  offset: number;
  length: number;
  minT: number;
  maxT: number;
  maxI: number;
}

/** One log stream as an append-only file of JSON lines. All calls are synchronous and short: at most a block is read. */
export interface LogFile {
  readonly blocks: readonly Block[];
  append(events: StoredEvent[]): void;
  /** In the order of arrival. */
  read(block: Block): PlacedEvent[];
  /** Forgets the oldest blocks whose events all happened before `time`. */
  dropBefore(time: number): void;
  remove(): void;
}

const blockSize = 64 * 1024;
const newline = 10;

/** Opens or creates the file. A last line that a crash cut short is dropped. */
export function openLogFile(path: string): LogFile {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  let blocks = scan(path);
  // Offsets stay as they were when the head of the file is dropped.
  let dropped = 0;
  const end = () => {
    const last = blocks.at(-1);
    return last ? last.offset + last.length : dropped;
  };

  return {
    get blocks() {
      return blocks;
    },

    append(events) {
      for (const event of events) {
        const line = Buffer.from(`${JSON.stringify({ t: event.t, i: event.i, m: event.m })}\n`);
        appendWhole(path, line, end() - dropped);
        extend(blocks, end(), line.length, event);
      }
    },

    read(block) {
      if (block.offset < dropped) return [];
      return parse(readRange(path, block.offset - dropped, block.length), block.offset);
    },

    dropBefore(time) {
      const kept = blocks.findIndex(({ maxT }) => maxT >= time);
      const rest = kept < 0 ? [] : blocks.slice(kept);
      if (rest.length === blocks.length) return;
      const start = rest[0]?.offset ?? end();
      copyTail(path, start - dropped);
      blocks = rest;
      dropped = start;
    },

    remove() {
      rmSync(path, { force: true });
    },
  };
}

/** Bytes that a full disk took only in part are taken back, so that the next line starts on a line of its own. */
function appendWhole(path: string, bytes: Buffer, size: number): void {
  try {
    appendFileSync(path, bytes, { mode: 0o600 });
  } catch (error) {
    withFile(path, 'r+', (file) => ftruncateSync(file, size));
    throw error;
  }
}

function extend(blocks: Block[], offset: number, length: number, event: StoredEvent): void {
  const last = blocks.at(-1);
  if (!last || last.length >= blockSize) {
    blocks.push({ offset, length, minT: event.t, maxT: event.t, maxI: event.i });
    return;
  }
  last.length += length;
  last.minT = Math.min(last.minT, event.t);
  last.maxT = Math.max(last.maxT, event.t);
  last.maxI = Math.max(last.maxI, event.i);
}

function scan(path: string): Block[] {
  return withFile(path, 'a+', (file) => {
    const blocks: Block[] = [];
    const { size } = fstatSync(file);
    let at = 0;
    let piece = blockSize;
    while (at < size) {
      const bytes = readAt(file, at, Math.min(piece, size - at));
      const whole = bytes.subarray(0, bytes.lastIndexOf(newline) + 1);
      if (whole.length === 0 && at + bytes.length >= size) break;
      // A line longer than what was read: read on from its start, with more room.
      piece = whole.length === 0 ? piece * 2 : blockSize;
      const events = parse(whole, at);
      events.forEach((event, n) => {
        const next = events[n + 1]?.offset ?? at + whole.length;
        extend(blocks, event.offset, next - event.offset, event);
      });
      at += whole.length;
    }
    if (at < size) ftruncateSync(file, at);
    return blocks;
  });
}

function parse(bytes: Buffer, offset: number): PlacedEvent[] {
  const events: PlacedEvent[] = [];
  let at = 0;
  while (at < bytes.length) {
    const end = bytes.indexOf(newline, at);
    events.push({ ...eventIn(bytes.toString('utf8', at, end)), offset: offset + at });
    at = end + 1;
  }
  return events;
}

/** A line that something else spoiled is shown as it is, rather than losing the stream. */
function eventIn(line: string): StoredEvent {
  try {
    return JSON.parse(line);
  } catch {
    return { t: 0, i: 0, m: line };
  }
}

function readRange(path: string, start: number, length: number): Buffer {
  return withFile(path, 'r', (file) => readAt(file, start, length));
}

function readAt(file: number, start: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const count = readSync(file, bytes, filled, length - filled, start + filled);
    if (count === 0) break;
    filled += count;
  }
  return bytes.subarray(0, filled);
}

/** Replaces the file by what stands in it from `start` on. */
function copyTail(path: string, start: number): void {
  const temporary = `${path}.tmp`;
  withFile(path, 'r', (from) =>
    withFile(temporary, 'w', (to) => {
      const { size } = fstatSync(from);
      for (let at = start; at < size; at += blockSize) writeSync(to, readAt(from, at, Math.min(blockSize, size - at)));
    }),
  );
  renameSync(temporary, path);
}

function withFile<T>(path: string, flags: string, use: (file: number) => T): T {
  const file = openSync(path, flags, 0o600);
  try {
    return use(file);
  } finally {
    closeSync(file);
  }
}
