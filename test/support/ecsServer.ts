import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  type Service,
  type Task,
} from '@aws-sdk/client-ecs';
import Dockerode from 'dockerode';
import { AwsError, type LogSink } from '../../src/sandbox/action.ts';
import { createEcs, type EcsParts, type EcsState, emptyEcsState } from '../../src/sandbox/ecs.ts';

/** Stands on the machine of everybody who runs the tests; nothing is pulled. */
export const image = 'node:22-bookworm-slim';

/** Log groups in memory; `lines` are the messages of a stream, by `group:stream`. */
export function memoryLogs(groups: string[] = ['/test']) {
  const lines: Record<string, string[]> = {};
  const known = new Set(groups);
  const sink: LogSink = {
    createLogStream(group, stream) {
      if (!known.has(group)) throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
      if (lines[`${group}:${stream}`])
        throw new AwsError('ResourceAlreadyExistsException', 'The specified log stream already exists');
      lines[`${group}:${stream}`] = [];
    },
    ensureLogGroup: (group) => void known.add(group),
    hasLogGroup: (group) => known.has(group),
    put: (group, stream, events) => void lines[`${group}:${stream}`]?.push(...events.map((event) => event.message)),
  };
  return { sink, lines };
}

/** The ECS actions behind a bare HTTP server of the AWS JSON protocol, and the SDK's client for them. */
export async function startEcs(
  given: { state?: EcsState; sandboxId?: string; secret?: EcsParts['secret']; logs?: LogSink; docker?: Dockerode } = {},
) {
  const state = given.state ?? emptyEcsState();
  const sandboxId = given.sandboxId ?? randomBytes(8).toString('hex');
  const problems: string[] = [];
  const ecs = createEcs({
    docker: given.docker ?? new Dockerode(),
    // As from disk: what is not JSON would be lost there too.
    saved: { value: state, save: async () => void JSON.stringify(state) },
    logs: given.logs ?? memoryLogs().sink,
    registryAuth: () => ({
      username: 'AWS',
      password: 'none',
      serveraddress: '127.0.0.1:1',
    }),
    sandboxId,
    secret: given.secret,
    log: (line) => problems.push(line),
  });
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const name = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    const answer = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
    try {
      answer(200, (await ecs.actions[name]?.(JSON.parse(Buffer.concat(chunks).toString() || '{}'))) ?? {});
    } catch (error) {
      if (!(error instanceof AwsError)) problems.push(String((error as Error).stack));
      answer(error instanceof AwsError ? error.status : 500, {
        __type: (error as AwsError).code ?? 'InternalFailure',
        message: (error as Error).message,
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  await ecs.start();
  const client = new ECSClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  const closeServer = () => {
    client.destroy();
    server.closeAllConnections();
    server.close();
  };
  return {
    ecs,
    state,
    sandboxId,
    client,
    problems,
    async service(name: string): Promise<Service> {
      const { services } = await client.send(new DescribeServicesCommand({ services: [name], include: ['TAGS'] }));
      return services?.[0] as Service;
    },
    async tasks(name: string, desiredStatus: 'RUNNING' | 'STOPPED' = 'RUNNING'): Promise<Task[]> {
      const { taskArns = [] } = await client.send(new ListTasksCommand({ serviceName: name, desiredStatus }));
      if (taskArns.length === 0) return [];
      return (await client.send(new DescribeTasksCommand({ tasks: taskArns }))).tasks ?? [];
    },
    /** As when the process ends: the containers stay. */
    async stop(): Promise<void> {
      closeServer();
      await ecs.stop();
    },
    async destroy(): Promise<void> {
      closeServer();
      await ecs.destroy();
    },
  };
}

/** Asks again until the answer fits; what it was last is in the error. */
export async function eventually<T>(
  ask: () => Promise<T> | T,
  fits: (answer: T) => boolean,
  limitMs = 60_000,
): Promise<T> {
  const ends = Date.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (fits(answer)) return answer;
    if (Date.now() > ends) throw new Error(`never came: ${JSON.stringify(answer, null, 1).slice(0, 4000)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** A web server that tells its version, and ends at once when it is told to. */
export const webServer = (version: string, more = '') =>
  `process.on('SIGTERM',()=>process.exit(0));console.log('starting ${version}');${more};require('http').createServer((q,s)=>s.end('${version}')).listen(3000,()=>console.log('listening'))`;

export const webTask = (family: string, script: string, more: object = {}) => ({
  family,
  requiresCompatibilities: ['FARGATE' as const],
  networkMode: 'awsvpc' as const,
  cpu: '1024',
  memory: '2048',
  containerDefinitions: [
    {
      name: 'web',
      image,
      command: ['node', '-e', script],
      portMappings: [{ containerPort: 3000 }],
      logConfiguration: {
        logDriver: 'awslogs' as const,
        options: {
          'awslogs-group': '/test',
          'awslogs-stream-prefix': 'ecs',
          'awslogs-region': 'us-east-1',
        },
      },
      ...more,
    },
  ],
});

export const network = {
  awsvpcConfiguration: {
    subnets: ['subnet-1'],
    assignPublicIp: 'ENABLED' as const,
  },
};
