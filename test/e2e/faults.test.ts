import { DeleteServiceCommand, ECSClient } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StepId } from '../../src/shared/events.ts';
import { startTestSandbox } from '../support/sandbox.ts';
import { nodeApp, webApp } from './apps.ts';
import { failureOf, openWorld, stepsThat, textAt, type World } from './world.ts';

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

const wishes = { rebuild: false, force: false };

async function newProject(text: string) {
  const { name, folder } = world.repository(webApp(text));
  return world.project(name, folder);
}

describe('what passes is ridden out', () => {
  test('throttling, errors 500 and a cut answer of AWS, errors 500, 429 and silence of the registry', async () => {
    sandbox.faults.add({ action: 'RegisterTaskDefinition', nth: 1, count: 2, fault: { kind: 'throttle' } });
    sandbox.faults.add({ action: 'CreateService', nth: 1, count: 3, fault: { kind: 'error500' } });
    sandbox.faults.add({ action: 'DescribeServices', nth: 2, fault: { kind: 'cut' } });
    sandbox.faults.add({ action: 'registry:POST upload', nth: 1, fault: { kind: 'error500' } });
    sandbox.faults.add({ action: 'registry:HEAD blob', nth: 1, fault: { kind: 'silence', ms: 1_000 } });
    sandbox.faults.add({ action: 'registry:PUT manifest', nth: 1, fault: { kind: 'throttle' } });
    const { record } = await world.deploy(await newProject('patient'));
    sandbox.faults.clear();
    expect(record.failure).toBeUndefined();
    expect(await textAt(record.facts.url)).toBe('patient');
  });
});

describe('what does not pass ends in a sentence', () => {
  test.each<[string, string, StepId, string]>([
    ['expiredToken', 'GetAuthorizationToken', 'record', 'AwsCredentialsExpired'],
    ['accessDenied', 'CreateRepository', 'authenticate', 'AwsAccessDenied'],
    ['expiredToken', 'RegisterTaskDefinition', 'register', 'AwsCredentialsExpired'],
    ['accessDenied', 'CreateService', 'deploy', 'AwsAccessDenied'],
  ])('%s at %s', async (kind, action, step, code) => {
    sandbox.faults.add({ action, nth: 1, count: 100, fault: { kind: kind as 'expiredToken' } });
    const { record, events } = await world.deploy(await newProject(`${kind} ${action}`));
    sandbox.faults.clear();
    expect(record.failure).toMatchObject({ code, remedy: { text: expect.stringMatching(/\S.*\.$/) } });
    expect(stepsThat(events, 'step-failed')).toEqual([step]);
  });
});

describe('several at once', () => {
  test('two of the same service: the second is refused and told by whom; two of different services both succeed', async () => {
    const project = await newProject('one of two');
    const other = await newProject('two of two');
    const [first, second] = await Promise.all([world.app.deploy(project, wishes), world.app.deploy(other, wishes)]);
    const refusal = await failureOf(world.app.deploy(project, wishes));
    expect(refusal.code).toBe('AlreadyDeploying');
    expect(refusal.message).toContain(first.id.slice(0, 8));
    expect(refusal.message).toContain(String(process.pid));
    const records = await Promise.all([first.done, second.done]);
    expect(records.map(({ status }) => status)).toEqual(['success', 'success']);
    expect(await Promise.all(records.map(({ facts }) => textAt(facts.url)))).toEqual(['one of two', 'two of two']);
    expect(await world.app.listDeployments({ projectId: project.id })).toHaveLength(1);
  });
});

test('a service that is deleted under way is said to be gone', async () => {
  const { name, folder } = world.repository(nodeApp('setInterval(() => undefined, 1_000);\n'));
  const project = await world.project(name, folder);
  const { id, done } = await world.app.deploy(project, wishes);
  await until(() => stepsThat(world.eventsOf(id), 'step-started').includes('monitor'));
  await deleteService(project.awsCluster, project.awsService);
  expect((await done).failure?.code).toBe('ServiceGone');
});

test('a cancelled deployment ends in whatever step it is, and leaves the running version alone', async () => {
  const project = await newProject('stays');
  const { record } = await world.deploy(project);
  const { id, done, cancel } = await world.app.deploy(project, { rebuild: true, force: true });
  await until(() => stepsThat(world.eventsOf(id), 'step-started').includes('monitor'));
  cancel();
  expect((await done).status).toBe('cancelled');
  expect(await textAt(record.facts.url)).toBe('stays');
});

async function deleteService(cluster: string, service: string): Promise<void> {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const ecs = new ECSClient({ endpoint: sandbox.endpoint, region: 'us-east-1', credentials });
  await ecs.send(new DeleteServiceCommand({ cluster, service, force: true }));
  ecs.destroy();
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}
