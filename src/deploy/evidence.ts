import type { ContainerDefinition, Service, ServiceDeployment, Task } from '@aws-sdk/client-ecs';
import { call } from '../services/aws.ts';
import type { Evidence, StoppedTask } from '../shared/models.ts';
import { redact } from '../shared/redact.ts';
import type { DeployContext } from './context.ts';

/** The tasks of one deployment, running or stopped; ECS shows stopped ones for an hour. */
export async function tasksOf(
  ctx: DeployContext,
  deploymentId: string,
  desiredStatus: 'RUNNING' | 'STOPPED',
): Promise<Task[]> {
  const taskArns = await taskArnsOf(ctx, deploymentId, desiredStatus);
  if (taskArns.length === 0) return [];
  const [{ DescribeTasksCommand }, ecs] = await Promise.all([import('@aws-sdk/client-ecs'), ctx.aws.ecs()]);
  const command = new DescribeTasksCommand({ cluster: ctx.project.awsCluster, tasks: taskArns.slice(0, 100) });
  const { tasks = [] } = await call('ecs:DescribeTasks', (options) => ecs.send(command, options), ctx);
  return tasks.filter((task) => task.startedBy === deploymentId);
}

export async function taskArnsOf(
  ctx: DeployContext,
  deploymentId: string,
  desiredStatus: 'RUNNING' | 'STOPPED',
): Promise<string[]> {
  const [{ ListTasksCommand }, ecs] = await Promise.all([import('@aws-sdk/client-ecs'), ctx.aws.ecs()]);
  const list = new ListTasksCommand({ cluster: ctx.project.awsCluster, startedBy: deploymentId, desiredStatus });
  const { taskArns = [] } = await call('ecs:ListTasks', (options) => ecs.send(list, options), ctx);
  return taskArns;
}

/** The newest service deployments, or nothing where the endpoint does not know them. */
export async function serviceDeploymentOf(
  ctx: DeployContext,
  service: Service,
  taskDefinitionArn: string,
  since: Date,
): Promise<ServiceDeployment | undefined> {
  const sdk = await import('@aws-sdk/client-ecs');
  const ecs = await ctx.aws.ecs();
  const list = new sdk.ListServiceDeploymentsCommand({
    cluster: ctx.project.awsCluster,
    service: service.serviceArn,
    createdAt: { after: since },
  });
  const { serviceDeployments = [] } = await ecs.send(list, { abortSignal: ctx.signal });
  const arns = serviceDeployments.flatMap((each) => each.serviceDeploymentArn ?? []).slice(0, 20);
  if (arns.length === 0) return undefined;
  const described = await ecs.send(new sdk.DescribeServiceDeploymentsCommand({ serviceDeploymentArns: arns }), {
    abortSignal: ctx.signal,
  });
  const revisions = await revisionsOf(ctx, taskDefinitionArn, described.serviceDeployments ?? []);
  return described.serviceDeployments?.find((each) => revisions.has(each.targetServiceRevision?.arn ?? ''));
}

/** The service revisions that carry our task definition. */
async function revisionsOf(ctx: DeployContext, taskDefinition: string, deployments: ServiceDeployment[]) {
  const { DescribeServiceRevisionsCommand } = await import('@aws-sdk/client-ecs');
  const arns = [...new Set(deployments.flatMap((each) => each.targetServiceRevision?.arn ?? []))].slice(0, 20);
  if (arns.length === 0) return new Set<string>();
  const ecs = await ctx.aws.ecs();
  const answer = await ecs.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns: arns }), {
    abortSignal: ctx.signal,
  });
  const ours = (answer.serviceRevisions ?? []).filter((each) => each.taskDefinition === taskDefinition);
  return new Set(ours.map((each) => each.serviceRevisionArn));
}

/**
 * Gathers why it failed, at once, since ECS forgets it; what cannot be read is left out.
 * Of tasks that still run, the log alone tells.
 */
export async function collectEvidence(
  ctx: DeployContext,
  service: Service | undefined,
  tasks: readonly Task[],
  container: ContainerDefinition,
  since: Date,
): Promise<Evidence> {
  const newestFirst = [...tasks].sort((a, b) => Number(b.stoppedAt ?? 0) - Number(a.stoppedAt ?? 0));
  const logs = await Promise.all(
    newestFirst.slice(0, 3).map((task) => logLinesOf(ctx, task, container).catch(() => [])),
  );
  return {
    takenAt: Math.floor(Date.now() / 1000),
    stoppedTasks: newestFirst
      .filter((task) => task.desiredStatus === 'STOPPED' || task.stoppedAt)
      .slice(0, 20)
      .map(stoppedTask),
    serviceEvents: (service?.events ?? [])
      .filter((event) => event.createdAt && event.createdAt >= since)
      .map((event) => ({ at: Math.floor(Number(event.createdAt) / 1000), message: event.message ?? '' })),
    logLines: logs
      .map((lines, index) => ({ task: newestFirst[index]?.taskArn ?? '', lines }))
      .filter((each) => each.lines.length > 0),
  };
}

export function stoppedTask(task: Task): StoppedTask {
  return {
    taskArn: task.taskArn ?? '',
    stopCode: task.stopCode ?? '',
    stoppedReason: task.stoppedReason ?? '',
    stoppedAt: endOf(task) && Math.floor(Number(endOf(task)) / 1000),
    containers: (task.containers ?? []).map((each) => ({
      name: each.name ?? '',
      exitCode: each.exitCode,
      reason: each.reason ?? '',
    })),
  };
}

/** When its containers ended; ECS takes some more seconds to call it stopped. */
export function endOf({ stoppedAt, executionStoppedAt, stoppingAt }: Task): Date | undefined {
  return stoppedAt ?? executionStoppedAt ?? stoppingAt;
}

const lastLines = 50;

/** Where a container's output goes; undefined for another driver. awslogs names its streams `prefix/container/task id`. */
export function logPlaceOf({ name, logConfiguration }: ContainerDefinition) {
  const { 'awslogs-group': group, 'awslogs-stream-prefix': prefix } = logConfiguration?.options ?? {};
  if (logConfiguration?.logDriver !== 'awslogs' || !group || !prefix) return undefined;
  return { group, streamOf: (taskId: string) => `${prefix}/${name}/${taskId}` };
}

/** The last lines of that very task. */
async function logLinesOf(ctx: DeployContext, task: Task, container: ContainerDefinition): Promise<string[]> {
  const place = logPlaceOf(container);
  if (!place) return [];
  const [{ GetLogEventsCommand }, logs] = await Promise.all([
    import('@aws-sdk/client-cloudwatch-logs'),
    ctx.aws.logs(),
  ]);
  const command = new GetLogEventsCommand({
    logGroupName: place.group,
    logStreamName: place.streamOf(task.taskArn?.split('/').pop() ?? ''),
    limit: lastLines,
    startFromHead: false,
  });
  const { events = [] } = await logs.send(command, { abortSignal: ctx.signal });
  return events.map((event) => redact(event.message ?? '').trimEnd());
}
