import { isFinished } from '../shared/models.ts';
import type { Database, Reader } from './database.ts';
import { removeLog } from './logs.ts';
import { unixSeconds } from './projects.ts';

/** How much is kept; 0 is everything. */
export interface Retention {
  keepDays: number;
  /** Of each project. */
  keepDeployments: number;
}

/** What the choice is made by. */
export interface Past {
  id: string;
  projectId: string;
  status: Parameters<typeof isFinished>[0];
  /** Unix seconds. */
  startedAt: number;
}

/**
 * The deployments that need not be kept; pure. `newestFirst` are those of all projects. Whatever the settings say, these
 * stay: what runs, the newest of each project, and its last two successes, to which a rollback may have to go.
 */
export function outdated(
  newestFirst: readonly Past[],
  { keepDays, keepDeployments }: Retention,
  now: number,
): string[] {
  const seen = new Map<string, { all: number; successes: number }>();
  return newestFirst.flatMap(({ id, projectId, status, startedAt }) => {
    const before = seen.get(projectId) ?? { all: 0, successes: 0 };
    const isSuccess = status === 'success';
    seen.set(projectId, { all: before.all + 1, successes: before.successes + (isSuccess ? 1 : 0) });
    const isNeeded = !isFinished(status) || before.all === 0 || (isSuccess && before.successes < 2);
    const isOld = keepDays > 0 && startedAt < now - keepDays * 86_400;
    const isMore = keepDeployments > 0 && before.all >= keepDeployments;
    return !isNeeded && (isOld || isMore) ? [id] : [];
  });
}

/** Removes what is outdated from the history, all or nothing, and then its logs. Answers with how many these were. */
export async function prune(db: Database, storageDir: string, retention: Retention): Promise<number> {
  if (!retention.keepDays && !retention.keepDeployments) return 0;
  const find = (reader: Reader) => outdated(pastOf(reader), retention, unixSeconds());
  if ((await db.read(find)).length === 0) return 0;
  const removed = await db.write((tx) => {
    // Asked once more: another process may have been faster, or have begun a deployment.
    const ids = find(tx);
    for (const id of ids) tx.remove('deployments', id);
    return ids;
  });
  for (const id of removed) await removeLog(storageDir, id);
  return removed.length;
}

function pastOf(reader: Reader): Past[] {
  const sql = 'SELECT id, project_id, status, started_at FROM deployments ORDER BY started_at DESC, rowid DESC';
  return reader.all(sql).map((row) => ({
    id: row.id as string,
    projectId: row.project_id as string,
    status: row.status as Past['status'],
    startedAt: row.started_at as number,
  }));
}
