import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { startTestSandbox } from '../support/sandbox.ts';
import { makeRepository, server, webApp } from './apps.ts';
import { buildCli } from './cli.ts';
import { removeImages, textAt } from './world.ts';

const name = `e2e-pipeline-${process.pid}`;
const root = fileURLToPath(new URL('../../', import.meta.url));
let sandbox: Awaited<ReturnType<typeof startTestSandbox>>;
let cli: Awaited<ReturnType<typeof buildCli>>;
let watcher: ReturnType<typeof watchCalls>;
let folder: string;
let source: string;
let tarball: string;
let runs = 0;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'deployotron-pipeline-'));
  [sandbox, cli] = await Promise.all([startTestSandbox(), buildCli()]);
  watcher = watchCalls(sandbox.endpoint);
  tarball = packCommand();
  source = path.join(folder, 'source');
  makeRepository(source, webApp('one'));
  const generated = await cli.run(['ci', source, '--project', name, '--subnets', 'subnet-e2e', '--package', tarball], {
    DEPLOYOTRON_HOME: path.join(folder, 'home'),
  });
  expect(generated).toMatchObject({ code: 0 });
  commit('Deploy from a pipeline');
});

afterAll(async () => {
  watcher?.close();
  cli?.remove();
  await sandbox?.stop();
  removeImages([name]);
  if (folder) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

test('the steps of the workflow deploy, go back and tell why they failed, each from a clean checkout', async () => {
  const first = await runWorkflow({});
  expect(first).toMatchObject({ code: 0 });
  expect(first.summary).toContain('### ✅ Deployment: success');
  const url = first.stdout.trim().split('\n').at(-1);
  expect(await textAt(url)).toBe('one');

  writeFileSync(path.join(source, 'server.js'), server('two'));
  commit('Say two');
  expect(await runWorkflow({ action: 'deploy' })).toMatchObject({ code: 0 });
  expect(await textAt(url)).toBe('two');

  const back = await runWorkflow({ action: 'rollback' });
  expect(back).toMatchObject({ code: 0, summary: expect.stringContaining('### ✅ Rollback: success') });
  expect(await textAt(url)).toBe('one');

  const forward = await runWorkflow({ action: 'rollback', to: `${name}:2` });
  expect(forward).toMatchObject({ code: 0 });
  expect(await textAt(url)).toBe('two');

  writeFileSync(path.join(source, 'server.js'), "console.error('no database'); process.exit(1);\n");
  commit('Break it');
  const failed = await runWorkflow({ action: 'deploy' });
  expect(failed.code).toBe(1);
  expect(failed.summary).toMatch(/### ❌ Deployment: (?:failed|rolledback)/);
  expect(failed.summary).toContain('no database');
  expect(await textAt(url)).toBe('two');
}, 600_000);

test('the policy of the role allows every action that these runs used', () => {
  const policy = JSON.parse(readFileSync(path.join(source, '.github/deployotron/permission-policy.json'), 'utf8'));
  const allowed: string[] = policy.Statement.flatMap(({ Action }: { Action: string[] }) => Action);
  expect(watcher.actions.size).toBeGreaterThan(10);
  expect([...watcher.actions].filter((action) => !allowed.includes(action))).toEqual([]);
});

test('what runs is found for its cost, and can be taken over by Terraform', async () => {
  const env = { DEPLOYOTRON_HOME: path.join(folder, 'home-of-another'), AWS_ENDPOINT_URL: sandbox.endpoint };
  await cli.run(['projects', 'add', name, source], env);
  const { code, stdout } = await cli.run(['cost', name, '--desired-count', '3', '--json'], env);
  expect(code).toBe(0);
  const { now, changed } = JSON.parse(stdout);
  expect(now.lines[0]).toMatchObject({ what: expect.stringContaining('Fargate'), amount: '1 × 0.25 vCPU × 730 h' });
  expect(now.lines.at(-1)).toMatchObject({ what: 'Images kept' });
  expect(changed.total).toBeGreaterThan(2 * now.lines[0].monthly);

  const out = path.join(folder, 'infra');
  expect(await cli.run(['terraform', source, '--project', name, '--adopt', '--out', out], env)).toMatchObject({
    code: 0,
  });
  const imports = readFileSync(path.join(out, 'imports.tf'), 'utf8');
  for (const id of ['deployotron', name, `/ecs/${name}`, `deployotron/${name}`])
    expect(imports).toContain(`id = "${id}"`);
  expect(readFileSync(path.join(out, 'development.tfvars'), 'utf8')).toContain('subnet_ids           = ["subnet-e2e"]');
});

interface Step {
  name?: string;
  if?: string;
  run?: string;
  env?: Record<string, string>;
}

/** Runs the `run:` steps as a runner would: from a fresh clone, with an environment of its own, no terminal and no home. */
async function runWorkflow(inputs: { action?: string; to?: string }) {
  const place = path.join(folder, `run-${++runs}`);
  const checkout = path.join(place, 'checkout');
  mkdirSync(path.join(place, 'temp'), { recursive: true });
  execFileSync('git', ['clone', '--quiet', '--depth=1', `file://${source}`, checkout]);
  const { jobs } = parse(readFileSync(path.join(checkout, '.github/workflows/deploy.yml'), 'utf8'));
  const summary = path.join(place, 'summary.md');
  const known = { 'runner.temp': path.join(place, 'temp'), 'inputs.to': inputs.to ?? '' };
  let output = { code: 0, stdout: '', stderr: '' };
  for (const step of (jobs.deploy.steps as Step[]).filter((each) => each.run && wanted(each, inputs.action))) {
    const env = filled({ ...jobs.deploy.env, ...step.env }, known);
    output = await bash(step.run ?? '', checkout, {
      ...runnerEnvironment(place),
      GITHUB_STEP_SUMMARY: summary,
      ...env,
    });
    if (output.code !== 0) break;
  }
  return { ...output, summary: existsSync(summary) ? readFileSync(summary, 'utf8') : '' };
}

/** The two conditions that the workflow has. */
function wanted({ if: condition = '' }: Step, action: string | undefined): boolean {
  if (condition.includes("!= 'rollback'")) return action !== 'rollback';
  return condition.includes("== 'rollback'") ? action === 'rollback' : true;
}

function filled(env: Record<string, string>, known: Record<string, string>): Record<string, string> {
  const fill = (text: string) => text.replace(/\$\{\{ ([\w.]+) \}\}/g, (_, key: string) => known[key] ?? '');
  return Object.fromEntries(Object.entries(env).map(([key, text]) => [key, fill(text)]));
}

function runnerEnvironment(place: string): Record<string, string> {
  const prefix = path.join(place, 'npm');
  return {
    PATH: `${path.join(prefix, 'bin')}:${path.dirname(process.execPath)}:${process.env.PATH}`,
    CI: 'true',
    npm_config_prefix: prefix,
    npm_config_cache: path.join(place, 'npm-cache'),
    ...(process.env.DOCKER_HOST && { DOCKER_HOST: process.env.DOCKER_HOST }),
    AWS_ENDPOINT_URL: watcher.endpoint(),
  };
}

function bash(script: string, cwd: string, env: Record<string, string>) {
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve, reject) => {
    const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (data) => {
      stdout += data;
    });
    child.stderr.on('data', (data) => {
      stderr += data;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? -1, stdout, stderr }));
  });
}

