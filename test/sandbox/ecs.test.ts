import {
  CreateClusterCommand,
  CreateServiceCommand,
  DeleteClusterCommand,
  DeleteServiceCommand,
  DeregisterTaskDefinitionCommand,
  DescribeClustersCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ListClustersCommand,
  ListServicesCommand,
  ListTagsForResourceCommand,
  ListTaskDefinitionFamiliesCommand,
  ListTaskDefinitionsCommand,
  ListTasksCommand,
  paginateListTaskDefinitions,
  RegisterTaskDefinitionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { network, startEcs, webServer, webTask } from '../support/ecsServer.ts';

let ecs: Awaited<ReturnType<typeof startEcs>>;
beforeAll(async () => {
  ecs = await startEcs();
  await ecs.client.send(new CreateClusterCommand({}));
});
afterAll(async () => {
  await ecs.destroy();
  expect(ecs.problems).toEqual([]);
});

const register = (family: string, more: object = {}) =>
  ecs.client.send(new RegisterTaskDefinitionCommand({ ...webTask(family, webServer('v1')), ...more }));
const createEmpty = (serviceName: string, more: object = {}) =>
  ecs.client.send(
    new CreateServiceCommand({
      serviceName,
      taskDefinition: 'app',
      desiredCount: 0,
      networkConfiguration: network,
      ...more,
    }),
  );

describe('clusters', () => {
  it('are created once, however often they are asked for, and keep their tags', async () => {
    const { client } = ecs;
    const create = new CreateClusterCommand({ clusterName: 'twice', tags: [{ key: 'a', value: 'b' }] });
    const first = await client.send(create);
    const second = await client.send(new CreateClusterCommand({ clusterName: 'twice' }));
    expect(second.cluster).toEqual(first.cluster);
    expect(first.cluster).toMatchObject({
      clusterArn: 'arn:aws:ecs:us-east-1:000000000000:cluster/twice',
      status: 'ACTIVE',
      runningTasksCount: 0,
      tags: [{ key: 'a', value: 'b' }],
    });
    expect((await client.send(new ListClustersCommand({}))).clusterArns).toContain(first.cluster?.clusterArn);
  });

  it('that do not exist are failures with MISSING, and refused elsewhere', async () => {
    const described = await ecs.client.send(new DescribeClustersCommand({ clusters: ['default', 'nope'] }));
    expect(described.clusters?.map((one) => one.clusterName)).toEqual(['default']);
    expect(described.failures).toEqual([{ arn: 'arn:aws:ecs:us-east-1:000000000000:cluster/nope', reason: 'MISSING' }]);
    await expect(ecs.client.send(new ListServicesCommand({ cluster: 'nope' }))).rejects.toMatchObject({
      name: 'ClusterNotFoundException',
      message: 'Cluster not found.',
    });
  });

  it('are deleted only without services', async () => {
    const { client } = ecs;
    await client.send(new CreateClusterCommand({ clusterName: 'full' }));
    await register('app');
    await createEmpty('inside', { cluster: 'full' });
    const deletion = new DeleteClusterCommand({ cluster: 'full' });
    await expect(client.send(deletion)).rejects.toMatchObject({ name: 'ClusterContainsServicesException' });
    await client.send(new DeleteServiceCommand({ cluster: 'full', service: 'inside' }));
    expect((await client.send(deletion)).cluster?.status).toBe('INACTIVE');
  });
});

describe('task definitions', () => {
  it('count their revisions, and never use a number again', async () => {
    const { client } = ecs;
    expect((await register('counted')).taskDefinition?.revision).toBe(1);
    expect((await register('counted')).taskDefinition?.revision).toBe(2);
    await client.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'counted:2' }));
    const newest = await client.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'counted' }));
    expect(newest.taskDefinition?.revision).toBe(1);
    expect((await register('counted')).taskDefinition?.revision).toBe(3);
    const inactive = await client.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'counted:2' }));
    expect(inactive.taskDefinition?.status).toBe('INACTIVE');
    expect(inactive.taskDefinition?.deregisteredAt).toBeInstanceOf(Date);
  });

  it('come back as they were given, with what we do not know', async () => {
    const unusual = {
      ephemeralStorage: { sizeInGiB: 30 },
      runtimePlatform: { cpuArchitecture: 'ARM64' },
      pidMode: 'task',
    };
    const { taskDefinition } = await register('whole', { ...unusual, tags: [{ key: 'k', value: 'v' }] });
    expect(taskDefinition).toMatchObject({
      ...unusual,
      family: 'whole',
      cpu: '1024',
      memory: '2048',
      status: 'ACTIVE',
    });
    const described = await ecs.client.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: taskDefinition?.taskDefinitionArn, include: ['TAGS'] }),
    );
    expect(described.taskDefinition).toEqual(taskDefinition);
    expect(described.tags).toEqual([{ key: 'k', value: 'v' }]);
  });

  it.each([
    [{ family: 'not a family' }, 'Family contains invalid characters'],
    [{ containerDefinitions: [] }, 'Container list cannot be empty.'],
    [{ containerDefinitions: [{ name: 'web', image: '' }] }, 'Container.image should not be null or empty.'],
    [{ networkMode: 'bridge' }, 'Fargate only supports network mode'],
    [{ cpu: '300' }, "Invalid 'cpu' setting for task."],
    [{ cpu: '256', memory: '4096' }, 'No Fargate configuration exists for given values: 256 CPU, 4096 memory.'],
    [{ cpu: '8192', memory: '17408' }, 'No Fargate configuration exists'],
  ])('are refused as AWS refuses them: %o', async (more, message) => {
    const attempt = register('refused', more);
    await expect(attempt).rejects.toMatchObject({ name: 'ClientException', message: expect.stringContaining(message) });
  });

  it.each([
    ['256', '512'],
    ['.25 vCPU', '0.5 GB'],
    ['1 vCPU', '8 GB'],
    ['16384', '122880'],
  ])('of %s CPU and %s memory are a Fargate size', async (cpu, memory) => {
    expect((await register('sized', { cpu, memory })).taskDefinition?.status).toBe('ACTIVE');
  });

  it('are listed by family and page by page, in both orders', async () => {
    for (let count = 0; count < 12; count++) await register('listed');
    const pages: string[][] = [];
    for await (const page of paginateListTaskDefinitions(
      { client: ecs.client, pageSize: 5 },
      { familyPrefix: 'listed' },
    ))
      pages.push((page.taskDefinitionArns ?? []).map((arn) => String(arn.split(':').at(-1))));
    expect(pages).toEqual([
      ['1', '2', '3', '4', '5'],
      ['6', '7', '8', '9', '10'],
      ['11', '12'],
    ]);
    const newest = await ecs.client.send(
      new ListTaskDefinitionsCommand({ familyPrefix: 'listed', sort: 'DESC', maxResults: 1 }),
    );
    expect(newest.taskDefinitionArns?.[0]).toMatch(/listed:12$/);
    const { families } = await ecs.client.send(
      new ListTaskDefinitionFamiliesCommand({ familyPrefix: 'list', status: 'ACTIVE' }),
    );
    expect(families).toEqual(['listed']);
  });

  it('that do not exist are refused', async () => {
    const attempt = ecs.client.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'nope' }));
    await expect(attempt).rejects.toMatchObject({
      name: 'ClientException',
      message: 'Unable to describe task definition.',
    });
  });
});

