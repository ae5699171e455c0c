import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serviceUrl } from '../../src/deploy/serviceUrl.ts';
import { type Aws, connectAws } from '../../src/services/aws.ts';
import type { Project } from '../../src/shared/models.ts';
import { commitFiles, server, webApp } from './apps.ts';
import { containersOf, removeContainers, startMinistack } from './ministack.ts';
import { refuseServicesWithoutNetwork } from './strictNetwork.ts';
import { openWorld, skippedSteps, textAt, type World } from './world.ts';

// Our client and our sandbox must not merely agree with each other. Its rollouts are instant, so that it says nothing about those.
let ministack: Awaited<ReturnType<typeof startMinistack>> | undefined;
let front: Awaited<ReturnType<typeof refuseServicesWithoutNetwork>> | undefined;
let world: World | undefined;

beforeAll(async () => {
  try {
    ministack = await startMinistack();
  } catch (error) {
    console.log(`Left out: ${(error as Error).message}`);
    return;
  }
  front = await refuseServicesWithoutNetwork(ministack.endpoint);
  world = await openWorld(front.endpoint);
}, 400_000);

afterAll(async () => {
  front?.stop();
  await ministack?.stop();
  removeContainers(names);
  await world?.close();
});

const names: string[] = [];

/** Its rollouts are done before the app listens. */
async function theNewestAnswers(text: string): Promise<void> {
  const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
  const address = execFileSync('docker', ['inspect', '--format', format, containersOf(names)[0] ?? ''], {
    encoding: 'utf8',
  }).trim();
  const answer = () => textAt(`http://${address}:3000`).catch(() => '');
  await expect.poll(answer, { timeout: 30_000 }).toBe(text);
}

test('the same deployment, the same commit again, and a changed one run on an AWS that others have written', async (context) => {
  if (!world) return context.skip();
  const repository = world.repository(webApp('one'));
  names.push(repository.name);
  const project = await world.project(repository.name, repository.folder);
  const first = await world.deploy(project);
  expect(first.record.failure).toBeUndefined();
  await theNewestAnswers('one');

  const again = await world.deploy(project);
  expect(again.record.status).toBe('success');
  expect(skippedSteps(again.events)).toEqual(['build', 'push', 'register', 'deploy']);

  commitFiles(repository.folder, { 'server.js': server('two') }, 'Second version');
  const second = await world.deploy(project);
  expect(second.record).toMatchObject({ status: 'success', commitMessage: 'Second version' });
  expect(second.record.facts.taskDefinitionArn).toMatch(/:2$/);
  await theNewestAnswers('two');
});

test('in an account that never used ECS, a first service gets its role, its network and an open port', async (context) => {
  if (!world) return context.skip();
  const repository = world.repository(webApp('first'));
  names.push(repository.name);
  const project = await world.project(repository.name, repository.folder, { options: { subnets: undefined } });
  const { record, events } = await world.deploy(project);
  expect(record.failure).toBeUndefined();
  const said = events.flatMap((event) => (event.type === 'warning' ? event.message : []));
  expect(said).toContainEqual(
    expect.stringMatching(
      /^The service runs in the default VPC vpc-\w+; its security group sg-\w+ lets everyone in on port 3000\.$/,
    ),
  );
  const { service } = await world.app.existing(project);
  expect(service).toMatchObject({ assignPublicIp: true, securityGroups: [expect.stringMatching(/^sg-/)] });
  expect(service?.subnets.length).toBeGreaterThan(0);
  expect(await roleIsThere(world.endpoint)).toBe(true);
});

async function roleIsThere(endpoint: string): Promise<boolean> {
  const { GetRoleCommand } = await import('@aws-sdk/client-iam');
  const iam = await connectAws({ region: 'us-east-1', endpoint, profile: '' }).iam();
  const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'ecsTaskExecutionRole' }));
  return decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '').includes('ecs-tasks.amazonaws.com');
}

test('a service behind a load balancer answers at its listener, HTTPS before HTTP', async (context) => {
  if (!world) return context.skip();
  const aws = connectAws({ region: 'us-east-1', endpoint: world.endpoint, profile: '' });
  const look = { aws, project: {} as Project, signal: AbortSignal.timeout(20_000) };
  const { targetGroupArn, host, listen } = await makeBalancer(aws);
  const url = () => serviceUrl(look, { loadBalancers: [{ targetGroupArn }] }, 3000, async () => []);
  expect(await url()).toBe('');
  await listen('HTTP', 8080);
  expect(await url()).toBe(`http://${host}:8080`);
  await listen('HTTPS', 443);
  expect(await url()).toBe(`https://${host}`);
});

async function makeBalancer(aws: Aws) {
  const sdk = await import('@aws-sdk/client-elastic-load-balancing-v2');
  const { DescribeSubnetsCommand } = await import('@aws-sdk/client-ec2');
  const [balancing, ec2] = await Promise.all([aws.balancing(), aws.ec2()]);
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}));
  const subnets = Subnets.slice(0, 2).flatMap(({ SubnetId }) => SubnetId ?? []);
  const { TargetGroups = [] } = await balancing.send(
    new sdk.CreateTargetGroupCommand({
      Name: 'shop',
      Protocol: 'HTTP',
      Port: 80,
      VpcId: Subnets[0]?.VpcId,
      TargetType: 'ip',
    }),
  );
  const { LoadBalancers = [] } = await balancing.send(
    new sdk.CreateLoadBalancerCommand({ Name: 'shop', Subnets: subnets }),
  );
  const targetGroupArn = TargetGroups[0]?.TargetGroupArn ?? '';
  const LoadBalancerArn = LoadBalancers[0]?.LoadBalancerArn ?? '';
  return {
    targetGroupArn,
    host: LoadBalancers[0]?.DNSName?.toLowerCase(),
    listen: (Protocol: 'HTTP' | 'HTTPS', Port: number) =>
      balancing.send(
        new sdk.CreateListenerCommand({
          LoadBalancerArn,
          Protocol,
          Port,
          DefaultActions: [{ Type: 'forward', TargetGroupArn: targetGroupArn }],
        }),
      ),
  };
}
