import {
  arnOf,
  type EcsState,
  type StoredService,
  type StoredTask,
  seconds,
  taskStatuses,
  type WireTag,
} from './state.ts';

/** The tag that tells a service's local URL, so that any AWS client can find it. */
export const urlTag = 'deployotron:url';

export function serviceTags(state: EcsState, service: StoredService): WireTag[] {
  const url = service.port === undefined ? [] : [{ key: urlTag, value: `http://127.0.0.1:${service.port}` }];
  return [...(state.tags[service.arn] ?? []), ...url];
}

/** A service as DescribeServices shows it. */
export function describeService(state: EcsState, service: StoredService) {
  const tasks = Object.values(state.tasks).filter((task) => task.service === service.arn);
  const { rollout } = service;
  const deployments = rollout.deployments.map((one) => ({
    id: one.id,
    status: one.status,
    taskDefinition: one.taskDefinition,
    // What an ACTIVE deployment wants is what is left of it.
    desiredCount:
      one.status === 'PRIMARY'
        ? rollout.desiredCount
        : tasks.filter((task) => task.revision === one.revision && isWanted(task)).length,
    ...counts(tasks.filter((task) => task.revision === one.revision)),
    failedTasks: one.failedTasks,
    createdAt: seconds(one.createdAt),
    updatedAt: seconds(one.updatedAt),
    launchType: service.shown.launchType,
    platformVersion: '1.4.0',
    platformFamily: 'Linux',
    networkConfiguration: service.shown.networkConfiguration,
    rolloutState: one.rolloutState,
    rolloutStateReason: one.rolloutStateReason,
  }));
  return {
    ...service.shown,
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: arnOf('cluster', service.cluster),
    status: service.status,
    createdAt: service.createdAt,
    desiredCount: rollout.desiredCount,
    ...counts(tasks),
    taskDefinition: rollout.deployments[0]?.taskDefinition ?? service.shown.taskDefinition,
    deploymentConfiguration: deploymentConfiguration(service),
    deployments,
    currentServiceRevisions: currentRevisions(service, tasks),
    currentServiceDeployment: rollout.history.find(
      (one) => one.status === 'IN_PROGRESS' || one.status === 'ROLLBACK_IN_PROGRESS',
    )?.arn,
    healthCheckGracePeriodSeconds: service.healthCheckGracePeriodSeconds,
    events: service.events,
  };
}

export function deploymentConfiguration(service: StoredService) {
  const { minimumHealthyPercent, maximumPercent, breaker } = service.rollout;
  const { enable, rollback, resetOnHealthyTask, threshold } = breaker;
  return {
    strategy: 'ROLLING',
    bakeTimeInMinutes: 0,
    ...service.shown.deploymentConfiguration,
    minimumHealthyPercent,
    maximumPercent,
    deploymentCircuitBreaker: {
      enable,
      rollback,
      resetOnHealthyTask,
      thresholdConfiguration: threshold,
    },
  };
}

function currentRevisions(service: StoredService, tasks: StoredTask[]) {
  return service.rollout.deployments.map((one) => revisionSummary(service, tasks, one.revision));
}

export function revisionSummary(service: StoredService, tasks: StoredTask[], revision: string) {
  const { runningCount, pendingCount } = counts(tasks.filter((task) => task.revision === revision));
  const isTarget = service.rollout.deployments[0]?.revision === revision;
  const requestedTaskCount = isTarget ? service.rollout.desiredCount : runningCount + pendingCount;
  return {
    arn: revision,
    requestedTaskCount,
    runningTaskCount: runningCount,
    pendingTaskCount: pendingCount,
  };
}

const isWanted = (task: StoredTask) => task.wire.desiredStatus === 'RUNNING';
const isBefore = (task: StoredTask, status: (typeof taskStatuses)[number]) =>
  taskStatuses.indexOf(task.wire.lastStatus) < taskStatuses.indexOf(status);

/** A task that is being stopped is no longer counted, as with AWS. */
function counts(tasks: StoredTask[]): {
  runningCount: number;
  pendingCount: number;
} {
  return {
    runningCount: tasks.filter((task) => task.wire.lastStatus === 'RUNNING').length,
    pendingCount: tasks.filter((task) => isBefore(task, 'RUNNING')).length,
  };
}
