import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fail } from '../../src/shared/errors.ts';
import type { Evidence } from '../../src/shared/models.ts';
import {
  getDeployment,
  insertDeployment,
  listDeployments,
  markInterrupted,
  recordsWithLog,
  updateDeployment,
} from '../../src/storage/deployments.ts';
import { currentHolder } from '../../src/storage/lock.ts';
import { openLog } from '../../src/storage/logs.ts';
import { addProject, removeProject } from '../../src/storage/projects.ts';
import { aDeployment, aProject } from './rows.ts';
import { startWorker, tempDatabase } from './support.ts';

async function withProject() {
  const { dir, db } = await tempDatabase();
  const project = await addProject(db, aProject('shop'));
  return { dir, db, project };
}

const evidence: Evidence = {
  takenAt: 5,
  stoppedTasks: [
    {
      taskArn: 'arn:task/1',
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      stoppedAt: undefined,
      containers: [{ name: 'app', exitCode: 1, reason: '' }],
    },
  ],
  serviceEvents: [{ at: 4, message: 'has started 1 tasks' }],
  logLines: [{ task: '1', lines: ['Error: no "PORT"', ''] }],
};

test('a deployment comes back as it was recorded', async () => {
  const { db, project } = await withProject();
  const { failure } = fail('BuildFailed', 'RUN npm ci', 'npm error');
  const whole = aDeployment(project.id, { completedAt: 7, failure, evidence, holder: currentHolder(), logs: 'a\nb\n' });
  const bare = aDeployment(project.id);
  await insertDeployment(db, whole);
  await insertDeployment(db, bare);
  expect(await getDeployment(db, whole.id)).toEqual(whole);
  expect(await getDeployment(db, bare.id)).toEqual(bare);
});

test('a change adds to the facts, empties what is given as undefined, and leaves the rest', async () => {
  const { db, project } = await withProject();
  const before = aDeployment(project.id, { holder: currentHolder(), facts: { operation: 'deploy', imageUri: 'a:1' } });
  await insertDeployment(db, before);
  const after = await updateDeployment(db, before.id, {
    holder: undefined,
    completedAt: 9,
    facts: { url: 'http://x' },
  });
  expect(after).toEqual({
    ...before,
    holder: undefined,
    completedAt: 9,
    facts: { operation: 'deploy', imageUri: 'a:1', url: 'http://x' },
  });
  expect(await getDeployment(db, before.id)).toEqual(after);
});

test('a deployment is found by the beginning of its id, when that is only its own', async () => {
  const { db, project } = await withProject();
  const ids = ['ab000000-0000-4000-8000-000000000000', 'abf00000-0000-4000-8000-000000000000'];
  for (const id of ids) await insertDeployment(db, aDeployment(project.id, { id }));
  expect((await getDeployment(db, 'AB0')).id).toBe(ids[0]);
  expect((await getDeployment(db, 'abf')).id).toBe(ids[1]);
  await expect(getDeployment(db, 'ab')).rejects.toMatchObject({ failure: { code: 'InvalidOption' } });
  for (const unknown of ['abe', '', 'a_', '%', "' OR 1"]) {
    await expect(getDeployment(db, unknown)).rejects.toMatchObject({ failure: { code: 'DeploymentNotFound' } });
  }
});

test('the list is newest first, by project, and in pages without a gap or a repetition', async () => {
  const { db, project } = await withProject();
  const other = await addProject(db, aProject('blog'));
  // Three of them in the same second, as it happens to quick failures.
  const all = [10, 20, 20, 20, 30].map((startedAt) => aDeployment(project.id, { startedAt }));
  for (const deployment of all) await insertDeployment(db, deployment);
  await insertDeployment(db, aDeployment(other.id, { startedAt: 25 }));

  const newestFirst = all.map(({ id }) => id).reverse();
  const list = await listDeployments(db, { projectId: project.id });
  expect(list.map(({ id }) => id)).toEqual(newestFirst);
  expect((await listDeployments(db)).length).toBe(6);

  const paged: string[] = [];
  for (let before: string | undefined; ; before = paged.at(-1)) {
    const page = await listDeployments(db, { projectId: project.id, limit: 2, before });
    if (page.length === 0) break;
    paged.push(...page.map(({ id }) => id));
  }
  expect(paged).toEqual(newestFirst);
});

test('a deployment whose process was killed becomes interrupted and keeps its log; those of living ones go on', async () => {
  const { dir, db, project } = await withProject();
  const living = aDeployment(project.id, { status: 'inprogress', holder: currentHolder() });
  const done = aDeployment(project.id, { status: 'success', completedAt: 5 });
  for (const deployment of [living, done]) await insertDeployment(db, deployment);
  const worker = startWorker('deploy', dir, project.id);
  const id = String(await worker.says());
  const log = await openLog(dir, id);
  await log.append(['Step 1/9', 'Step 2/9']);
  await log.close();
  expect(await markInterrupted(db, dir)).toEqual([]);

  await worker.kill();
  const interrupted = await markInterrupted(db, dir);
  expect(interrupted).toMatchObject([
    { id, status: 'interrupted', failure: { code: 'Interrupted' }, logs: 'Step 1/9\nStep 2/9\n' },
  ]);
  expect(interrupted[0]?.completedAt).toBeGreaterThan(1_700_000_000);
  expect(interrupted[0]?.errorMessage).toBe(fail('Interrupted').message);
  expect(await markInterrupted(db, dir)).toEqual([]);
  expect((await getDeployment(db, living.id)).status).toBe('inprogress');
});

test('a record whose project is gone is neither added nor changed', async () => {
  const { dir, db, project } = await withProject();
  const deployment = aDeployment(project.id);
  await insertDeployment(db, deployment);
  await removeProject(db, dir, project.id);
  const change = updateDeployment(db, deployment.id, { status: 'failed' });
  await expect(change).rejects.toMatchObject({ failure: { code: 'DeploymentNotFound' } });
  const addition = insertDeployment(db, aDeployment(project.id));
  await expect(addition).rejects.toMatchObject({ failure: { code: 'ProjectNotFound' } });
});

test('a long history stays small: only the newest records hold the end of their log', async () => {
  const { dir, db, project } = await withProject();
  const logs = `${'x'.repeat(100)}\n`.repeat(648);
  for (let n = 0; n < recordsWithLog + 30; n++) {
    await insertDeployment(db, aDeployment(project.id, { startedAt: 1_700_000_000 + n, completedAt: 1, logs }));
  }
  await db.close();
  const { db: again } = await tempDatabase(dir);
  const all = await listDeployments(again, { limit: 1000 });
  expect(all).toHaveLength(recordsWithLog + 30);
  expect(all.map((each) => each.logs === logs).lastIndexOf(true)).toBe(recordsWithLog - 1);
  expect(all.at(-1)?.logs).toBe('');
  // Pages that became free are used again.
  expect((await stat(join(dir, 'history.db'))).size).toBeLessThan(1.2 * recordsWithLog * logs.length);
});
