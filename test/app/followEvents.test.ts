import { appendFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createApp } from '../../src/app.ts';
import { fail } from '../../src/shared/errors.ts';
import type { DeployEvent } from '../../src/shared/events.ts';
import { defaultSettings } from '../../src/shared/settings.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { insertDeployment, updateDeployment } from '../../src/storage/deployments.ts';
import { currentHolder } from '../../src/storage/lock.ts';
import { openLog } from '../../src/storage/logs.ts';
import { addProject } from '../../src/storage/projects.ts';
import { aDeployment, aProject } from '../storage/rows.ts';

const opened: { close(): Promise<unknown> }[] = [];
afterEach(() => Promise.all(opened.splice(0).map((each) => each.close())));

/** A deployment that another process runs: its record and its events are on the disk, and nothing of it is in memory. */
async function runningElsewhere() {
  const storageDir = mkdtempSync(path.join(tmpdir(), 'deployotron-follow-'));
  const database = openDatabase(storageDir);
  const project = await addProject(database, aProject('shop'));
  const record = aDeployment(project.id, { status: 'inprogress', completedAt: undefined, holder: currentHolder() });
  await insertDeployment(database, record);
  const events = await openLog(storageDir, record.id, 'events');
  const write = (event: object) => events.append([JSON.stringify({ deploymentId: record.id, at: 1, ...event })]);
  const secrets = { get: async () => undefined, store: async () => {}, delete: async () => {} };
  const host = { storageDir, secrets, settings: () => defaultSettings, log: () => {} };
  const app = await createApp(host, () => {});
  opened.push(app, events);
  const file = path.join(storageDir, 'logs', `${record.id}.events`);
  return { app, database, record, write, file };
}

async function collect(events: AsyncIterable<DeployEvent>): Promise<string[]> {
  const types: string[] = [];
  for await (const event of events) types.push(event.type);
  return types;
}

test('a second window sees the events of a deployment from its start to its end', async () => {
  const { app, database, record, write } = await runningElsewhere();
  await write({ type: 'deployment-started', projectName: 'shop', operation: 'deploy', steps: ['record', 'clone'] });
  const seen = collect(app.followEvents(record.id, new AbortController().signal));
  await write({ type: 'step-started', step: 'record' });
  await write({ type: 'deployment-finished', status: 'success' });
  await updateDeployment(database, record.id, { status: 'success', completedAt: 2 });
  expect(await seen).toEqual(['deployment-started', 'step-started', 'deployment-finished']);
});

test('a deployment whose process died without a word has an end all the same, and half a line is no event', async () => {
  const { app, database, record, write, file } = await runningElsewhere();
  await write({ type: 'deployment-started', projectName: 'shop', operation: 'deploy', steps: ['record'] });
  appendFileSync(file, '{"type":"step-sta');
  const { failure } = fail('Interrupted');
  await updateDeployment(database, record.id, { status: 'interrupted', completedAt: 2, failure });
  const events: DeployEvent[] = [];
  for await (const event of app.followEvents(record.id, new AbortController().signal)) events.push(event);
  expect(events.at(-1)).toMatchObject({ type: 'deployment-finished', status: 'interrupted', failure });
  expect(events).toHaveLength(2);
});

test('how far a deployment came can be told after its process is gone', async () => {
  const { app, record, write } = await runningElsewhere();
  await write({ type: 'deployment-started', projectName: 'shop', operation: 'deploy', steps: ['record', 'clone'] });
  await write({ type: 'step-started', step: 'record' });
  await write({ type: 'step-succeeded', step: 'record', summary: 'all there' });
  expect(await app.progressOf(record.id)).toMatchObject({ projectName: 'shop', percent: 10 });
});
