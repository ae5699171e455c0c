import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeTasksCommand,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  RunTaskCommand,
  StopTaskCommand,
  TagResourceCommand,
  type Task,
} from '@aws-sdk/client-ecs';
import Dockerode from 'dockerode';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { eventually, image, memoryLogs, network, startEcs, webServer, webTask } from '../support/ecsServer.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const logs = memoryLogs();
let ecs: Awaited<ReturnType<typeof startEcs>>;
beforeAll(async () => {
  ecs = await startEcs({ logs: logs.sink, secret: (from) => (from.endsWith('known') ? 'the value' : undefined) });
  await ecs.client.send(new CreateClusterCommand({}));
});
afterAll(async () => {
  await ecs.destroy();
  expect(ecs.problems).toEqual([]);
});

let families = 0;
async function run(definition: Partial<RegisterTaskDefinitionCommandInput>, more: object = {}): Promise<Task> {
  const family = `run-${++families}`;
  const containerDefinitions = definition.containerDefinitions ?? [];
  await ecs.client.send(new RegisterTaskDefinitionCommand({ family, ...definition, containerDefinitions }));
  const { tasks } = await ecs.client.send(
    new RunTaskCommand({ taskDefinition: family, networkConfiguration: network, ...more }),
  );
  return tasks?.[0] as Task;
}
const look = async (task: Task): Promise<Task> =>
  (await ecs.client.send(new DescribeTasksCommand({ tasks: [String(task.taskArn)] }))).tasks?.[0] as Task;
const reaching = (task: Task, status: string) =>
  eventually(
    () => look(task),
    (now) => now.lastStatus === status,
  );
const idOf = (task: Task) => String(task.taskArn?.split('/').at(-1));
const sleeper = `setInterval(()=>{},1000);process.on('SIGTERM',()=>process.exit(0))`;
const node = (script: string, more: object = {}) => ({ name: 'app', image, command: ['node', '-e', script], ...more });
const awslogs = (group: string, more: object = {}) => ({
  logConfiguration: {
    logDriver: 'awslogs' as const,
    options: { 'awslogs-group': group, 'awslogs-stream-prefix': 'ecs', ...more },
  },
});

