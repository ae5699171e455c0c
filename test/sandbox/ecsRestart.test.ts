import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  RegisterTaskDefinitionCommand,
  type Service,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import Dockerode from 'dockerode';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { eventually, memoryLogs, network, startEcs, webServer, webTask } from '../support/ecsServer.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

type Running = Awaited<ReturnType<typeof startEcs>>;
const cleanUps: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function serve(ecs: Running, script: string, more: object = {}): Promise<void> {
  await ecs.client.send(new CreateClusterCommand({}));
  await ecs.client.send(new RegisterTaskDefinitionCommand(webTask('app', script)));
  const wanted = { serviceName: 'app', taskDefinition: 'app', desiredCount: 1, networkConfiguration: network, ...more };
  await ecs.client.send(new CreateServiceCommand(wanted));
}
const isCompleted = (service: Service) =>
  service.deployments?.length === 1 && service.deployments[0]?.rolloutState === 'COMPLETED';
const urlOf = (service: Service) => String(service.tags?.find((tag) => tag.key === 'deployotron:url')?.value);
/** What would be read from disk by the next process. */
const reloaded = (ecs: Running) => ({ state: JSON.parse(JSON.stringify(ecs.state)), sandboxId: ecs.sandboxId });
const containersOf = (ecs: Running) =>
  new Dockerode().listContainers({ all: true, filters: { label: [`deployotron.sandbox=${ecs.sandboxId}`] } });

describe('after a restart of the process', () => {
  it('the same containers go on at the same URL, and no log line is lost or doubled', async () => {
    const logs = memoryLogs();
    const ticking = `let n=0;setInterval(()=>console.log('tick '+n++),5);${webServer('v1')}`;
    const first = await startEcs({ logs: logs.sink });
    await serve(first, ticking);
    const before = await eventually(() => first.service('app'), isCompleted);
    const [task] = await first.tasks('app');
    const lines = () => logs.lines[`/test:ecs/web/${task?.taskArn?.split('/').at(-1)}`] ?? [];
    await eventually(lines, (all) => all.length > 100);
    await first.stop();
    const written = lines().length;
    expect(await containersOf(first)).toHaveLength(1);

    const second = await startEcs({ ...reloaded(first), logs: logs.sink });
    cleanUps.push(() => second.destroy());
    const after = await second.service('app');
    expect(urlOf(after)).toBe(urlOf(before));
    expect(
      await eventually(
        () => fetch(urlOf(after)).then((answer) => answer.text()),
        (text) => text === 'v1',
      ),
    ).toBe('v1');
    expect((await second.tasks('app')).map((one) => one.containers?.[0]?.runtimeId)).toEqual([
      task?.containers?.[0]?.runtimeId,
    ]);
    await eventually(lines, (all) => all.length > written + 200);
    const ticks = lines().filter((line) => line.startsWith('tick'));
    expect(ticks).toEqual(ticks.map((_, index) => `tick ${index}`));
    await second.client.send(new UpdateServiceCommand({ service: 'app', forceNewDeployment: true }));
    const renewed = await eventually(
      () => second.service('app'),
      (now) => isCompleted(now) && now.deployments?.[0]?.id !== after.deployments?.[0]?.id,
    );
    expect(renewed.runningCount).toBe(1);
    expect([...first.problems, ...second.problems]).toEqual([]);
  });

  it('what died meanwhile is noticed and replaced, and strays are removed', async () => {
    const first = await startEcs();
    await serve(first, webServer('v1'));
    await eventually(() => first.service('app'), isCompleted);
    const [task] = await first.tasks('app');
    await first.stop();
    await new Dockerode().getContainer(String(task?.containers?.[0]?.runtimeId)).kill();
    const { id: stray } = await new Dockerode().createContainer({
      Image: 'node:22-bookworm-slim',
      Labels: { 'deployotron.sandbox': first.sandboxId, 'deployotron.task': 'forgotten' },
    });

    const second = await startEcs(reloaded(first));
    cleanUps.push(() => second.destroy());
    const [dead] = await eventually(
      () => second.tasks('app', 'STOPPED'),
      (tasks) => tasks[0]?.lastStatus === 'STOPPED',
    );
    expect(dead).toMatchObject({ taskArn: task?.taskArn, stopCode: 'EssentialContainerExited' });
    await eventually(
      () => second.tasks('app'),
      (tasks) => tasks[0]?.lastStatus === 'RUNNING',
    );
    expect((await containersOf(second)).map((one) => one.Id)).not.toContain(stray);
  });

  it('a rollout that was under way is finished', async () => {
    const first = await startEcs();
    await serve(first, webServer('v1'), { desiredCount: 2 });
    await first.stop();
    const second = await startEcs(reloaded(first));
    cleanUps.push(() => second.destroy());
    const done = await eventually(() => second.service('app'), isCompleted);
    expect(done.runningCount).toBe(2);
    expect(await containersOf(second)).toHaveLength(2);
  });

  it('destroy leaves no container behind', async () => {
    const ecs = await startEcs();
    await serve(ecs, webServer('v1'), { desiredCount: 2 });
    await ecs.destroy();
    expect(await containersOf(ecs)).toEqual([]);
  });
});

