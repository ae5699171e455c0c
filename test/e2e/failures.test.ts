import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Failure } from '../../src/shared/errors.ts';
import type { Project } from '../../src/shared/models.ts';
import { startTestSandbox } from '../support/sandbox.ts';
import { commitFiles, nodeApp, server, webApp } from './apps.ts';
import { type Ended, failureOf, openWorld, stepsThat, textAt, type World } from './world.ts';

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

const crash = "console.error('Error: DATABASE_URL is not set');\nprocess.exit(1);\n";

describe('a bad version over a good one', () => {
  let project: Project;
  let good: Ended;
  let bad: Ended;

  beforeAll(async () => {
    const { name, folder } = world.repository(webApp('good'));
    project = await world.project(name, folder);
    good = await world.deploy(project);
    commitFiles(folder, { 'server.js': crash }, 'Break it');
    bad = await world.deploy(project);
  });

  test('is rolled back as soon as its second task has failed alike, and the verdict says so', () => {
    expect(bad.record.status).toBe('rolledback');
    expect(stepsThat(bad.events, 'step-failed')).toEqual(['monitor']);
    expect(bad.record.failure?.code).toBe('RolledBack');
  });

  test('names the cause in a sentence and says what to do', () => {
    expect(bad.record.errorMessage).toContain('DATABASE_URL');
    expect(bad.record.failure?.remedy.text).toMatch(/\w+.*\.$/);
  });

  test('keeps the evidence: exit codes, the tasks’ own last words, events', () => {
    const { evidence } = bad.record;
    expect(evidence?.stoppedTasks.length).toBeGreaterThanOrEqual(2);
    expect(evidence?.stoppedTasks[0]?.containers).toContainEqual(expect.objectContaining({ exitCode: 1 }));
    expect(evidence?.logLines.flatMap(({ lines }) => lines).join()).toContain('DATABASE_URL is not set');
    expect(evidence?.serviceEvents.length).toBeGreaterThan(0);
  });

  test('leaves the running version answering', async () => {
    expect(await textAt(good.record.facts.url)).toBe('good');
    expect(await world.app.serviceStatus(project)).toBeDefined();
  });

  test('keeps the failure in the history, with the end of its log and what its tasks wrote', async () => {
    const [newest] = await world.app.listDeployments({ projectId: project.id, limit: 1 });
    const stored = await world.app.getDeployment(newest?.id ?? '');
    expect(stored).toMatchObject({ status: 'rolledback', failure: { code: 'RolledBack' } });
    expect(stored.logs).toMatch(/== Monitor health\n[\s\S]*-- task [0-9a-f]{32}\n[\s\S]*DATABASE_URL is not set/);
  });
});

test('a first version that exits at once is scaled to nothing, and the next deployment starts the service again', async () => {
  const { name, folder } = world.repository(nodeApp(crash));
  const project = await world.project(name, folder);
  const first = await world.deploy(project);
  expect(first.record.status).toBe('failed');
  expect(first.record.failure).toMatchObject({ remedy: { action: 'set-variable' }, task: { exitCode: 1 } });
  expect(first.events).toContainEqual(
    expect.objectContaining({ message: expect.stringContaining('scaled to 0 tasks') }),
  );
  expect(await world.app.serviceStatus(project)).toContain('0 of 0 tasks');
  commitFiles(folder, { 'server.js': server('mended') }, 'Mend it');
  const second = await world.deploy(project);
  expect(second.record.failure).toBeUndefined();
  expect(await textAt(second.record.facts.url)).toBe('mended');
});

describe.each([
  ['never', 'waits for the circuit breaker', 3, []],
  ['ask', 'goes back when told to', 2, ['RolloutFailed']],
] as const)('with the policy %s', (policy, what, tasks, asked) => {
  test(`a bad version over a good one ${what}`, async () => {
    const questions: string[] = [];
    const confirmRollback = async ({ code }: Failure) => questions.push(code) > 0;
    const other = await openWorld(sandbox.endpoint, { policy, confirmRollback });
    const { name, folder } = other.repository(webApp('good'));
    const project = await other.project(name, folder);
    await other.deploy(project);
    commitFiles(folder, { 'server.js': crash }, 'Break it');
    const { record, events } = await other.deploy(project);
    await other.close();
    expect(record.status).toBe('rolledback');
    expect(record.evidence?.stoppedTasks.length).toBeGreaterThanOrEqual(tasks);
    expect(questions).toEqual(asked);
    expect(events.filter(({ type }) => type === 'failure-known')).toHaveLength(1);
  });
});

