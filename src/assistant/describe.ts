import type { Deployment, Project } from '../shared/models.ts';

/** What is recorded, as text for Claude. Pure; values of environment variables are never among it. */
export function describeDeployment(deployment: Deployment, project: Project): string {
  const { facts } = deployment;
  const { options } = project;
  const seconds = deployment.completedAt === undefined ? '' : `${deployment.completedAt - deployment.startedAt} s`;
  return table([
    ['deployment', deployment.id],
    ['operation', facts.operation],
    ['status', deployment.status],
    ['started', new Date(deployment.startedAt * 1000).toISOString()],
    ['took', seconds],
    ['commit', `${deployment.commitSha.slice(0, 12)} ${deployment.commitMessage}`.trim()],
    ['uncommitted changes', facts.uncommitted ? 'yes' : ''],
    ['image', facts.imageUri ?? deployment.imageTag],
    ['task definition', facts.taskDefinitionArn ?? ''],
    ['url', facts.url ?? ''],
    ['project', project.name],
    ['framework', project.kind || project.framework],
    ['environment', project.environment],
    ['region', options.region],
    ['cluster', project.awsCluster],
    ['service', project.awsService],
    ['port', options.port],
    ['health path', options.healthPath],
    ['start command', options.startCommand],
    ['cpu', options.cpu],
    ['memory', options.memory && `${options.memory} MiB`],
    ['architecture', options.cpuArchitecture],
    ['desired tasks', options.desiredCount],
    ['environment variables', Object.keys(options.environment ?? {}).join(', ')],
    ['secrets', Object.keys(options.secrets ?? {}).join(', ')],
  ]);
}

/** The failure in the words that the user sees, with its causes; empty for a success. */
export function describeFailure({ failure }: Deployment): string {
  if (!failure) return '';
  const causes = (failure.causes ?? []).flatMap(({ code, certainty, cause, remedy, lines }) => [
    `cause ${code} (${certainty}): ${cause} ${remedy}`,
    ...lines,
  ]);
  const detail = failure.detail?.split('\n') ?? [];
  // The detail repeats most of the lines on which the causes rest.
  return [...new Set([`failure: ${failure.message}`, `remedy: ${failure.remedy.text}`, ...causes, ...detail])].join(
    '\n',
  );
}

/** What ECS said, and the tasks themselves. */
export function describeEvents({ evidence, failure }: Deployment): string {
  if (!evidence) return '';
  const stopped = evidence.stoppedTasks.flatMap(({ taskArn, stopCode, stoppedReason, containers }) => [
    `stopped task ${taskArn.split('/').at(-1)}: ${stopCode} ${stoppedReason}`,
    ...containers.map(({ name, exitCode, reason }) => `  container ${name}: exit code ${exitCode ?? '-'} ${reason}`),
  ]);
  const health = failure?.task?.health ? [`health check: ${failure.task.health}`] : [];
  const events = evidence.serviceEvents.map(({ at, message }) => `${new Date(at * 1000).toISOString()} ${message}`);
  const lines = evidence.logLines.flatMap(({ task, lines }) => [`log of task ${task.split('/').at(-1)}:`, ...lines]);
  return [...stopped, ...health, 'events of the service:', ...events, ...lines].join('\n');
}

function table(rows: [name: string, value: string | number | undefined][]): string {
  return rows
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
}