describe('services', () => {
  beforeAll(async () => {
    await register('app');
  });

  it('are created with a local URL, shown in their tags', async () => {
    const { service } = await createEmpty('shown', { tags: [{ key: 'team', value: 'x' }], clientToken: 'token-1' });
    expect(service).toMatchObject({
      serviceName: 'shown',
      status: 'ACTIVE',
      desiredCount: 0,
      schedulingStrategy: 'REPLICA',
    });
    expect(service?.createdAt).toBeInstanceOf(Date);
    const url = service?.tags?.find((tag) => tag.key === 'deployotron:url')?.value;
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const { tags } = await ecs.client.send(new ListTagsForResourceCommand({ resourceArn: service?.serviceArn }));
    expect(tags).toEqual([
      { key: 'team', value: 'x' },
      { key: 'deployotron:url', value: url },
    ]);
  });

  it('are created twice only with the same client token', async () => {
    const first = await createEmpty('same', { clientToken: 'abc' });
    const again = await createEmpty('same', { clientToken: 'abc' });
    expect(again.service?.deployments?.[0]?.id).toBe(first.service?.deployments?.[0]?.id);
    await expect(createEmpty('same', { clientToken: 'other' })).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'Creation of service was not idempotent.',
    });
  });

  it.each([
    [{ taskDefinition: 'nope' }, 'ClientException', 'TaskDefinition not found.'],
    [
      { loadBalancers: [{ containerName: 'web', containerPort: 81, targetGroupArn: 'arn:x' }] },
      'InvalidParameterException',
      'The container web did not have a container port 81 defined.',
    ],
    [
      { loadBalancers: [{ containerName: 'x', containerPort: 81, targetGroupArn: 'arn:x' }] },
      'InvalidParameterException',
      'The container x does not exist in the task definition.',
    ],
    [{ cluster: 'nope' }, 'ClusterNotFoundException', 'Cluster not found.'],
  ])('are refused as AWS refuses them: %o', async (more, name, message) => {
    await expect(createEmpty('refused', more)).rejects.toMatchObject({ name, message });
  });

  it('that do not exist are failures with MISSING, and refused elsewhere', async () => {
    const { services, failures } = await ecs.client.send(new DescribeServicesCommand({ services: ['nope'] }));
    expect(services).toEqual([]);
    expect(failures).toEqual([{ arn: 'arn:aws:ecs:us-east-1:000000000000:service/default/nope', reason: 'MISSING' }]);
    const update = ecs.client.send(new UpdateServiceCommand({ service: 'nope' }));
    await expect(update).rejects.toMatchObject({ name: 'ServiceNotFoundException', message: 'Service not found.' });
    const list = ecs.client.send(new ListTasksCommand({ serviceName: 'nope' }));
    await expect(list).rejects.toMatchObject({ name: 'ServiceNotFoundException' });
  });

  it('take a new deployment only for what makes one', async () => {
    const { service } = await createEmpty('updated');
    const first = service?.deployments?.[0]?.id;
    const update = async (change: object) =>
      (await ecs.client.send(new UpdateServiceCommand({ service: 'updated', ...change }))).service?.deployments?.[0]
        ?.id;
    expect(await update({ healthCheckGracePeriodSeconds: 7 })).toBe(first);
    expect(await update({ deploymentConfiguration: { maximumPercent: 150 } })).toBe(first);
    expect(await update({ taskDefinition: 'app:1' })).not.toBe(first);
    const forced = await update({ forceNewDeployment: true });
    expect(forced).not.toBe(first);
    const shown = await ecs.service('updated');
    expect(shown.deploymentConfiguration).toMatchObject({ maximumPercent: 150, minimumHealthyPercent: 100 });
    expect(shown.healthCheckGracePeriodSeconds).toBe(7);
  });

  it('are not deleted while scaled up, and are inactive after it', async () => {
    await createEmpty('deleted');
    await ecs.client.send(new UpdateServiceCommand({ service: 'deleted', deploymentConfiguration: {} }));
    const { service } = await ecs.client.send(new DeleteServiceCommand({ service: 'deleted' }));
    expect(service?.status).toBe('DRAINING');
    await expect.poll(async () => (await ecs.service('deleted')).status).toBe('INACTIVE');
    const update = ecs.client.send(new UpdateServiceCommand({ service: 'deleted' }));
    await expect(update).rejects.toMatchObject({ name: 'ServiceNotActiveException' });
    const { serviceArns } = await ecs.client.send(new ListServicesCommand({ maxResults: 100 }));
    expect(serviceArns?.some((arn) => arn.endsWith('/deleted'))).toBe(false);
    expect((await createEmpty('deleted')).service?.status).toBe('ACTIVE');
  });

  it('carry tags that can be changed, and the health path among them', async () => {
    const resourceArn = (await createEmpty('tagged')).service?.serviceArn;
    const tags = [{ key: 'deployotron:health-path', value: '/up' }];
    await ecs.client.send(new TagResourceCommand({ resourceArn, tags }));
    expect((await ecs.service('tagged')).tags).toContainEqual(tags[0]);
    await ecs.client.send(new UntagResourceCommand({ resourceArn, tagKeys: ['deployotron:health-path'] }));
    expect((await ecs.service('tagged')).tags).not.toContainEqual(tags[0]);
  });
});

describe('names that mean something to JavaScript', () => {
  it.each(['constructor', '__proto__', 'toString'])('%s is a good name of anything', async (name) => {
    expect((await register(name)).taskDefinition?.revision).toBe(1);
    await ecs.client.send(new CreateClusterCommand({ clusterName: name }));
    const { service } = await createEmpty(name, { cluster: name, taskDefinition: name });
    expect(service?.serviceArn).toBe(`arn:aws:ecs:us-east-1:000000000000:service/${name}/${name}`);
  });
});

describe('tasks', () => {
  it('that do not exist are failures with MISSING', async () => {
    const { tasks, failures } = await ecs.client.send(new DescribeTasksCommand({ tasks: ['0123'] }));
    expect(tasks).toEqual([]);
    expect(failures).toEqual([{ arn: '0123', reason: 'MISSING' }]);
  });
});