describe('a task', () => {
  it('is born PROVISIONING, runs with what its definition says, and ends with its exit code', async () => {
    const script = `console.log(process.env.A, process.env.S, process.cwd(), process.getuid());setTimeout(()=>process.exit(4),300)`;
    const more = {
      entryPoint: ['node', '-e', script],
      command: [],
      environment: [{ name: 'A', value: 'a' }],
      secrets: [{ name: 'S', valueFrom: 'arn:aws:ssm:us-east-1:000000000000:parameter/known' }],
      workingDirectory: '/tmp',
      user: '1000',
      ...awslogs('/test'),
    };
    const born = await run({ containerDefinitions: [node('', more)] }, { startedBy: 'me' });
    expect(born).toMatchObject({
      lastStatus: 'PROVISIONING',
      desiredStatus: 'RUNNING',
      startedBy: 'me',
      group: `family:run-${families}`,
    });
    const ended = await reaching(born, 'STOPPED');
    expect(ended).toMatchObject({
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
    });
    expect(ended.containers?.[0]?.exitCode).toBe(4);
    for (const time of [ended.createdAt, ended.startedAt, ended.stoppingAt, ended.stoppedAt])
      expect(time).toBeInstanceOf(Date);
    expect(logs.lines[`/test:ecs/app/${idOf(born)}`]).toEqual(['a the value /tmp 1000']);
  });

  it('that is stopped gets SIGTERM first, and says who stopped it', async () => {
    const script = `process.on('SIGTERM',()=>{console.log('goodbye');process.exit(0)});setInterval(()=>{},1000);console.log('up')`;
    const task = await run({ containerDefinitions: [node(script, awslogs('/test'))] });
    const lines = () => logs.lines[`/test:ecs/app/${idOf(task)}`];
    await eventually(lines, (now) => now?.includes('up') ?? false);
    await ecs.client.send(new StopTaskCommand({ task: task.taskArn, reason: 'enough' }));
    const ended = await reaching(task, 'STOPPED');
    expect(ended).toMatchObject({ stopCode: 'UserInitiated', stoppedReason: 'enough' });
    expect(ended.containers?.[0]?.exitCode).toBe(0);
    expect(lines()).toEqual(['up', 'goodbye']);
  });

  it('that ignores SIGTERM is killed after its stopTimeout', async () => {
    const task = await run({
      containerDefinitions: [node(`process.on('SIGTERM',()=>{});setInterval(()=>{},1000)`, { stopTimeout: 2 })],
    });
    await reaching(task, 'RUNNING');
    await ecs.client.send(new StopTaskCommand({ task: task.taskArn }));
    const ended = await reaching(task, 'STOPPED');
    expect(ended.containers?.[0]).toMatchObject({ exitCode: 137 });
    expect(ended.containers?.[0]?.reason).toBeUndefined();
  });

  it('that takes too much memory says so', async () => {
    const hog = `const all=[];setInterval(()=>all.push(Buffer.alloc(8e6,1)),1)`;
    const ended = await reaching(await run({ containerDefinitions: [node(hog, { memory: 64 })] }), 'STOPPED');
    expect(ended.containers?.[0]).toMatchObject({
      exitCode: 137,
      reason: 'OutOfMemoryError: container killed due to memory usage',
    });
  });

  it('sends whole lines, very long ones too, and every line of a container that exits at once', async () => {
    const script = `for(let i=0;i<500;i++)console.log('line '+i);console.log('é'.repeat(30000));process.stdout.write('no line feed')`;
    const task = await run({ containerDefinitions: [node(script, awslogs('/test'))] });
    await reaching(task, 'STOPPED');
    const lines = logs.lines[`/test:ecs/app/${idOf(task)}`] ?? [];
    expect(lines).toHaveLength(502);
    expect(lines.slice(0, 500)).toEqual(Array.from({ length: 500 }, (_, index) => `line ${index}`));
    expect(lines[500] === 'é'.repeat(30000)).toBe(true);
    expect(lines[501]).toBe('no line feed');
  });

  it('has containers that reach each other at localhost, start in order, and share a volume', async () => {
    const server = `require('http').createServer((q,s)=>s.end('hello')).listen(4000);process.on('SIGTERM',()=>process.exit(0))`;
    const check = ['CMD', 'node', '-e', `fetch('http://127.0.0.1:4000').then(()=>0,()=>process.exit(1))`];
    const mountPoints = [{ sourceVolume: 'shared', containerPath: '/shared' }];
    const asker = `fetch('http://localhost:4000').then(r=>r.text()).then(t=>console.log(t,require('fs').readFileSync('/shared/note','utf8')))`;
    const task = await run({
      networkMode: 'awsvpc',
      volumes: [{ name: 'shared' }],
      containerDefinitions: [
        node(asker, {
          name: 'asker',
          essential: true,
          mountPoints,
          dependsOn: [{ containerName: 'server', condition: 'HEALTHY' }],
          ...awslogs('/test'),
        }),
        node(server, {
          name: 'server',
          essential: true,
          dependsOn: [{ containerName: 'init', condition: 'SUCCESS' }],
          healthCheck: { command: check, interval: 5 },
        }),
        node(`require('fs').writeFileSync('/shared/note','from init')`, {
          name: 'init',
          essential: false,
          mountPoints,
        }),
      ],
    });
    const ended = await reaching(task, 'STOPPED');
    expect(logs.lines[`/test:ecs/asker/${idOf(task)}`]).toEqual(['hello from init']);
    expect(ended.containers?.find((one) => one.name === 'init')?.exitCode).toBe(0);
    expect(ended.containers?.find((one) => one.name === 'server')?.healthStatus).toBe('HEALTHY');
    const { Volumes } = await new Dockerode().listVolumes({
      filters: { label: [`deployotron.sandbox=${ecs.sandboxId}`] } as never,
    });
    expect((Volumes ?? []).filter((one) => one.Name.includes(idOf(task)))).toEqual([]);
  });
});

describe('a task that cannot start says why', () => {
  const cases: [string, Partial<RegisterTaskDefinitionCommandInput>, RegExp][] = [
    [
      'its image is not in the registry that it names',
      { containerDefinitions: [{ name: 'app', image: `127.0.0.1:1/none:1` }] },
      /^CannotPullContainerError: .*127\.0\.0\.1:1/,
    ],
    [
      'its log group is missing',
      { containerDefinitions: [node(sleeper, awslogs('/missing'))] },
      /^ResourceInitializationError: failed to validate logger args: .*log group does not exist/,
    ],
    [
      'its secret is missing',
      {
        containerDefinitions: [
          node(sleeper, { secrets: [{ name: 'S', valueFrom: 'arn:aws:secretsmanager:us-east-1:0:secret:nope' }] }),
        ],
      },
      /^ResourceInitializationError: unable to pull secrets or registry auth: .*ResourceNotFoundException/,
    ],
    [
      'its command is not in the image',
      { containerDefinitions: [{ name: 'app', image, entryPoint: ['/no/such/command'] }] },
      /^CannotStartContainerError: .*no such file or directory/,
    ],
    [
      'what it depends on failed',
      {
        containerDefinitions: [
          node('process.exit(9)', { name: 'init', essential: false }),
          node(sleeper, { dependsOn: [{ containerName: 'init', condition: 'SUCCESS' }] }),
        ],
      },
      /container init exited with code 9/,
    ],
  ];
  it.each(cases)('%s', async (_, definition, reason) => {
    const ended = await reaching(await run(definition), 'STOPPED');
    expect(ended.stopCode).toBe('TaskFailedToStart');
    expect(ended.stoppedReason).toMatch(reason);
    expect(ended.startedAt).toBeUndefined();
  });

  it('but a missing log group is made when the definition says so', async () => {
    const task = await run({
      containerDefinitions: [node(`console.log('x')`, awslogs('/made', { 'awslogs-create-group': 'true' }))],
    });
    await reaching(task, 'STOPPED');
    expect(logs.lines[`/made:ecs/app/${idOf(task)}`]).toEqual(['x']);
  });
});

