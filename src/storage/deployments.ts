import { fail } from '../shared/errors.ts';
import type { Deployment, DeploymentFacts } from '../shared/models.ts';
import type { Database, Reader, Row, Transaction } from './database.ts';
import { isAlive } from './holder.ts';
import { logTail } from './logs.ts';
import { columnOf, unixSeconds } from './projects.ts';

/** What is given changes; `facts` are added to those that are there. */
export interface DeploymentChange extends Partial<Omit<Deployment, 'id' | 'projectId' | 'facts'>> {
  facts?: Partial<DeploymentFacts>;
}

/** Throws ProjectNotFound when the project has been removed meanwhile. */
export function insertDeployment(db: Database, deployment: Deployment): Promise<void> {
  return db.write((tx) => {
    const projects = tx.all('SELECT id FROM projects WHERE id = ?', [deployment.projectId]);
    if (projects.length === 0) throw fail('ProjectNotFound', deployment.projectId);
    tx.insert('deployments', toRow(deployment));
    dropOldLogs(tx);
  });
}

/** So many of the newest records hold the end of their log; of those before them it is in the log's file alone. */
export const recordsWithLog = 100;

/** Keeps a long history small, since it is in memory as a whole. A new record makes one other old; some more, for what was left. */
function dropOldLogs(tx: Transaction): void {
  const sql = 'SELECT id, logs FROM deployments ORDER BY started_at DESC LIMIT 3 OFFSET ?';
  const old = tx.all(sql, [recordsWithLog]).filter(({ logs }) => logs !== '');
  for (const { id } of old) tx.update('deployments', id as string, { logs: '' });
}

/** Throws DeploymentNotFound. */
export function updateDeployment(db: Database, id: string, change: DeploymentChange): Promise<Deployment> {
  return db.write((tx) => {
    const before = find(tx, id);
    const facts = { ...before.facts, ...change.facts };
    tx.update('deployments', id, toRow(change.facts ? { ...change, facts } : (change as Omit<typeof change, 'facts'>)));
    return find(tx, id);
  });
}

/** By id or its first characters. Throws DeploymentNotFound, and InvalidOption when several begin so. */
export function getDeployment(db: Database, idOrPrefix: string): Promise<Deployment> {
  return db.read((reader) => find(reader, idOrPrefix));
}

export interface DeploymentQuery {
  projectId?: string;
  /** At most so many, 50 when absent. */
  limit?: number;
  /** The id of a deployment: only those that were started before it. The last of one page gives the next one. */
  before?: string;
}

/** Newest first; of those started in the same second, the one that was recorded last. */
export function listDeployments(
  db: Database,
  { projectId, limit = 50, before }: DeploymentQuery = {},
): Promise<Deployment[]> {
  return db.read((reader) => select(reader, { projectId, before }, limit));
}

/** Those that are under way, in whatever process. */
export function listRunning(db: Database): Promise<Deployment[]> {
  return db.read((reader) => reader.all(unfinished).map(toDeployment));
}

const unfinished = "SELECT * FROM deployments WHERE completed_at IS NULL AND status IN ('pending', 'inprogress')";

/**
 * Marks every unfinished deployment whose process has died as `interrupted`, and answers with them as they are now,
 * for the caller to clean up after. What their logs hold is kept in the record.
 */
export async function markInterrupted(db: Database, storageDir: string): Promise<Deployment[]> {
  const orphaned = await db.read(findOrphaned);
  if (orphaned.length === 0) return [];
  const tails = new Map<string, string>();
  for (const { id } of orphaned) tails.set(id, await logTail(storageDir, id));
  const { failure } = fail('Interrupted');
  return db.write((tx) =>
    // Asked once more: another process may have been faster.
    findOrphaned(tx).map(({ id }) => {
      const end = {
        status: 'interrupted',
        completedAt: unixSeconds(),
        errorMessage: failure.message,
        failure,
      } as const;
      tx.update('deployments', id, toRow({ ...end, logs: tails.get(id) ?? '' }));
      return find(tx, id);
    }),
  );
}

function findOrphaned(reader: Reader): Deployment[] {
  const rows = reader.all(unfinished);
  return rows.map(toDeployment).filter(({ holder, startedAt }) => !holder || !isAlive(holder, startedAt * 1000));
}

function find(reader: Reader, idOrPrefix: string): Deployment {
  const prefix = idOrPrefix.toLowerCase();
  // By the index: an id is made of 0-9, a-f and -, all of which come before g.
  const rows = reader.all("SELECT * FROM deployments WHERE id >= ?1 AND id < ?1 || 'g' LIMIT 2", [prefix]);
  const [row, another] = rows;
  if (!row || !prefix) throw fail('DeploymentNotFound', idOrPrefix);
  if (another) throw fail('InvalidOption', 'The deployment', idOrPrefix, 'several deployments begin so');
  return toDeployment(row);
}

function select(
  reader: Reader,
  { projectId, before }: Pick<DeploymentQuery, 'projectId' | 'before'>,
  limit: number,
): Deployment[] {
  const conditions: [sql: string, value: string | undefined][] = [
    ['project_id = ?', projectId],
    ['(started_at, rowid) < (SELECT started_at, rowid FROM deployments WHERE id = ?)', before],
  ];
  const given = conditions.filter(([, value]) => value !== undefined);
  const where = given.length > 0 ? `WHERE ${given.map(([sql]) => sql).join(' AND ')}` : '';
  const sql = `SELECT * FROM deployments ${where} ORDER BY started_at DESC, rowid DESC LIMIT ?`;
  return reader.all(sql, [...given.map(([, value]) => value as string), limit]).map(toDeployment);
}

function toDeployment(row: Row): Deployment {
  const parse = (json: unknown) => (json ? JSON.parse(json as string) : undefined);
  return {
    id: row.id as string,
    projectId: row.project_id as string,
    status: row.status as Deployment['status'],
    commitSha: row.commit_sha as string,
    commitMessage: row.commit_message as string,
    imageTag: row.image_tag as string,
    startedAt: row.started_at as number,
    completedAt: (row.completed_at as number | null) ?? undefined,
    errorMessage: row.error_message as string,
    logs: row.logs as string,
    facts: parse(row.facts),
    failure: parse(row.failure),
    evidence: parse(row.evidence),
    holder: parse(row.holder),
  };
}

/** Only the columns of what is given, so that a line of the journal stays short; a given `undefined` empties the column. */
function toRow(deployment: Partial<Deployment>): Row {
  const columns = Object.entries(deployment).map(([name, value]) => {
    return [columnOf(name), typeof value === 'object' ? JSON.stringify(value) : (value ?? null)];
  });
  return Object.fromEntries(columns);
}