function commit(message: string): void {
  const author = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com'];
  execFileSync('git', ['add', '--all'], { cwd: source });
  execFileSync('git', [...author, 'commit', '--quiet', '--message', message], { cwd: source });
}

/** The tarball of a release, by the project's own package.json and .npmignore. */
function packCommand(): string {
  const stage = path.join(folder, 'package');
  mkdirSync(path.join(stage, 'dist'), { recursive: true });
  for (const file of ['package.json', '.npmignore']) copyFileSync(path.join(root, file), path.join(stage, file));
  copyFileSync(cli.file, path.join(stage, 'dist/cli.cjs'));
  const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--silent'], { cwd: stage, encoding: 'utf8' });
  return path.join(stage, packed.trim().split('\n').at(-1) ?? '');
}

/** Stands before the sandbox and notes which actions are asked for. */
function watchCalls(endpoint: string) {
  const services: Record<string, string> = {
    AmazonEC2ContainerServiceV20141113: 'ecs',
    AmazonEC2ContainerRegistry_V20150921: 'ecr',
    Logs_20140328: 'logs',
  };
  const actions = new Set<string>();
  const proxy = createServer((incoming, outgoing) => {
    const [service = '', action = ''] = String(incoming.headers['x-amz-target'] ?? '').split('.');
    if (services[service]) actions.add(`${services[service]}:${action}`);
    const { method, url, headers } = incoming;
    const onward = request(new URL(url ?? '/', endpoint), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.once('error', () => outgoing.destroy());
    incoming.pipe(onward);
  }).listen(0, '127.0.0.1');
  return {
    actions,
    endpoint: () => `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    close: () => proxy.close(),
  };
}
