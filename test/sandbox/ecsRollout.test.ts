import { Agent, get } from 'node:http';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DeleteServiceCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  ListServiceDeploymentsCommand,
  RegisterTaskDefinitionCommand,
  type Service,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import Dockerode from 'dockerode';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { eventually, network, startEcs, webServer, webTask } from '../support/ecsServer.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let ecs: Awaited<ReturnType<typeof startEcs>>;
beforeAll(async () => {
  ecs = await startEcs();
  await ecs.client.send(new CreateClusterCommand({}));
});
afterAll(async () => {
  await ecs.destroy();
  expect(ecs.problems).toEqual([]);
});

const crash = `console.error('no database');process.exit(3)`;
const register = async (family: string, script: string, more: object = {}) =>
  (await ecs.client.send(new RegisterTaskDefinitionCommand(webTask(family, script, more)))).taskDefinition
    ?.taskDefinitionArn ?? '';
const create = (serviceName: string, more: object = {}) =>
  ecs.client.send(
    new CreateServiceCommand({
      serviceName,
      taskDefinition: serviceName,
      desiredCount: 1,
      networkConfiguration: network,
      ...more,
    }),
  );
const update = (service: string, more: object) => ecs.client.send(new UpdateServiceCommand({ service, ...more }));
const completed = (name: string, taskDefinition: string) =>
  eventually(
    () => ecs.service(name),
    ({ deployments = [] }) =>
      deployments.length === 1 &&
      deployments[0]?.taskDefinition === taskDefinition &&
      deployments[0].rolloutState === 'COMPLETED',
  );
const urlOf = (service: Service) => String(service.tags?.find((tag) => tag.key === 'deployotron:url')?.value);
const messages = (service: Service) => (service.events ?? []).map((event) => String(event.message)).reverse();
const breaker = { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } } };

/** Asks again and again until it is told to stop: new connections and kept ones, and some with a body. */
function keepAsking(url: string) {
  const answers: Record<string, number> = {};
  let going = true;
  const note = (what: string) => {
    answers[what] = (answers[what] ?? 0) + 1;
  };
  const agents = [new Agent({ keepAlive: false }), new Agent({ keepAlive: true }), new Agent({ keepAlive: true })];
  const ask = (agent: Agent) =>
    new Promise<void>((resolve) => {
      get(url, { agent }, async (response) => {
        let body = '';
        for await (const chunk of response) body += chunk;
        note(response.statusCode === 200 ? body : `status ${response.statusCode}`);
        resolve();
      }).on('error', (error) => {
        note(error.message);
        resolve();
      });
    });
  const post = async () => {
    const response = await fetch(url, { method: 'POST', body: 'x'.repeat(1000) }).catch((error) => error);
    note(response instanceof Response && response.ok ? await response.text() : `post ${response.status ?? response}`);
  };
  const loops = [...agents.map((agent) => () => ask(agent)), post].map(async (turn) => {
    while (going) await turn();
  });
  return async () => {
    going = false;
    await Promise.all(loops);
    for (const agent of agents) agent.destroy();
    return answers;
  };
}

