import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StepId } from '../../src/shared/events.ts';
import type { Project } from '../../src/shared/models.ts';
import { applyEvent, type Progress } from '../../src/shared/progress.ts';
import { startTestSandbox } from '../support/sandbox.ts';
import { commitFiles, git, nodeApp, server, webApp } from './apps.ts';
import { percents, transcript } from './transcript.ts';
import { type Ended, openWorld, skippedSteps, textAt, type World } from './world.ts';

let sandbox: Awaited<ReturnType<typeof startTestSandbox>>;
let world: World;

beforeAll(async () => {
  sandbox = await startTestSandbox();
  world = await openWorld(sandbox.endpoint);
});

afterAll(async () => {
  await sandbox?.stop();
  await world?.close();
});

describe('one project, from its first deployment on', () => {
  let repository: { name: string; folder: string };
  let project: Project;
  let first: Ended;
  const names = () => ({ [repository.folder]: '<folder>', [repository.name]: '<project>' });

  beforeAll(async () => {
    repository = world.repository(webApp('one'));
    project = await world.project(repository.name, repository.folder);
    first = await world.deploy(project);
  });

  test('the first deployment goes through the ten steps, as it always did', async () => {
    await expect(transcript(first.events, names())).toMatchFileSnapshot('../golden/first-deployment.txt');
  });

  test('it ends as a success whose URL answers', async () => {
    expect(first.record).toMatchObject({ status: 'success', commitMessage: 'First version', errorMessage: '' });
    expect(await textAt(first.record.facts.url)).toBe('one');
  });

  test('its record says what was built and where it runs', () => {
    const { record } = first;
    expect(record.commitSha).toBe(git(repository.folder, 'rev-parse', 'HEAD'));
    expect(record.imageTag).toMatch(new RegExp(`^${repository.name}-${record.commitSha.slice(0, 12)}-[0-9a-f]{8}$`));
    expect(record.facts.imageDigest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(record.facts.taskDefinitionArn).toMatch(new RegExp(`task-definition/${repository.name}:1$`));
    expect(record.completedAt).toBeGreaterThanOrEqual(record.startedAt);
    expect(record.holder).toBeUndefined();
  });

  test('its stages are real: each lies within its step', () => {
    const progress = first.events.reduce<Progress | undefined>(applyEvent, undefined);
    const stagesOf = (id: StepId) => progress?.steps.find((step) => step.id === id)?.stages ?? [];
    const build = stagesOf('build').map(({ name }) => name);
    expect(build).toEqual(expect.arrayContaining(['sending files', expect.stringMatching(/^\[.*1\/\d+\] FROM /)]));
    expect(stagesOf('push')).not.toEqual([]);
    expect(stagesOf('push').some(({ cached, bytes = 0 }) => cached || bytes > 0)).toBe(true);
    expect(stagesOf('monitor').map(({ name }) => name)).toEqual(['provision', 'pull', 'start', 'health']);
    for (const step of progress?.steps ?? []) {
      // A new service begins its tasks in the step before; ECS rounds its times.
      const from = (step.id === 'monitor' ? first.record.startedAt * 1000 : (step.startedAt ?? 0)) - 1000;
      for (const stage of step.stages ?? []) {
        expect(stage.startedAt).toBeGreaterThanOrEqual(from);
        expect(stage.endedAt).toBeGreaterThanOrEqual(stage.startedAt);
        expect(stage.endedAt).toBeLessThanOrEqual((step.endedAt ?? 0) + 1000);
      }
    }
    expect(progress?.figures).toMatchObject({ pushAttempts: 1, desiredTasks: 1, failedTasks: 0 });
    expect(progress?.figures?.imageBytes).toBeGreaterThan(1e6);
    expect(progress?.figures?.contextFiles).toBeGreaterThan(2);
  });

  test('the bar never goes back, and build, push and rollout move it', () => {
    const shown = percents(first.events);
    expect(shown).toEqual([...shown].sort((a, b) => a - b));
    expect(shown.at(-1)).toBe(100);
    const told = new Set(first.events.flatMap((event) => (event.type === 'step-progress' ? event.step : [])));
    expect([...told]).toEqual(expect.arrayContaining(['build', 'push', 'monitor']));
  });

  test('no work folder is left', () => {
    expect(readdirSync(path.join(world.storageDir, 'work'))).toEqual([]);
  });

  test('the same commit again builds, pushes and registers nothing', async () => {
    const again = await world.deploy(project);
    await expect(transcript(again.events, names())).toMatchFileSnapshot('../golden/unchanged-deployment.txt');
    expect(skippedSteps(again.events)).toEqual(['build', 'push', 'register', 'deploy']);
    expect(again.record.facts.taskDefinitionArn ?? first.record.facts.taskDefinitionArn).toBe(
      first.record.facts.taskDefinitionArn,
    );
  });

  test('a changed commit becomes revision 2 at the same URL, and a rollback brings the first back', async () => {
    commitFiles(repository.folder, { 'server.js': server('two') }, 'Second version');
    const second = await world.deploy(project);
    await expect(transcript(second.events, names())).toMatchFileSnapshot('../golden/changed-deployment.txt');
    expect(second.record.facts.url).toBe(first.record.facts.url);
    expect(second.record.facts.taskDefinitionArn).toMatch(/:2$/);
    expect(await textAt(second.record.facts.url)).toBe('two');

    const back = await world.rollback(project);
    await expect(transcript(back.events, names())).toMatchFileSnapshot('../golden/rollback.txt');
    const { taskDefinitionArn } = first.record.facts;
    expect(back.record).toMatchObject({ status: 'success', facts: { operation: 'rollback', taskDefinitionArn } });
    expect(await textAt(first.record.facts.url)).toBe('one');
  });
});

test('a Dockerfile of the project is used as it is', async () => {
  const dockerfile =
    'FROM node:22-bookworm-slim\nWORKDIR /srv\nCOPY server.js .\nENV PORT=4100\nEXPOSE 4100\nCMD ["node", "server.js"]\n';
  const { name, folder } = world.repository({ 'server.js': server('by hand'), Dockerfile: dockerfile });
  const { record, events } = await world.deploy(await world.project(name, folder));
  expect(record.failure).toBeUndefined();
  expect(events).toContainEqual(
    expect.objectContaining({ type: 'step-succeeded', step: 'detect', summary: expect.stringContaining('4100') }),
  );
  expect(await textAt(record.facts.url)).toBe('by hand');
});

test('a folder without a branch is deployed as it lies, and the record says that it had changes', async () => {
  const { name, folder } = world.repository(webApp('committed'));
  writeFileSync(path.join(folder, 'server.js'), server('as it lies'));
  const project = await world.project(name, folder, { branch: '' });
  const { record } = await world.deploy(project);
  expect(record).toMatchObject({ status: 'success', facts: { uncommitted: true } });
  expect(await textAt(record.facts.url)).toBe('as it lies');
  expect(git(folder, 'status', '--porcelain')).toBe('M server.js');

  writeFileSync(path.join(folder, 'server.js'), server('changed once more'));
  const next = await world.deploy(project);
  expect(next.record.imageTag).not.toBe(record.imageTag);
  expect(await textAt(next.record.facts.url)).toBe('changed once more');
});

test('.git, .env and keys stay out of the image', async () => {
  const list = "require('node:fs').readdirSync('.').sort().join()";
  const script = `require('node:http').createServer((q, s) => s.end(${list})).listen(process.env.PORT)\n`;
  const { name, folder } = world.repository({ ...nodeApp(script), '.dockerignore': 'notes.txt\n', 'notes.txt': 'x' });
  commitFiles(folder, { '.env': 'TOKEN=secret\n', 'server.pem': 'secret\n', kept: 'yes' }, 'Secrets by mistake');
  const { record, events } = await world.deploy(await world.project(name, folder));
  const files = (await textAt(record.facts.url)).split(',');
  expect(files).toContain('kept');
  expect(files.filter((file) => ['.git', '.env', 'server.pem', 'notes.txt'].includes(file))).toEqual([]);
  expect(events).toContainEqual(expect.objectContaining({ type: 'warning', message: expect.stringContaining('.env') }));
});