describe('a service watches the health of its tasks', () => {
  const serve = async (name: string, script: string, container: object, service: object = {}) => {
    await ecs.client.send(new RegisterTaskDefinitionCommand(webTask(name, script, container)));
    await ecs.client.send(
      new CreateServiceCommand({
        serviceName: name,
        taskDefinition: name,
        desiredCount: 1,
        networkConfiguration: network,
        ...service,
      }),
    );
  };
  const stopped = (name: string) =>
    eventually(
      () => ecs.tasks(name, 'STOPPED'),
      (tasks) => tasks[0]?.lastStatus === 'STOPPED',
    );
  const events = async (name: string) => ((await ecs.service(name)).events ?? []).map((event) => event.message);
  const failing = (status: number) =>
    `require('http').createServer((q,s)=>{s.statusCode=${status};s.end()}).listen(3000);process.on('SIGTERM',()=>process.exit(0))`;

  it('and ends one whose container check fails', async () => {
    await serve('sick', sleeper, {
      portMappings: [],
      healthCheck: { command: ['CMD-SHELL', 'exit 1'], interval: 5, retries: 1 },
    });
    const [task] = await stopped('sick');
    expect(task).toMatchObject({
      healthStatus: 'UNHEALTHY',
      stoppedReason: 'Task failed container health checks',
      stopCode: 'ServiceSchedulerInitiated',
    });
  });

  it('and waits for a container check before it is completed', async () => {
    const check = { command: ['CMD-SHELL', 'test -f /tmp/ready'], interval: 5, retries: 10 };
    await serve('late', `setTimeout(()=>require('fs').writeFileSync('/tmp/ready',''),1000);${sleeper}`, {
      portMappings: [],
      healthCheck: check,
    });
    await eventually(
      () => ecs.tasks('late'),
      (tasks) => tasks[0]?.lastStatus === 'RUNNING',
    );
    expect((await ecs.service('late')).deployments?.[0]?.rolloutState).toBe('IN_PROGRESS');
    await eventually(
      () => ecs.service('late'),
      (service) => service.deployments?.[0]?.rolloutState === 'COMPLETED',
    );
    expect((await ecs.tasks('late'))[0]?.healthStatus).toBe('HEALTHY');
  });

  it('and ends one that answers 500, with the code in the event', async () => {
    await serve('broken', failing(500), {}, { healthCheckGracePeriodSeconds: 0 });
    const [task] = await stopped('broken');
    expect(task?.stoppedReason).toMatch(
      /^Task failed ELB health checks in \(target-group arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup\/broken\/[0-9a-f]{16}\)$/,
    );
    expect(await events('broken')).toContainEqual(
      expect.stringMatching(
        /^\(service broken\) \(port 3000\) is unhealthy in \(target-group .*\) due to \(reason Health checks failed with these codes: \[500\]\)$/,
      ),
    );
  });

  it('and ends one that listens on another port', async () => {
    await serve('elsewhere', webServer('v').replace('3000', '3001'), {}, { healthCheckGracePeriodSeconds: 1 });
    expect((await stopped('elsewhere'))[0]?.stoppedReason).toMatch(/^Task failed ELB health checks/);
    expect(await events('elsewhere')).toContainEqual(expect.stringContaining('due to (reason Health checks failed)'));
  });

  it('and takes 404 at the root for well, but not at a path that was named', async () => {
    await serve('api', failing(404), {});
    await eventually(
      () => ecs.service('api'),
      (service) => service.deployments?.[0]?.rolloutState === 'COMPLETED',
    );
    const tags = [{ key: 'deployotron:health-path', value: '/health' }];
    await ecs.client.send(new TagResourceCommand({ resourceArn: (await ecs.service('api')).serviceArn, tags }));
    await stopped('api');
    expect(await events('api')).toContainEqual(expect.stringContaining('Health checks failed with these codes: [404]'));
  });

  it('and takes a program without a port for well once it has run a while, not one that ends at once', async () => {
    await serve('worker', sleeper, { portMappings: [] });
    await serve(
      'brief',
      'process.exit(0)',
      { portMappings: [] },
      { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } } },
    );
    await eventually(
      () => ecs.service('worker'),
      (service) => service.deployments?.[0]?.rolloutState === 'COMPLETED',
    );
    const failed = await eventually(
      () => ecs.service('brief'),
      (service) => service.deployments?.[0]?.rolloutState !== 'IN_PROGRESS',
    );
    expect(failed.deployments?.[0]).toMatchObject({ rolloutState: 'FAILED', failedTasks: 3 });
  });
});
