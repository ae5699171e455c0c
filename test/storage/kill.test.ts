import { expect, test } from 'vitest';
import { listDeployments } from '../../src/storage/deployments.ts';
import { addProject } from '../../src/storage/projects.ts';
import { aProject } from './rows.ts';
import { startWorker, tempDatabase, type Worker } from './support.ts';

/** Two writers at once, each killed after so many writes of so many bytes; the large ones fold the journal every few writes. */
const rounds = Array.from({ length: 10 }, (_, n) => [
  { after: 1 + ((n * 7) % 12), logBytes: 120_000 },
  { after: 1 + ((n * 5) % 12), logBytes: 100 },
]);

async function killAfter(writes: number, worker: Worker): Promise<unknown[]> {
  const confirmed: unknown[] = [];
  for (let n = 0; n < writes; n++) confirmed.push(await worker.says());
  await worker.kill();
  return [...confirmed, ...worker.said];
}

test('a history whose writers are killed again and again keeps every write that was confirmed', async () => {
  const { dir, db, notices } = await tempDatabase();
  const { id } = await addProject(db, aProject('shop'));
  const confirmed: unknown[] = [];
  for (const round of rounds) {
    const killed = round.map(({ after, logBytes }) =>
      killAfter(after, startWorker('deployForever', dir, id, String(logBytes))),
    );
    confirmed.push(...(await Promise.all(killed)).flat());
    const { db: fresh, notices: news } = await tempDatabase(dir);
    const found = new Set((await listDeployments(fresh, { limit: 100_000 })).map((deployment) => deployment.id));
    expect(confirmed.filter((each) => !found.has(String(each)))).toEqual([]);
    expect(news).toEqual([]);
    await fresh.close();
  }
  // And the one who has had it open all the time sees the same.
  const seen = await listDeployments(db, { limit: 100_000 });
  expect(seen.length).toBeGreaterThanOrEqual(confirmed.length);
  expect(notices).toEqual([]);
});
