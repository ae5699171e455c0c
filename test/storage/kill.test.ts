import { watch } from 'node:fs';
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

/** As soon as a file whose name begins so appears in the folder. */
async function killAtFile(dir: string, name: string, worker: Worker): Promise<unknown[]> {
  const watcher = watch(dir);
  await new Promise<void>((resolve) => {
    watcher.on('change', (_, file) => String(file).startsWith(name) && resolve());
  });
  await worker.kill();
  watcher.close();
  return worker.said;
}

async function missingFrom(dir: string, confirmed: unknown[]): Promise<unknown[]> {
  const { db, notices } = await tempDatabase(dir);
  const found = new Set((await listDeployments(db, { limit: 100_000 })).map((deployment) => deployment.id));
  expect(notices).toEqual([]);
  await db.close();
  return confirmed.filter((each) => !found.has(String(each)));
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
    expect(await missingFrom(dir, confirmed)).toEqual([]);
  }
  // And the one who has had it open all the time sees the same.
  const seen = await listDeployments(db, { limit: 100_000 });
  expect(seen.length).toBeGreaterThanOrEqual(confirmed.length);
  expect(notices).toEqual([]);
});

test.each(['.history.db.', '.history.bak.db.'])('a writer that is killed as %s appears loses nothing', async (file) => {
  const { dir, db } = await tempDatabase();
  const { id } = await addProject(db, aProject('shop'));
  const confirmed: unknown[] = [];
  for (let time = 0; time < 3; time++) {
    confirmed.push(...(await killAtFile(dir, file, startWorker('deployForever', dir, id, '500000'))));
    expect(await missingFrom(dir, confirmed)).toEqual([]);
  }
  expect(confirmed.length).toBeGreaterThan(0);
});
