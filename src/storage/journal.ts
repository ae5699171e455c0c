import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Database as SqlDatabase, SqlValue } from 'sql.js';
import { storageError, syncFolder } from './atomicFile.ts';
import type { Row } from './image.ts';

export type Table = 'projects' | 'deployments';

export type Change =
  | { do: 'insert'; table: Table; row: Row }
  | { do: 'update'; table: Table; id: string; row: Row }
  | { do: 'remove'; table: Table; id: string };

/** One transaction, one line: it is there as a whole or not at all. */
export interface Entry {
  /** Counts from 1, without a gap. */
  seq: number;
  changes: Change[];
}

/** A line is the checksum of its JSON, a space, and the JSON. */
export function encodeEntry(entry: Entry): string {
  const json = JSON.stringify(entry);
  return `${checksum(json)} ${json}\n`;
}

export interface Decoded {
  entries: Entry[];
  /** Bytes up to the end of the last whole line; what follows was being written, or its writer died. */
  length: number;
  /** Lines that are whole but wrong: the disk's fault. */
  damaged: number;
}

export function decodeEntries(bytes: Buffer): Decoded {
  const length = bytes.lastIndexOf('\n') + 1;
  const lines = bytes.toString('utf8', 0, length).split('\n').slice(0, -1);
  const entries = lines.map(decodeLine).filter((entry) => entry !== undefined);
  return { entries, length, damaged: lines.length - entries.length };
}

function decodeLine(line: string): Entry | undefined {
  const json = line.slice(17);
  return line === `${checksum(json)} ${json}` ? (JSON.parse(json) as Entry) : undefined;
}

function checksum(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/**
 * Adds a line after the first `offset` bytes and waits until it is on the disk; a torn line there is cut off.
 * When it fails, the journal is as before. Only for the holder of the lock.
 */
export async function appendLine(path: string, offset: number, line: string): Promise<void> {
  const file = await open(path, 'a', 0o600).catch((error) => {
    throw storageError(path, error);
  });
  try {
    if ((await file.stat()).size > offset) await file.truncate(offset);
    await file.appendFile(line);
    await file.sync();
    if (offset === 0) await syncFolder(dirname(path));
  } catch (error) {
    await file.truncate(offset).catch(() => {});
    throw storageError(path, error);
  } finally {
    await file.close();
  }
}

/** Applies one transaction, or nothing of it; throws what SQLite says about it. */
export function applyEntry(db: SqlDatabase, entry: Entry): void {
  db.exec('BEGIN');
  try {
    for (const change of entry.changes) applyChange(db, change);
    db.exec('COMMIT');
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
}

export function applyChange(db: SqlDatabase, change: Change): void {
  if (change.do === 'remove') {
    db.run(`DELETE FROM ${change.table} WHERE id = ?`, [change.id]);
    return;
  }
  const columns = Object.keys(change.row);
  const values = Object.values(change.row).map(bindable);
  if (change.do === 'insert') {
    db.run(`INSERT INTO ${change.table} (${columns}) VALUES (${columns.map(() => '?')})`, values);
  } else if (columns.length > 0) {
    const set = columns.map((column) => `${column} = ?`);
    db.run(`UPDATE ${change.table} SET ${set} WHERE id = ?`, [...values, change.id]);
  }
}

/** sql.js reads a text only up to its first NUL. */
function bindable(value: SqlValue | undefined): SqlValue {
  return typeof value === 'string' ? value.replaceAll('\0', '\uFFFD') : (value ?? null);
}
