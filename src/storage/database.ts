import { mkdir } from 'node:fs/promises';
import type { Database as SqlDatabase, SqlValue } from 'sql.js';
import { storageError } from './atomicFile.ts';
import { fold, follow, historyFiles, type Memory } from './history.ts';
import { DamagedHistory, query, type Row } from './image.ts';
import { appendLine, applyChange, type Change, encodeEntry, type Table } from './journal.ts';
import { withLock } from './lock.ts';
import { repair, type StorageNotice } from './repair.ts';
import { sweep } from './sweep.ts';

export type { Row } from './image.ts';
export type { StorageNotice } from './repair.ts';

export interface Reader {
  all(sql: string, params?: SqlValue[]): Row[];
}

export interface Transaction extends Reader {
  insert(table: Table, row: Row): void;
  update(table: Table, id: string, columns: Row): void;
  remove(table: Table, id: string): void;
}

/** The one door to the history; any number of processes may have it open. */
export interface Database {
  /** Creates nothing where there is nothing yet. */
  read<T>(work: (db: Reader) => T): Promise<T>;
  /** All changes of `work` or none; on the disk when it resolves. `work` may run only once and must not wait. */
  write<T>(work: (tx: Transaction) => T): Promise<T>;
  /** Folds the journal into history.db, so that other tools find everything there; reading on is possible. */
  close(): Promise<void>;
}

/**
 * Opens the history of this folder, at its first use. `notify` hears when it had to be repaired.
 * Reading and writing throw DatabaseNewer, DatabaseBusy, DiskFull, StorageNotWritable.
 */
export function openDatabase(storageDir: string, notify: (notice: StorageNotice) => void = () => {}): Database {
  const files = historyFiles(storageDir);
  const inLine = oneAfterAnother();
  const inTurn = oneAfterAnother();
  let memory: Memory | undefined;
  let isReady = false;
  let hasWritten = false;

  /** Forgets the memory first: what fails under way has used it up. */
  const become = async (next: (before: Memory | undefined) => Promise<Memory>): Promise<Memory> => {
    const before = memory;
    memory = undefined;
    memory = await next(before);
    return memory;
  };
  const refresh = () => become((before) => follow(files, before));
  const mend = () =>
    become(async () => {
      const { memory, notice } = await repair(files);
      if (notice) notify(notice);
      return memory;
    });
  const refreshOrMend = () =>
    refresh().catch((error) => (error instanceof DamagedHistory ? mend() : Promise.reject(error)));
  // In line first: within one process a queue is quicker than asking for the lock again and again.
  const locked = <T>(work: () => Promise<T>) =>
    inLine(() => withLock(files.lock, 'writing the history', () => inTurn(work)));

  const read: Database['read'] = async (work) => {
    const attempt = () => inTurn(async () => work(reader((await refresh()).db)));
    return attempt().catch(async (error) => {
      if (!(error instanceof DamagedHistory)) throw error;
      await locked(mend);
      return attempt();
    });
  };

  const write: Database['write'] = async (work) => {
    if (!isReady) await prepare(storageDir);
    isReady = true;
    return locked(async () => {
      let now = await refreshOrMend();
      if (now.outdated) memory = now = await fold(files, now);
      const { result, changes } = rehearse(now.db, work);
      if (changes.length === 0) return result;
      await appendLine(files.journal, now.offset, encodeEntry({ seq: now.seq + 1, changes }));
      hasWritten = true;
      const after = await refresh();
      // The write is safe already: a fold that fails is tried again with the next one.
      if (after.offset > foldAt(after)) memory = await fold(files, after).catch(() => after);
      return result;
    });
  };

  const close: Database['close'] = async () => {
    const finish = async () => {
      const now = await refresh();
      if (now.offset > 0) memory = await fold(files, now);
    };
    // What cannot be folded now stays in the journal, where nothing is lost.
    if (hasWritten) await locked(finish).catch(() => {});
    await inTurn(async () => {
      memory?.db.close();
      memory = undefined;
    });
  };

  return { read, write, close };
}

async function prepare(storageDir: string): Promise<void> {
  await mkdir(storageDir, { recursive: true, mode: 0o700 }).catch((error) => {
    throw storageError(storageDir, error);
  });
  await sweep(storageDir);
}

/** Bytes of journal at which it is folded: in proportion to the image, so that a write's share of the cost stays the same. */
function foldAt(memory: Memory): number {
  return Math.max(1024 * 1024, memory.imageSize / 2);
}

/** What the work answers and would change. Memory itself changes only by lines that stand in the journal. */
function rehearse<T>(db: SqlDatabase, work: (tx: Transaction) => T): { result: T; changes: Change[] } {
  const changes: Change[] = [];
  const make = (change: Change) => {
    applyChange(db, change);
    changes.push(change);
  };
  db.exec('BEGIN');
  try {
    const result = work({
      ...reader(db),
      insert: (table, row) => make({ do: 'insert', table, row }),
      update: (table, id, row) => make({ do: 'update', table, id, row }),
      remove: (table, id) => make({ do: 'remove', table, id }),
    });
    return { result, changes };
  } finally {
    db.exec('ROLLBACK');
  }
}

function reader(db: SqlDatabase): Reader {
  return { all: (sql, params) => query(db, sql, params) };
}

/** Runs one piece of work after the other, whatever becomes of each. */
export function oneAfterAnother(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work, work);
    last = next.catch(() => {});
    return next;
  };
}
