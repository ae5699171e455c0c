import { join } from 'node:path';
import { keepCopy, readFrom } from './files.ts';
import { fromImage, type HistoryFiles, isApplied, load, type Memory, retireJournal, writeImage } from './history.ts';
import { DamagedHistory } from './image.ts';
import { decodeEntries, type Entry } from './journal.ts';
import { migrate } from './schema.ts';

/** What a face has to tell the user about the history. */
export interface StorageNotice {
  kind: 'restored' | 'started-new';
  /** The damaged file, kept aside; empty when it was missing. */
  kept: string;
  /** All of it in a sentence or two. */
  message: string;
}

/**
 * Puts the history together again from the last good image and the journals; what is damaged is kept aside.
 * Needs the lock. Says what it did, unless another process was faster. The files stay such that this can be done
 * once more, wherever it dies.
 */
export async function repair(files: HistoryFiles): Promise<{ memory: Memory; notice?: StorageNotice }> {
  const sound = await load(files, true).catch(unlessDamaged);
  if (sound) return { memory: sound };
  const kept = await keepAside(files);
  const { memory, isComplete } = await rebuild(files);
  const notice = describe(files.image, kept, memory.seq > 0, isComplete);
  const written = await writeImage(files, memory);
  await keepCopy(files.image, files.lastImage);
  await retireJournal(files);
  return { memory: { ...memory, ...written, outdated: false }, notice };
}

function unlessDamaged(error: unknown): undefined {
  if (!(error instanceof DamagedHistory)) throw error;
}

/** Everything that can still be read, in its order; complete when there was neither a gap nor a bad line in it. */
async function rebuild(files: HistoryFiles): Promise<{ memory: Memory; isComplete: boolean }> {
  const base = await soundest([files.image, files.lastImage]);
  // Before the lines: an older image lies before the change of tables that some of them were written for.
  migrate(base.db);
  const journals = [await readFrom(files.lastJournal, 0), await readFrom(files.journal, 0)];
  const decoded = journals.map((journal) => decodeEntries(journal?.bytes ?? Buffer.alloc(0)));
  const news = decoded.flatMap(({ entries }) => entries).filter((entry) => entry.seq > base.seq);
  const hasGap = hasGapAfter(base.seq, news);
  const applied = news.filter((entry) => isApplied(base.db, entry)).length;
  const seq = news.at(-1)?.seq ?? base.seq;
  const isComplete = seq > 0 && !hasGap && applied === news.length && decoded.every(({ damaged }) => !damaged);
  return { memory: { ...base, seq }, isComplete };
}

/** The first of these images that is good, or an empty one. */
async function soundest(paths: string[]): Promise<Memory> {
  for (const path of paths) {
    const image = await readFrom(path, 0);
    const memory = image && (await fromImage(path, image, true).catch(unlessDamaged));
    if (memory) return memory;
  }
  return fromImage('', undefined, false);
}

function hasGapAfter(seq: number, entries: Entry[]): boolean {
  return entries.some((entry, index) => entry.seq !== (entries[index - 1]?.seq ?? seq) + 1);
}

/** The image by a second name, so that there is never a moment without one; a journal with bad lines likewise. */
async function keepAside(files: HistoryFiles): Promise<string> {
  const image = await readFrom(files.image, 0);
  const isSound = image && (await fromImage(files.image, image, true).catch(unlessDamaged));
  isSound?.db.close();
  const [path, end] = isSound ? [files.journal, 'journal'] : [files.image, 'db'];
  if (!isSound && !image) return '';
  const kept = join(path, '..', `history.${new Date().toISOString().replace(/[-:]/g, '')}.damaged.${end}`);
  await keepCopy(path, kept);
  return kept;
}

function describe(path: string, kept: string, isRestored: boolean, isComplete: boolean): StorageNotice {
  const what = kept
    ? `The history in ${path} was damaged and is kept as ${kept}.`
    : `The history in ${path} was missing.`;
  if (!isRestored)
    return { kind: 'started-new', kept, message: `${what} There was no copy of it, so a new one was begun.` };
  const how = isComplete ? 'nothing is missing' : 'the newest entries may be missing';
  return { kind: 'restored', kept, message: `${what} It was restored from the last good copy; ${how}.` };
}
