import type { Database as SqlDatabase, SqlValue } from 'sql.js';
import { fail } from '../shared/errors.ts';
import { applicationId, migrations, versionOf } from './schema.ts';

export type Row = Record<string, SqlValue | undefined>;

/** What is stored is not what we wrote; caught inside this folder, where it leads to a repair. */
export class DamagedHistory extends Error {}

/**
 * The database that these bytes hold, or an empty one without tables.
 * Throws DamagedHistory, or DatabaseNewer. `thorough` also reads all of its pages.
 */
export async function openImage(path: string, bytes: Uint8Array | undefined, thorough: boolean): Promise<SqlDatabase> {
  if (bytes && !isWhole(bytes)) throw new DamagedHistory();
  const { default: initSqlJs } = await import('sql.js');
  const { Database } = await initSqlJs();
  const db = new Database(bytes);
  try {
    if (bytes) check(path, db, thorough);
    db.exec('PRAGMA foreign_keys = ON');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** sql.js takes an empty or short file for a good, empty database, so that its opening proves nothing. */
function isWhole(bytes: Uint8Array): boolean {
  // The header: https://www.sqlite.org/fileformat.html#the_database_header
  if (bytes.length < 512 || Buffer.from(bytes.subarray(0, 16)).toString('latin1') !== 'SQLite format 3\0') return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const pageSize = view.getUint16(16) === 1 ? 65_536 : view.getUint16(16);
  return bytes.length === pageSize * view.getUint32(28);
}

function check(path: string, db: SqlDatabase, thorough: boolean): void {
  const value = (sql: string) => db.exec(sql)[0]?.values[0]?.[0];
  try {
    if (value('PRAGMA application_id') !== applicationId) throw new DamagedHistory();
    if (versionOf(db) > migrations.length) throw fail('DatabaseNewer', path);
    if (thorough && value('PRAGMA quick_check(1)') !== 'ok') throw new DamagedHistory();
  } catch (error) {
    // What sql.js itself throws here ("file is not a database", "malformed") means the same.
    throw error instanceof Error && error.name === 'DeployError' ? error : new DamagedHistory();
  }
}

export function query(db: SqlDatabase, sql: string, params: SqlValue[] = []): Row[] {
  const statement = db.prepare(sql, params);
  try {
    const rows: Row[] = [];
    while (statement.step()) rows.push(statement.getAsObject());
    return rows;
  } finally {
    statement.free();
  }
}

/** The last change of the journal that is in the image already. */
export function foldedSeq(db: SqlDatabase): number {
  return versionOf(db) < 2 ? 0 : Number(query(db, 'SELECT folded FROM journal')[0]?.folded ?? 0);
}
