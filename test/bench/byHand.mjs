// The same deployment as somebody would script it: clone, docker build, docker push and the bare SDK calls, one after
// the other. Run by bench.mjs as a program of its own, bundled like the CLI, with one JSON argument.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateRepositoryCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
} from '@aws-sdk/client-ecr';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
  waitUntilServicesStable,
} from '@aws-sdk/client-ecs';

const { docker, repository, dockerfile, endpoint, name, cluster, region, port, fresh } = JSON.parse(process.argv[2]);
const options = { endpoint, region, credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' } };
const ecs = new ECSClient(options);
const ecr = new ECRClient(options);
const work = await mkdtemp(path.join(tmpdir(), 'deployotron-by-hand-'));
const tookMs = {};

await timed('clone', () =>
  run('git', [
    'clone',
    '--quiet',
    '--depth',
    '1',
    '--branch',
    'main',
    '--',
    `file://${repository}`,
    path.join(work, 'source'),
  ]),
);
const tag = await run('git', ['-C', path.join(work, 'source'), 'rev-parse', 'HEAD']);
await timed('build', () =>
  run(docker, ['build', '--quiet', '--file', dockerfile, '--tag', `${name}:${tag}`, path.join(work, 'source')]),
);
const uri = await timed('repository', ensureRepository);
await timed('login', logIn);
const image = `${uri}:${tag}`;
await timed('push', async () => {
  await run(docker, ['tag', `${name}:${tag}`, image]);
  await run(docker, ['push', '--quiet', image]);
});
const taskDefinition = await timed('register', register);
await timed('service', () =>
  fresh ? createService() : ecs.send(new UpdateServiceCommand({ cluster, service: name, taskDefinition })),
);
await timed('wait', untilStable);
await rm(work, { recursive: true });
process.stdout.write(JSON.stringify(tookMs));

async function ensureRepository() {
  const found = await ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [name] })).catch(() => undefined);
  const repositories = found?.repositories ?? [
    (await ecr.send(new CreateRepositoryCommand({ repositoryName: name }))).repository,
  ];
  return repositories[0].repositoryUri;
}

async function logIn() {
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
  const [username, password] = Buffer.from(authorizationData[0].authorizationToken, 'base64').toString().split(':');
  await run(docker, ['login', '--username', username, '--password-stdin', uri.split('/')[0]], password);
}

async function register() {
  const group = `/ecs/${name}`;
  if (fresh) await new CloudWatchLogsClient(options).send(new CreateLogGroupCommand({ logGroupName: group }));
  const logging = { 'awslogs-group': group, 'awslogs-region': region, 'awslogs-stream-prefix': 'ecs' };
  const container = {
    name,
    image,
    portMappings: [{ containerPort: port }],
    logConfiguration: { logDriver: 'awslogs', options: logging },
  };
  const fargate = { networkMode: 'awsvpc', requiresCompatibilities: ['FARGATE'], cpu: '256', memory: '512' };
  const answer = await ecs.send(
    new RegisterTaskDefinitionCommand({ family: name, ...fargate, containerDefinitions: [container] }),
  );
  return answer.taskDefinition.taskDefinitionArn;
}

async function createService() {
  await ecs.send(new CreateClusterCommand({ clusterName: cluster }));
  const networkConfiguration = { awsvpcConfiguration: { subnets: ['subnet-bench'], assignPublicIp: 'ENABLED' } };
  const wishes = {
    cluster,
    serviceName: name,
    taskDefinition,
    desiredCount: 1,
    launchType: 'FARGATE',
    networkConfiguration,
  };
  const deploymentConfiguration = { minimumHealthyPercent: 100, maximumPercent: 200 };
  await ecs.send(new CreateServiceCommand({ ...wishes, deploymentConfiguration }));
}

/** The SDK's own waiter, asked to look as often as it can; by itself it would look every 15 seconds. */
async function untilStable() {
  const limits = { client: ecs, maxWaitTime: 300, minDelay: 1, maxDelay: 1 };
  const { state } = await waitUntilServicesStable(limits, { cluster, services: [name] });
  if (state !== 'SUCCESS') throw new Error(`The service did not become stable: ${state}`);
}

async function timed(step, action) {
  const began = performance.now();
  const result = await action();
  tookMs[step] = performance.now() - began;
  return result;
}

function run(command, args, input) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: [input ? 'pipe' : 'ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve(said.trim()) : reject(new Error(`${command} ended with ${code}: ${said}`)),
    );
    child.stdin?.end(input);
  });
}
