import { CloudWatchLogsClient, CreateLogGroupCommand, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateRepositoryCommand, ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import {
  CreateClusterCommand,
  DescribeTasksCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
} from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { eventually } from '../support/ecsServer.ts';
import { clientOptions, startTestSandbox } from '../support/sandbox.ts';

type TestSandbox = Awaited<ReturnType<typeof startTestSandbox>>;

/** Pushes an image that everybody who runs the tests has, and forgets it locally, so that ECS must pull it. */
async function pushImage({ docker, endpoint, port }: TestSandbox): Promise<string> {
  const ecr = new ECRClient(clientOptions(endpoint));
  const { repository } = await ecr.send(new CreateRepositoryCommand({ repositoryName: 'wired' }));
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
  const token = Buffer.from(authorizationData?.[0]?.authorizationToken ?? '', 'base64').toString();
  const authconfig = { username: 'AWS', password: token.slice(4), serveraddress: `127.0.0.1:${port}` };
  const repo = repository?.repositoryUri ?? '';
  const image = `${repo}:v1`;
  await docker.getImage('debian:bookworm-slim').tag({ repo, tag: 'v1' });
  const stream = await docker.getImage(image).push({ authconfig });
  await new Promise((resolve, reject) => {
    docker.modem.followProgress(stream, (error, output) => (error ? reject(error) : resolve(output)));
  });
  await docker.getImage(image).remove();
  return image;
}

test('a task pulls its image from the registry, writes to the logs, outlives a restart, and goes with the sandbox', async () => {
  const first = await startTestSandbox();
  const ecs = new ECSClient(clientOptions(first.endpoint));
  const logs = new CloudWatchLogsClient(clientOptions(first.endpoint));
  await ecs.send(new CreateClusterCommand({}));
  await logs.send(new CreateLogGroupCommand({ logGroupName: '/wired' }));
  const options = { 'awslogs-group': '/wired', 'awslogs-region': 'us-east-1', 'awslogs-stream-prefix': 'ecs' };
  const definition = {
    name: 'app',
    image: await pushImage(first),
    command: ['sh', '-c', 'trap "exit 0" TERM; echo hello; while :; do sleep 1 & wait; done'],
    logConfiguration: { logDriver: 'awslogs' as const, options },
  };
  const family = { family: 'wired', containerDefinitions: [definition], memory: '128' };
  await ecs.send(new RegisterTaskDefinitionCommand(family));
  const { tasks } = await ecs.send(new RunTaskCommand({ taskDefinition: 'wired' }));
  const wanted = new DescribeTasksCommand({ tasks: [tasks?.[0]?.taskArn ?? ''] });
  const task = async () => (await ecs.send(wanted)).tasks?.[0];
  const lines = async () => (await logs.send(new FilterLogEventsCommand({ logGroupName: '/wired' }))).events ?? [];
  await eventually(task, (found) => found?.lastStatus === 'RUNNING');
  await eventually(lines, (events) => events.some(({ message }) => message === 'hello'));

  await first.close();
  const second = await startTestSandbox({ stateDir: first.stateDir, port: first.port });
  const before = (await task())?.containers?.[0]?.runtimeId;
  expect(before).toBeTruthy();
  expect((await task())?.lastStatus).toBe('RUNNING');
  expect((await lines()).map(({ message }) => message)).toEqual(['hello']);

  for (const client of [ecs, logs]) client.destroy();
  await second.stop();
  const filters = { label: [`deployotron.sandbox=${first.sandboxId}`] };
  expect(await first.docker.listContainers({ all: true, filters })).toEqual([]);
  const images = await first.docker.listImages();
  const names = images.flatMap(({ RepoTags, RepoDigests }) => [...(RepoTags ?? []), ...(RepoDigests ?? [])]);
  expect(names.filter((name) => name.startsWith(`127.0.0.1:${first.port}/`))).toEqual([]);
});