describe('a rollout', () => {
  it('starts real containers, is watched to COMPLETED, and its URL answers', async () => {
    const taskDefinition = await register('first', webServer('one'));
    const { service } = await create('first', { desiredCount: 2 });
    expect(service?.deployments?.[0]).toMatchObject({
      status: 'PRIMARY',
      rolloutState: 'IN_PROGRESS',
      runningCount: 0,
    });
    const done = await completed('first', taskDefinition);
    expect(done).toMatchObject({ runningCount: 2, pendingCount: 0, desiredCount: 2 });
    expect(done.deployments?.[0]?.id).toBe(service?.deployments?.[0]?.id);
    expect(done.deployments?.[0]?.id).toMatch(/^ecs-svc\/\d{19}$/);
    expect(await (await fetch(urlOf(done))).text()).toBe('one');

    const [task, other] = await ecs.tasks('first');
    expect(task).toMatchObject({
      lastStatus: 'RUNNING',
      desiredStatus: 'RUNNING',
      group: 'service:first',
      startedBy: done.deployments?.[0]?.id,
    });
    expect(task?.containers?.[0]).toMatchObject({
      name: 'web',
      lastStatus: 'RUNNING',
      imageDigest: expect.stringMatching(/^sha256:/),
    });
    expect(task?.attachments?.[0]?.details).toContainEqual({
      name: 'privateIPv4Address',
      value: expect.stringMatching(/^\d+\.\d+\.\d+\.\d+$/),
    });
    const ids = [task, other].map((one) => one?.taskArn?.split('/').at(-1));
    const [started] = messages(done);
    expect(started).toMatch(/^\(service first\) has started 2 tasks: \(task [0-9a-f]{32}\) \(task [0-9a-f]{32}\)\.$/);
    for (const id of ids) expect(started).toContain(`(task ${id})`);
    expect(messages(done).slice(-2)).toEqual([
      `(service first) (deployment ${done.deployments?.[0]?.id}) deployment completed.`,
      '(service first) has reached a steady state.',
    ]);
  });

  it('to a new revision loses no request, and keeps the URL', async () => {
    const one = await register('smooth', webServer('one'));
    await create('smooth', { desiredCount: 2 });
    const before = await completed('smooth', one);
    const stopAsking = keepAsking(urlOf(before));
    const two = await register('smooth', webServer('two'));
    await update('smooth', { taskDefinition: two });
    const after = await completed('smooth', two);
    const three = await register('smooth', webServer('three'));
    await update('smooth', { taskDefinition: three, desiredCount: 1 });
    await completed('smooth', three);
    const answers = await stopAsking();
    expect(Object.keys(answers).sort()).toEqual(['one', 'three', 'two']);
    expect(urlOf(after)).toBe(urlOf(before));
    expect(messages(after).join('\n')).toMatch(
      /has begun draining connections on 1 tasks\.\n.*deregistered 1 targets in \(target-group arn:aws:elasticloadbalancing:/,
    );
    expect(messages(after).join('\n')).toMatch(
      /\(service smooth\) has stopped \d running tasks: \(task [0-9a-f]{32}\)/,
    );
    const stopped = await ecs.tasks('smooth', 'STOPPED');
    expect(stopped[0]).toMatchObject({
      stopCode: 'ServiceSchedulerInitiated',
      stoppedReason: expect.stringMatching(/^Scaling activity initiated by \(deployment ecs-svc\/\d{19}\)$/),
    });
  });

  it('whose containers exit trips the breaker and goes back to the old tasks, which never stop answering', async () => {
    const good = await register('guarded', webServer('good'));
    await create('guarded', breaker);
    const before = await completed('guarded', good);
    const [oldTask] = await ecs.tasks('guarded');
    const stopAsking = keepAsking(urlOf(before));
    const bad = await register('guarded', crash);
    const { service } = await update('guarded', { taskDefinition: bad });
    const failing = service?.deployments?.[0]?.id;

    const seen = await eventually(
      () => ecs.service('guarded'),
      ({ deployments = [] }) => deployments.some((one) => one.id === failing && one.rolloutState === 'FAILED'),
    );
    const [back, failed] = seen.deployments ?? [];
    expect(back).toMatchObject({ status: 'PRIMARY', taskDefinition: good, rolloutState: 'IN_PROGRESS' });
    expect(back?.rolloutStateReason).toBe(`ECS deployment circuit breaker: rolling back to deploymentId ${back?.id}.`);
    expect(failed).toMatchObject({
      status: 'ACTIVE',
      failedTasks: 3,
      rolloutStateReason: 'ECS deployment circuit breaker: tasks failed to start.',
    });
    const after = await completed('guarded', good);
    expect(Object.keys(await stopAsking())).toEqual(['good']);
    expect((await ecs.tasks('guarded')).map((task) => task.taskArn)).toEqual([oldTask?.taskArn]);
    expect(messages(after).join('\n')).toContain(
      `(deployment ${failing}) deployment failed: tasks failed to start.\n(service guarded) rolling back to deployment ${back?.id}.`,
    );

    const crashed = (await ecs.tasks('guarded', 'STOPPED')).filter((task) => task.startedBy === failing);
    expect(crashed).toHaveLength(3);
    expect(crashed[0]).toMatchObject({
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
    });
    expect(crashed[0]?.containers?.[0]).toMatchObject({ exitCode: 3, lastStatus: 'STOPPED' });

    const { serviceDeployments: [brief] = [] } = await ecs.client.send(
      new ListServiceDeploymentsCommand({ service: 'guarded' }),
    );
    expect(brief).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      statusReason: 'Service deployment rolled back because the circuit breaker threshold was exceeded.',
    });
    const { serviceDeployments: [whole] = [] } = await ecs.client.send(
      new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [String(brief?.serviceDeploymentArn)] }),
    );
    expect(whole?.deploymentCircuitBreaker).toEqual({ status: 'TRIGGERED', failureCount: 3, threshold: 3 });
    const { serviceRevisions } = await ecs.client.send(
      new DescribeServiceRevisionsCommand({ serviceRevisionArns: [String(whole?.rollback?.serviceRevisionArn)] }),
    );
    expect(serviceRevisions?.[0]?.taskDefinition).toBe(good);
  });

  it('that was never healthy is FAILED, keeps its evidence, and comes up with the next revision', async () => {
    await register('stillborn', crash);
    await create('stillborn', breaker);
    const failed = await eventually(
      () => ecs.service('stillborn'),
      ({ deployments = [] }) => deployments[0]?.rolloutState === 'FAILED',
    );
    expect(failed.deployments).toHaveLength(1);
    expect(failed.runningCount).toBe(0);
    expect((await fetch(urlOf(failed))).status).toBe(503);
    const fixed = await register('stillborn', webServer('fixed'));
    await update('stillborn', { taskDefinition: fixed });
    await completed('stillborn', fixed);
    expect(await (await fetch(urlOf(failed))).text()).toBe('fixed');
  });

  it('that is superseded stops its tasks, and the newest wins', async () => {
    await register('hasty', `setInterval(()=>{},1000);process.on('SIGTERM',()=>process.exit(0))`);
    await create('hasty', { healthCheckGracePeriodSeconds: 600 });
    await eventually(
      () => ecs.tasks('hasty'),
      (tasks) => tasks[0]?.lastStatus === 'RUNNING',
    );
    const good = await register('hasty', webServer('good'));
    await update('hasty', { taskDefinition: good });
    await completed('hasty', good);
    const { serviceDeployments = [] } = await ecs.client.send(new ListServiceDeploymentsCommand({ service: 'hasty' }));
    expect(serviceDeployments.map((one) => one.status)).toEqual(['SUCCESSFUL', 'STOPPED']);
  });

  it('is stopped by StopServiceDeployment and goes back', async () => {
    const good = await register('halted', webServer('good'));
    await create('halted');
    await completed('halted', good);
    const slow = await register('halted', `setInterval(()=>{},1000);process.on('SIGTERM',()=>process.exit(0))`);
    await update('halted', { taskDefinition: slow, healthCheckGracePeriodSeconds: 600 });
    const list = () => ecs.client.send(new ListServiceDeploymentsCommand({ service: 'halted' }));
    const serviceDeploymentArn = (await list()).serviceDeployments?.[0]?.serviceDeploymentArn;
    await ecs.client.send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: 'ROLLBACK' }));
    await completed('halted', good);
    expect((await list()).serviceDeployments?.map((one) => one.status)).toEqual(['ROLLBACK_SUCCESSFUL', 'SUCCESSFUL']);
    const again = ecs.client.send(new StopServiceDeploymentCommand({ serviceDeploymentArn }));
    await expect(again).rejects.toMatchObject({ name: 'ConflictException' });
  });
});