describe('an app that nothing outside can reach', () => {
  test.concurrent.each([
    ['listens on another port', '4321', /4321/],
    ['listens on 127.0.0.1 only', "process.env.PORT, '127.0.0.1'", /127\.0\.0\.1|localhost|0\.0\.0\.0/],
  ])('%s: the sentence says so', async (_, listen, said) => {
    const told =
      "'listening on http://' + server.address().address.replace('::', '0.0.0.0') + ':' + server.address().port";
    const text = server('hidden', listen).replace("'hidden is listening'", told);
    const { name, folder } = world.repository(nodeApp(text));
    const project = await world.project(name, folder, { options: { port: 3000 } });
    const { record } = await world.deploy(project);
    expect(record.status).toBe('failed');
    expect(`${record.errorMessage} ${record.failure?.remedy.text}`).toMatch(said);
  });
});

describe('what fails before anything reaches AWS', () => {
  test('a failing build shows its telling lines, and makes no service', async () => {
    const { name, folder } = world.repository({
      Dockerfile:
        'FROM node:22-bookworm-slim\nRUN echo before && echo "the oven is cold" >&2 && exit 3\nEXPOSE 3000\nCMD ["true"]\n',
    });
    const project = await world.project(name, folder);
    const { record, events } = await world.deploy(project);
    expect(record).toMatchObject({ status: 'failed', failure: { code: 'BuildFailed' } });
    expect(record.failure?.detail).toContain('the oven is cold');
    expect(stepsThat(events, 'step-started')).toEqual(['record', 'clone', 'detect', 'commit', 'build']);
    expect(existsSync(path.join(world.storageDir, 'work', record.id))).toBe(false);
  });

  test('a branch that is not there', async () => {
    const { name, folder } = world.repository(webApp('x'));
    const { record } = await world.deploy(await world.project(name, folder, { branch: 'gone' }));
    expect(record.failure).toMatchObject({ code: 'BranchNotFound', message: expect.stringContaining('gone') });
  });

  test('a repository that is not there', async () => {
    const project = await world.project('e2e-nowhere', path.join(world.folder, 'nowhere'));
    const { record } = await world.deploy(project);
    expect(['RepositoryNotFound', 'FolderNotFound']).toContain(record.failure?.code);
  });

  test('a server that cannot be reached', async () => {
    const project = await world.project('e2e-unreachable', 'https://127.0.0.1:1/x.git');
    const { record, events } = await world.deploy(project);
    expect(record.failure?.code).toBe('RepositoryUnreachable');
    expect(stepsThat(events, 'step-failed')).toEqual(['clone']);
  });

  test('a folder in which nothing is recognised', async () => {
    const { name, folder } = world.repository({ 'notes.txt': 'nothing to run\n' });
    const { record } = await world.deploy(await world.project(name, folder));
    expect(record.failure?.code).toBe('NotRecognised');
  });

  test('an AWS that is not there', async () => {
    const { name, folder } = world.repository(webApp('x'));
    const project = await world.project(name, folder, { options: { endpoint: 'http://127.0.0.1:1' } });
    const began = await world.app.deploy(project, { rebuild: false, force: false });
    const record = await began.done;
    expect(record.failure?.code).toBe('AwsUnreachable');
    expect(record.errorMessage).toContain('127.0.0.1:1');
  });
});

describe('what is refused at once', () => {
  test.each(['--upload-pack=touch /tmp/x', 'ext::sh -c touch% /tmp/x', 'https://example.com/\nx', ''])(
    'the address %j',
    async (url) => {
      expect((await failureOf(world.project('e2e-refused', url))).code).toBe('RepositoryUrlRefused');
    },
  );

  test.each(['-b', 'two\nlines', 'a..b', '--upload-pack=x'])('the branch %j', async (branch) => {
    const failure = await failureOf(world.project('e2e-refused', 'https://example.com/x.git', { branch }));
    expect(failure.code).toBe('InvalidName');
  });

  test.each(['"quoted"', 'two\nlines', '$' + '{HOME}', '../up', ''])('the project name %j', async (name) => {
    const failure = await failureOf(world.project(name, 'https://example.com/x.git'));
    expect(failure.code).toBe('InvalidName');
    expect(failure.message).not.toContain('\n');
  });
});
