import { DescribeTasksCommand, ECSClient, ListTasksCommand } from '@aws-sdk/client-ecs';
import type { DeployEvent } from '../../src/shared/events.ts';
import type { Deployment } from '../../src/shared/models.ts';
import { startLoad } from '../demo/load.mjs';
import { commitFiles, git } from '../e2e/apps.ts';
import { openWorld } from '../e2e/world.ts';
import { clientOptions, startTestSandbox } from '../support/sandbox.ts';
import { type Fault, good, port } from './faults.ts';

export interface Outcome {
  fault: Fault;
  record: Deployment;
  cause: string;
  /** Seconds from the first stopped task to the moment at which the cause was told, and to the verdict. */
  secondsToCause: number | undefined;
  secondsToVerdict: number;
  /** Of the old version, while the new one failed. */
  requests: number;
  failedRequests: number;
}

/** One service with a good version, onto which faulty ones are deployed, one after the other. */
export async function openStage() {
  const sandbox = await startTestSandbox();
  const world = await openWorld(sandbox.endpoint);
  const ecs = new ECSClient(clientOptions(sandbox.endpoint));
  const { name, folder } = world.repository(good);
  const project = await world.project(name, folder, { options: { port, healthPath: '/health', memory: 512 } });
  const first = await world.deploy(project);
  if (first.record.status !== 'success') throw new Error(`The good version failed: ${first.record.errorMessage}`);
  const url = first.record.facts.url;

  async function play(fault: Fault): Promise<Outcome> {
    git(folder, 'rm', '--quiet', '-r', '--ignore-unmatch', '.');
    commitFiles(folder, fault.files, fault.name);
    const changed = await world.app.updateProject(project.id, { options: { ...project.options, ...fault.options } });
    for (const rule of fault.scripted ?? []) sandbox.faults.add(rule);
    const load = startLoad(url, { clients: 4 });
    const { record, events } = await world.deploy(changed);
    const { total, failures } = await load.stop();
    sandbox.faults.clear();
    const stoppedAt = await firstStop(record);
    const after = (type: DeployEvent['type']) => {
      const at = events.find((event) => event.type === type)?.at;
      return at === undefined ? undefined : (at - stoppedAt) / 1000;
    };
    return {
      fault,
      record,
      cause: record.failure?.causes?.[0]?.cause ?? '',
      secondsToCause: after('failure-known'),
      secondsToVerdict: after('deployment-finished') ?? Number.NaN,
      requests: total,
      failedRequests: failures.length,
    };
  }

  /** Milliseconds since 1970. */
  async function firstStop({ facts }: Deployment): Promise<number> {
    const { awsCluster: cluster } = project;
    const list = new ListTasksCommand({ cluster, startedBy: facts.ecsDeploymentId, desiredStatus: 'STOPPED' });
    const { taskArns = [] } = await ecs.send(list);
    if (taskArns.length === 0) return Number.NaN;
    const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
    return Math.min(...tasks.map((task) => Number(task.stoppingAt ?? task.stoppedAt)));
  }

  return {
    play,
    async close(): Promise<void> {
      ecs.destroy();
      await sandbox.stop();
      await world.close();
    },
  };
}