describe('a service', () => {
  it('replaces a container that dies, and scales up and down', async () => {
    const taskDefinition = await register('living', webServer('v'));
    await create('living');
    await completed('living', taskDefinition);
    const [task] = await ecs.tasks('living');
    await new Dockerode().getContainer(String(task?.containers?.[0]?.runtimeId)).kill();
    const isReplaced = (service: Service) =>
      messages(service).filter((message) => message.includes('steady state')).length === 2;
    await eventually(() => ecs.service('living'), isReplaced);
    const dead = (await ecs.tasks('living', 'STOPPED'))[0];
    expect(dead?.containers?.[0]?.exitCode).toBe(137);
    expect((await ecs.tasks('living')).map((one) => one.taskArn)).not.toContain(task?.taskArn);

    await update('living', { desiredCount: 3 });
    await eventually(
      () => ecs.service('living'),
      (service) => service.runningCount === 3,
    );
    await update('living', { desiredCount: 0 });
    const none = await eventually(
      () => ecs.service('living'),
      (service) => service.runningCount === 0,
    );
    expect(none.deployments?.[0]?.rolloutState).toBe('COMPLETED');
  });

  it('that is deleted under way is gone with its containers', async () => {
    await register('doomed', webServer('v'));
    await create('doomed', { desiredCount: 2 });
    const unforced = ecs.client.send(new DeleteServiceCommand({ service: 'doomed' }));
    await expect(unforced).rejects.toMatchObject({
      message: 'The service cannot be stopped while it is scaled above 0.',
    });
    await ecs.client.send(new DeleteServiceCommand({ service: 'doomed', force: true }));
    const gone = await eventually(
      () => ecs.service('doomed'),
      (service) => service.status === 'INACTIVE',
    );
    expect(gone).toMatchObject({ runningCount: 0, pendingCount: 0, deployments: [] });
    const ids = Object.values(ecs.state.tasks).flatMap((task) =>
      task.wire.group === 'service:doomed' ? [task.id] : [],
    );
    expect(ids).toHaveLength(2);
    const label = `deployotron.sandbox=${ecs.sandboxId}`;
    const left = await new Dockerode().listContainers({ all: true, filters: { label: [label] } });
    expect(left.filter((one) => ids.includes(String(one.Labels['deployotron.task'])))).toEqual([]);
    await expect(fetch(urlOf(gone))).rejects.toThrow();
  });
});
