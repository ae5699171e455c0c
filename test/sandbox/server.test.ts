import { get, request } from 'node:http';
import { networkInterfaces } from 'node:os';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateRepositoryCommand, DescribeRepositoriesCommand, ECRClient } from '@aws-sdk/client-ecr';
import { CreateClusterCommand, DescribeClustersCommand, ECSClient } from '@aws-sdk/client-ecs';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientOptions, startTestSandbox } from '../support/sandbox.ts';

let sandbox: Awaited<ReturnType<typeof startTestSandbox>>;

beforeAll(async () => {
  sandbox = await startTestSandbox();
});

afterAll(async () => {
  await sandbox?.stop();
});

const target = 'AmazonEC2ContainerServiceV20141113.ListClusters';
const signed = { authorization: 'AWS4-HMAC-SHA256 Credential=any', 'x-amz-target': target };

/** node:http sends any header; fetch forbids some. Gives the status and the body. */
function ask(method: string, path: string, headers: Record<string, string>, body = ''): Promise<[number, string]> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${sandbox.endpoint}${path}`, { method, headers }, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      resolve([response.statusCode ?? 0, Buffer.concat(chunks).toString()]);
    });
    outgoing.on('error', reject).end(body);
  });
}

describe('the AWS SDK', () => {
  test('finds all four services at one endpoint', async () => {
    const options = clientOptions(sandbox.endpoint);
    const { clusters } = await new ECSClient(options).send(new DescribeClustersCommand({ clusters: ['none'] }));
    expect(clusters).toEqual([]);
    const { repositories } = await new ECRClient(options).send(new DescribeRepositoriesCommand({}));
    expect(repositories).toEqual([]);
    const { logGroups } = await new CloudWatchLogsClient(options).send(new DescribeLogGroupsCommand({}));
    expect(logGroups).toEqual([]);
    const { Account, Arn } = await new STSClient(options).send(new GetCallerIdentityCommand({}));
    expect([Account, Arn]).toEqual(['000000000000', 'arn:aws:iam::000000000000:user/sandbox']);
  });

  test('gets a refusal as the exception that AWS has for it', async () => {
    const ecr = new ECRClient(clientOptions(sandbox.endpoint));
    const error = await ecr
      .send(new DescribeRepositoriesCommand({ repositoryNames: ['none'] }))
      .catch((thrown) => thrown);
    expect(error.name).toBe('RepositoryNotFoundException');
    expect(error.message).toBe("The repository with name 'none' does not exist in the registry with id '000000000000'");
    expect(error.$metadata.httpStatusCode).toBe(400);
    expect(error.$metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('gets a refusal of STS, which speaks XML', async () => {
    const sts = new STSClient(clientOptions(sandbox.endpoint));
    const role = new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::000000000000:role/x', RoleSessionName: 'x' });
    expect((await sts.send(role).catch((thrown) => thrown)).name).toBe('InvalidAction');
  });
});

describe('the wire', () => {
  test('an unknown action is refused', async () => {
    const [status, body] = await ask('POST', '/', { ...signed, 'x-amz-target': 'Logs_20140328.Dance' }, '{}');
    expect([status, JSON.parse(body).__type]).toEqual([400, 'UnknownOperationException']);
  });

  test.each(['Logs_20140328.constructor', 'toString.CreateCluster', 'Logs_20140328.__proto__'])(
    'what JavaScript itself calls %s is no action',
    async (name) => {
      const [status, body] = await ask('POST', '/', { ...signed, 'x-amz-target': name }, '{}');
      expect([status, JSON.parse(body).__type]).toEqual([400, 'UnknownOperationException']);
    },
  );

  test('a request without credentials is refused', async () => {
    const [status, body] = await ask('POST', '/', { 'x-amz-target': target }, '{}');
    expect([status, JSON.parse(body).__type]).toEqual([403, 'MissingAuthenticationTokenException']);
  });

  test.each(['{', '"text"', '3'])('a body that is no JSON object, %s, is refused', async (text) => {
    const [status, body] = await ask('POST', '/', signed, text);
    expect([status, JSON.parse(body).__type]).toEqual([400, 'SerializationException']);
  });

  test('a body that never ends is refused', async () => {
    const [status, body] = await ask('POST', '/', signed, ' '.repeat(17 * 1024 * 1024));
    expect([status, JSON.parse(body).__type]).toEqual([413, 'RequestEntityTooLargeException']);
  });

  test('any other path is not found', async () => {
    expect((await ask('GET', '/', {}))[0]).toBe(404);
    expect((await ask('GET', '//evil', {}))[0]).toBe(404);
  });
});

describe('who may come in', () => {
  const others = Object.values(networkInterfaces()).flatMap((found) => found ?? []);
  const address = others.find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

  test.skipIf(!address)('nobody from another machine: only loopback is listened on', async () => {
    const error = await new Promise<NodeJS.ErrnoException>((resolve, reject) => {
      get({ host: address, port: sandbox.port }, () => reject(new Error('it answered'))).on('error', resolve);
    });
    expect(error.code).toBe('ECONNREFUSED');
  });

  test('no web page: a request with an Origin is refused', async () => {
    expect((await ask('POST', '/', { ...signed, origin: 'http://evil.example' }, '{}'))[0]).toBe(403);
  });

  test('no web page whose host name points here', async () => {
    expect((await ask('POST', '/', { ...signed, host: `evil.example:${sandbox.port}` }, '{}'))[0]).toBe(403);
    expect((await ask('POST', '/', { ...signed, host: `localhost:${sandbox.port}` }, '{}'))[0]).toBe(200);
  });

  test('nobody without the header at the sandbox’s own door', async () => {
    expect((await ask('GET', '/_sandbox/health', {}))[0]).toBe(403);
    const [status, body] = await ask('GET', '/_sandbox/health', { 'x-deployotron-sandbox': '1' });
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ port: sandbox.port, pid: process.pid, stateDir: sandbox.stateDir });
  });
});

describe('a restart', () => {
  test('finds clusters and repositories again, under the same id', async () => {
    const first = await startTestSandbox();
    const options = clientOptions(first.endpoint);
    await new ECSClient(options).send(new CreateClusterCommand({ clusterName: 'kept' }));
    await new ECRClient(options).send(new CreateRepositoryCommand({ repositoryName: 'kept' }));
    await first.close();
    const second = await startTestSandbox({ stateDir: first.stateDir, port: first.port });
    expect(second.sandboxId).toBe(first.sandboxId);
    const { clusters } = await new ECSClient(options).send(new DescribeClustersCommand({ clusters: ['kept'] }));
    expect(clusters?.[0]?.status).toBe('ACTIVE');
    const { repositories } = await new ECRClient(options).send(new DescribeRepositoriesCommand({}));
    expect(repositories?.[0]?.repositoryUri).toBe(`127.0.0.1:${first.port}/kept`);
    await second.stop();
  });

  test('a port that is taken is named', async () => {
    const error = await startTestSandbox({ port: sandbox.port }).catch((thrown) => thrown);
    expect(error.failure.code).toBe('SandboxPortTaken');
    expect(error.failure.message).toContain(String(sandbox.port));
  });
});
