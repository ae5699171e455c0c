import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { steps } from '../../src/shared/events.ts';
import { startTestSandbox } from '../support/sandbox.ts';
import { makeRepository, server, webApp } from './apps.ts';
import { buildCli } from './cli.ts';
import { removeImages, textAt } from './world.ts';

let sandbox: Awaited<ReturnType<typeof startTestSandbox>>;
let cli: Awaited<ReturnType<typeof buildCli>>;
let folder: string;
let home: string;
const names = ['e2e-cli', 'e2e-kill', 'e2e-cancel'].map((name) => `${name}-${process.pid}`);
const [cliName = '', killName = '', cancelName = ''] = names;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'deployotron-e2e-cli-'));
  [sandbox, cli] = await Promise.all([startTestSandbox(), buildCli()]);
});

beforeEach(() => {
  home = mkdtempSync(path.join(folder, 'home-'));
});

afterAll(async () => {
  cli?.remove();
  await sandbox?.stop();
  removeImages(names);
  if (folder) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

const env = () => ({ DEPLOYOTRON_HOME: home });
const deployArgs = (name: string, source: string) => [
  'deploy',
  source,
  '--branch',
  'main',
  '--project',
  name,
  '--endpoint',
  sandbox.endpoint,
  '--subnets',
  'subnet-e2e',
];

function repository(name: string, text: string): string {
  const where = path.join(folder, `${name}-${readdirSync(folder).length}`);
  makeRepository(where, webApp(text));
  return where;
}

const rows = (stdout: string) =>
  stdout
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

describe('the commands together', () => {
  test('deploy prints the URL alone on stdout; history, status, logs, projects and rollback speak of it', async () => {
    const source = repository(cliName, 'one');
    const first = await cli.run(deployArgs(cliName, source), env());
    expect(first.stderr).toContain('[10/10] ✓ Monitor health');
    expect(first.code).toBe(0);
    expect(await textAt(first.stdout.trim())).toBe('one');

    writeFileSync(path.join(source, 'server.js'), server('two'));
    const second = await cli.run(['deploy', cliName, '--branch', '', '--json'], env());
    const events = rows(second.stdout);
    expect(events.at(0)).toMatchObject({ type: 'deployment-started', operation: 'deploy' });
    expect(events.at(-1)).toMatchObject({ type: 'deployment-finished', status: 'success' });

    const history = rows((await cli.run(['history', cliName, '--json'], env())).stdout);
    expect(history.map(({ status }) => status)).toEqual(['success', 'success']);
    const status = await cli.run(['status', cliName], env());
    expect(status).toMatchObject({ code: 0 });
    const logs = await cli.run(['logs', history[0].id.slice(0, 8)], env());
    expect(logs.stdout).toContain('== Build image');
    expect(rows((await cli.run(['projects', 'list', '--json'], env())).stdout)).toMatchObject([{ name: cliName }]);

    const back = await cli.run(['rollback', cliName], env());
    expect(back.code).toBe(0);
    expect(await textAt(first.stdout.trim())).toBe('one');
  });
});

test('a reader that goes away early is no error', async () => {
  const { child, finished } = cli.start(['projects', 'list', '--help']);
  child.stdout?.destroy();
  expect(await finished).toMatchObject({ code: 0, stderr: '' });
});

describe('exit codes', () => {
  test.each([
    ['an unknown command', ['fly'], 2],
    ['an unknown flag', ['history', '--wings'], 2],
    ['a refused address', ['deploy', 'ext::sh'], 2],
    ['a project that is not there', ['rollback', 'nobody'], 2],
    ['help', ['--help'], 0],
  ])('%s', async (_, args, code) => {
    const ended = await cli.run(args, env());
    expect(ended.code).toBe(code);
    expect(ended.stderr + ended.stdout).not.toMatch(/undefined|\[object|\n {4}at /);
  });

  test('no Docker is said within five seconds', async () => {
    const source = repository(cliName, 'x');
    const began = Date.now();
    const ended = await cli.run(deployArgs(`${cliName}-d`, source), {
      ...env(),
      DOCKER_HOST: 'unix:///nowhere/docker.sock',
    });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/Docker/);
    expect(Date.now() - began).toBeLessThan(10_000);
  });

  test('Ctrl+C ends with 130, and the record says cancelled', async () => {
    const source = repository(cancelName, 'x');
    const running = cli.start([...deployArgs(cancelName, source), '--json'], env());
    await running.said('"type":"step-started","step":"build"');
    running.child.kill('SIGINT');
    expect((await running.finished).code).toBe(130);
    const [record] = rows((await cli.run(['history', '--json'], env())).stdout);
    expect(record.status).toBe('cancelled');
    expect(readdirSync(path.join(home, 'work'))).toEqual([]);
  });
});

describe('kill -9', () => {
  test.each(steps.map(({ id }) => id))(
    'in step %s: the next start marks it as interrupted and leaves nothing behind',
    async (step) => {
      const running = cli.start([...deployArgs(killName, repository(killName, `killed in ${step}`)), '--json'], env());
      await running.said(`"type":"step-started","step":"${step}"`);
      running.child.kill('SIGKILL');
      await running.finished;
      const began = Date.now();
      const [record] = rows((await cli.run(['history', '--json'], env())).stdout);
      expect(record).toMatchObject({ status: 'interrupted', failure: { code: 'Interrupted' } });
      expect(Date.now() - began).toBeLessThan(10_000);
      expect(readdirSync(path.join(home, 'locks'))).toEqual([]);
      expect(existsSync(path.join(home, 'work')) ? readdirSync(path.join(home, 'work')) : []).toEqual([]);
    },
  );

  test('afterwards the same service can be deployed at once', async () => {
    const source = repository(killName, 'alive again');
    const running = cli.start([...deployArgs(killName, source), '--json'], env());
    await running.said('"step":"build"');
    running.child.kill('SIGKILL');
    await running.finished;
    const next = await cli.run(['deploy', killName], env());
    expect(next.code).toBe(0);
    expect(await textAt(next.stdout.trim())).toBe('alive again');
  });
});