/** A socket in front of Docker's that can be made to refuse, as when the engine is stopped. */
async function interruptibleDocker() {
  const folder = mkdtempSync(join(tmpdir(), 'docker-'));
  const socketPath = join(folder, 'docker.sock');
  const open = new Set<Socket>();
  const listen = async () => {
    const server = createServer((client) => {
      const engine = connect(process.env.DOCKER_HOST?.replace('unix://', '') ?? '/var/run/docker.sock');
      for (const socket of [client, engine]) {
        open.add(socket);
        socket.on('error', () => {}).on('close', () => open.delete(socket));
      }
      client.pipe(engine).pipe(client);
      client.on('close', () => engine.destroy());
      engine.on('close', () => client.destroy());
    });
    await new Promise<void>((resolve) => server.listen(socketPath, resolve));
    chmodSync(socketPath, 0o600);
    return server;
  };
  let server = await listen();
  const cut = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of open) socket.destroy();
    });
  cleanUps.push(async () => {
    await cut().catch(() => {});
    rmSync(folder, { recursive: true, force: true });
  });
  const restore = async () => {
    rmSync(socketPath, { force: true });
    server = await listen();
  };
  return { docker: new Dockerode({ socketPath }), cut, restore };
}

describe('while Docker does not answer', () => {
  it('tasks stay as they are, the events say so, and the work goes on when it is back', async () => {
    const { docker, cut, restore } = await interruptibleDocker();
    const logs = memoryLogs();
    const ecs = await startEcs({ docker, logs: logs.sink });
    cleanUps.push(() => ecs.destroy());
    await serve(ecs, `let n=0;setInterval(()=>console.log('tick '+n++),5);${webServer('v1')}`);
    const before = await eventually(() => ecs.service('app'), isCompleted);
    const [task] = await ecs.tasks('app');
    await cut();
    const said = (text: string) => (service: Service) =>
      service.events?.some((event) => event.message?.includes(text)) ?? false;
    await eventually(() => ecs.service('app'), said('was unable to reach Docker'));
    await ecs.client.send(new UpdateServiceCommand({ service: 'app', desiredCount: 2 }));
    expect((await ecs.tasks('app')).map((one) => one.taskArn)).toContain(task?.taskArn);
    expect(await (await fetch(urlOf(before))).text()).toBe('v1');

    await restore();
    await eventually(() => ecs.service('app'), said('reached Docker again'));
    await eventually(
      () => ecs.service('app'),
      (service) => service.runningCount === 2,
    );
    expect((await ecs.tasks('app')).map((one) => one.taskArn)).toContain(task?.taskArn);
    const lines = () =>
      (logs.lines[`/test:ecs/web/${task?.taskArn?.split('/').at(-1)}`] ?? []).filter((line) => line.startsWith('tick'));
    const count = lines().length;
    await eventually(lines, (all) => all.length > count + 50);
    expect(lines()).toEqual(lines().map((_, index) => `tick ${index}`));
    expect(ecs.problems).toEqual([]);
  });
});
