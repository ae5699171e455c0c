import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database as SqlDatabase } from 'sql.js';
import { writeFileAtomic } from './atomicFile.ts';
import { type FileContent, identityOf, keepCopy, readFrom, unlessMissing } from './files.ts';
import { DamagedHistory, foldedSeq, openImage } from './image.ts';
import { applyEntry, decodeEntries, type Entry } from './journal.ts';
import { migrate } from './schema.ts';

/**
 * The history on the disk is an image, which is the whole sql.js database, and a journal of what came after it.
 * Writing the image costs time that grows with the history, adding a line to the journal does not; so a write
 * is a line, and now and then the journal is folded into a new image. The image before and its journal are kept:
 * together with the journal they are everything once more.
 */
export interface HistoryFiles {
  image: string;
  journal: string;
  lastImage: string;
  lastJournal: string;
  lock: string;
}

export function historyFiles(storageDir: string): HistoryFiles {
  const path = (name: string) => join(storageDir, name);
  return {
    image: path('history.db'),
    journal: path('history.journal'),
    lastImage: path('history.bak.db'),
    lastJournal: path('history.bak.journal'),
    lock: path('history.lock'),
  };
}

/** The history in memory, and which bytes of the disk it stands for. */
export interface Memory {
  db: SqlDatabase;
  /** Number of the last change that it holds. */
  seq: number;
  /** Identity of the image that it came from; empty when there was none. */
  image: string;
  /** Bytes. */
  imageSize: number;
  /** Inode of the journal, once there is one. */
  journal: bigint | undefined;
  /** Bytes of the journal that are in it. */
  offset: number;
  /** The image has yet to be made, or made anew with the tables of this version. */
  outdated: boolean;
}

/**
 * Memory as the disk is now: from the new lines of the journal alone, where that is enough.
 * The memory that is handed in is used up. Throws DamagedHistory or DatabaseNewer.
 */
export async function follow(files: HistoryFiles, memory: Memory | undefined): Promise<Memory> {
  if (!memory) return load(files, true);
  const image = await identityOf(files.image);
  const journal = await readFrom(files.journal, memory.offset);
  if (image === memory.image && continues(memory, journal)) {
    const followed = advance(memory, journal);
    if (followed) return followed;
  }
  memory.db.close();
  return load(files, false);
}

function continues(memory: Memory, journal: FileContent | undefined): boolean {
  if (memory.journal === undefined) return true;
  return journal?.ino === memory.journal && journal.size >= memory.offset;
}

/** Applies the lines of the journal that are new, or answers undefined when they do not join what is known. */
function advance(memory: Memory, journal: FileContent | undefined): Memory | undefined {
  if (!journal) return memory;
  const { entries, length, damaged } = decodeEntries(journal.bytes);
  const news = entries.filter((entry) => entry.seq > memory.seq);
  const fits = !damaged && news.every((entry, index) => entry.seq === memory.seq + 1 + index);
  if (!fits || !news.every((entry) => isApplied(memory.db, entry))) return undefined;
  return { ...memory, seq: memory.seq + news.length, journal: journal.ino, offset: memory.offset + length };
}

/** False when the tables refuse it, which they do only when something before it is missing. */
export function isApplied(db: SqlDatabase, entry: Entry): boolean {
  try {
    applyEntry(db, entry);
    return true;
  } catch {
    return false;
  }
}

/** Reads everything; `thorough` also checks every page. */
export async function load(files: HistoryFiles, thorough: boolean): Promise<Memory> {
  const { image, journal } = await snapshot(files);
  if (!image && (journal || (await identityOf(files.lastImage)))) throw new DamagedHistory();
  const memory = await fromImage(files.image, image, thorough);
  try {
    const whole = advance(memory, journal);
    if (!whole) throw new DamagedHistory();
    // Only now: the lines were written for the tables as the image has them.
    return { ...whole, outdated: migrate(memory.db) };
  } catch (error) {
    memory.db.close();
    throw error;
  }
}

/** What an image alone holds; with no image, nothing. */
export async function fromImage(path: string, image: FileContent | undefined, thorough: boolean): Promise<Memory> {
  const db = await openImage(path, image?.bytes, thorough);
  return {
    db,
    seq: foldedSeq(db),
    image: image?.identity ?? '',
    imageSize: image?.size ?? 0,
    journal: undefined,
    offset: 0,
    outdated: !image,
  };
}

/** Image and journal of one moment, without the lock: nobody replaced the image while the journal was read. */
async function snapshot(files: HistoryFiles) {
  for (;;) {
    const image = await readFrom(files.image, 0);
    const journal = await readFrom(files.journal, 0);
    if ((await identityOf(files.image)) === (image?.identity ?? '')) return { image, journal };
  }
}

/** Makes a new image of what is in memory. Whatever it dies between, the next load finds everything. Needs the lock. */
export async function fold(files: HistoryFiles, memory: Memory): Promise<Memory> {
  if (memory.image) await keepCopy(files.image, files.lastImage);
  const { image, imageSize } = await writeImage(files, memory);
  await retireJournal(files);
  return { ...memory, image, imageSize, journal: undefined, offset: 0, outdated: false };
}

export async function writeImage(files: HistoryFiles, { db, seq }: Memory) {
  db.run('UPDATE journal SET folded = ?', [seq]);
  const bytes = db.export();
  await writeFileAtomic(files.image, bytes);
  return { image: await identityOf(files.image), imageSize: bytes.length };
}

export async function retireJournal(files: HistoryFiles): Promise<void> {
  await rename(files.journal, files.lastJournal).catch(unlessMissing(files.journal));
}
