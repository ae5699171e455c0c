import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { CreateClusterCommand, DescribeClustersCommand, ECSClient } from '@aws-sdk/client-ecs';
import Dockerode from 'dockerode';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { claim, holderOf, release } from '../../src/sandbox/claim.ts';
import { sandboxStatus, startSandbox, stopSandbox } from '../../src/sandbox/process.ts';
import { freePort } from '../support/freePort.mjs';
import { clientOptions } from '../support/sandbox.ts';

const serve = fileURLToPath(new URL('../support/serveSandbox.ts', import.meta.url));
let home: string;
let stateDir: string;

beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'process-test-'));
  stateDir = path.join(home, 'sandbox');
});

afterEach(async () => {
  await stopSandbox({ stateDir });
  await rm(home, { recursive: true, force: true });
});

const start = (port = 0) =>
  startSandbox({ stateDir, port, spawn: { execPath: process.execPath, args: [serve, stateDir] }, timeout: 60_000 });
const status = () => sandboxStatus({ stateDir });
const thrownBy = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error) => error,
  );

/** Until it is no child of ours any more: a killed process is gone only when it has been waited for. */
async function ended(pid: number): Promise<void> {
  while (
    existsSync(`/proc/${pid}`) &&
    !/^State:\s+Z/m.test(await readFile(`/proc/${pid}/status`, 'utf8').catch(() => ''))
  ) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function kill(pid: number, signal: NodeJS.Signals): Promise<void> {
  process.kill(pid, signal);
  await ended(pid);
}

describe('the process of the sandbox', () => {
  test('is started, found by its status and by a second start, and stopped without a trace', async () => {
    expect(await status()).toEqual({ running: false });
    const { endpoint, pid } = await start();
    expect(await status()).toMatchObject({ running: true, endpoint, pid });
    expect(await start()).toMatchObject({ endpoint, pid });
    const { clusters } = await new ECSClient(clientOptions(endpoint)).send(new DescribeClustersCommand({}));
    expect(clusters).toEqual([]);
    expect(await stopSandbox({ stateDir })).toBe(true);
    await ended(pid);
    expect(await readdir(home)).toEqual([]);
    expect(await status()).toEqual({ running: false });
    expect(await stopSandbox({ stateDir })).toBe(false);
  });

  test('shows its files to nobody else', async () => {
    await start();
    for (const name of await readdir(stateDir, { recursive: true })) {
      expect([name, (await stat(path.join(stateDir, name))).mode & 0o077]).toEqual([name, 0]);
    }
  });

  test('started twice at once, there is one, and both know it', async () => {
    const started = await Promise.all([start(), start(), start()]);
    expect(new Set(started.map(({ pid }) => pid)).size).toBe(1);
    expect(new Set(started.map(({ endpoint }) => endpoint)).size).toBe(1);
  });

  test('killed, it is known as ended, and the next start goes on with what it had', async () => {
    const port = await freePort();
    const first = await start(port);
    const ecs = new ECSClient(clientOptions(first.endpoint));
    await ecs.send(new CreateClusterCommand({ clusterName: 'kept' }));
    await kill(first.pid, 'SIGKILL');
    expect(await status()).toEqual({ running: false });
    const second = await start(port);
    expect(second.pid).not.toBe(first.pid);
    const { clusters } = await ecs.send(new DescribeClustersCommand({ clusters: ['kept'] }));
    expect(clusters?.[0]?.status).toBe('ACTIVE');
    ecs.destroy();
  });

  test('whose number is another process’s by now is known as ended', async () => {
    const first = await start();
    await kill(first.pid, 'SIGKILL');
    const file = path.join(stateDir, 'sandbox.json');
    const served = JSON.parse(await readFile(file, 'utf8'));
    // As if the number of the ended process had been given to this one.
    await writeFile(file, JSON.stringify({ ...served, pid: process.pid }));
    expect(await status()).toEqual({ running: false });
    expect((await start()).pid).not.toBe(process.pid);
  });

  test('that cannot have its port says which, and leaves the other program alone', async () => {
    const other = createServer((_, response) => response.end('other')).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { failure } = await thrownBy(start(port));
    expect([failure.code, failure.message]).toEqual(['SandboxPortTaken', expect.stringContaining(String(port))]);
    expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toBe('other');
    other.close();
    other.closeAllConnections();
  });

  test('that fails to start says why', async () => {
    await mkdir(stateDir, { recursive: true });
    await writeFile(path.join(stateDir, 'state.json'), JSON.stringify({ version: 999, value: {} }));
    const { failure } = await thrownBy(start());
    expect(failure.code).toBe('SandboxNotStarted');
    expect(failure.detail).toContain('newer version');
  });

  test('whose program is not there says so', async () => {
    const wrong = { execPath: path.join(home, 'none'), args: [] };
    const { failure } = await thrownBy(startSandbox({ stateDir, port: 0, spawn: wrong }));
    expect(failure.detail).toContain('ENOENT');
  });
});

describe('what it made in Docker', () => {
  const docker = new Dockerode();
  const image = 'debian:bookworm-slim';

  /** A container and an image tag as the sandbox's own would be. */
  async function leaveTraces(port: number): Promise<{ container: string; tag: string }> {
    const { sandboxId } = (await health(port)) as { sandboxId: string };
    const labels = { 'deployotron.sandbox': sandboxId };
    const container = await docker.createContainer({ Image: image, Cmd: ['sleep', '600'], Labels: labels });
    await container.start();
    await docker.createNetwork({ Name: `test-${sandboxId}`, Labels: labels });
    await docker.getImage(image).tag({ repo: `127.0.0.1:${port}/some/app`, tag: 'v1' });
    return { container: container.id, tag: `127.0.0.1:${port}/some/app:v1` };
  }

  async function health(port: number): Promise<unknown> {
    const headers = { 'x-deployotron-sandbox': '1' };
    return (await fetch(`http://127.0.0.1:${port}/_sandbox/health`, { headers })).json();
  }

  async function remaining({ container, tag }: { container: string; tag: string }): Promise<string[]> {
    const containers = await docker.listContainers({ all: true });
    const images = await docker.listImages();
    return [
      ...containers.map(({ Id }) => Id).filter((id) => id === container),
      ...images.flatMap(({ RepoTags }) => RepoTags ?? []).filter((name) => name === tag),
    ];
  }

  test.each(['SIGTERM', 'SIGKILL'] as const)('stays when it ends by %s, and goes with stop', async (signal) => {
    const port = await freePort();
    const { pid } = await start(port);
    const traces = await leaveTraces(port);
    await kill(pid, signal);
    expect(await remaining(traces)).toEqual([traces.container, traces.tag]);
    expect(await stopSandbox({ stateDir })).toBe(true);
    expect(await remaining(traces)).toEqual([]);
    expect(await readdir(home)).toEqual([]);
    await expect(docker.getImage(image).inspect()).resolves.toHaveProperty('Id');
  });

  test('goes also when the state is torn', async () => {
    const port = await freePort();
    const { pid } = await start(port);
    const traces = await leaveTraces(port);
    await kill(pid, 'SIGKILL');
    const text = await readFile(path.join(stateDir, 'state.json'), 'utf8');
    await writeFile(path.join(stateDir, 'state.json'), text.slice(0, -3));
    await stopSandbox({ stateDir });
    expect(await remaining(traces)).toEqual([]);
  });
});

describe('a claim on a folder', () => {
  beforeEach(() => mkdir(stateDir));

  test('is had by one, and passed on only when it is given up', async () => {
    const mine = await claim(stateDir, 'serve');
    expect(mine?.pid).toBe(process.pid);
    expect(await claim(stateDir, 'stop')).toBeUndefined();
    expect(await holderOf(stateDir)).toEqual(mine);
    await release(stateDir);
    expect(await holderOf(stateDir)).toBeUndefined();
    expect((await claim(stateDir, 'stop'))?.role).toBe('stop');
    await release(stateDir);
  });

  test('of many at once, one wins', async () => {
    const winners = await Promise.all(Array.from({ length: 20 }, () => claim(stateDir, 'serve')));
    expect(winners.filter((won) => won)).toHaveLength(1);
    await release(stateDir);
  });

  test('of a process that was killed is free', async () => {
    const source = `import { claim } from ${JSON.stringify(new URL('../../src/sandbox/claim.ts', import.meta.url).href)};
      await claim(process.argv[1], 'serve'); console.log('claimed'); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', source, stateDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    expect(await claim(stateDir, 'serve')).toBeUndefined();
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect((await claim(stateDir, 'serve'))?.pid).toBe(process.pid);
    await release(stateDir);
  });
});
