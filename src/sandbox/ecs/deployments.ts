/**
 * The deployments of one service and their lasting records: pure values and the changes that they go through.
 * Times are milliseconds since 1970.
 */

export interface Deployment {
  /** `ecs-svc/` and 19 digits. */
  id: string;
  /** ARN of the service revision; a task belongs to a revision, so that a rollback takes the old tasks over as they are. */
  revision: string;
  taskDefinition: string;
  status: 'PRIMARY' | 'ACTIVE';
  rolloutState: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  rolloutStateReason: string;
  createdAt: number;
  updatedAt: number;
  /** What the circuit breaker counts; back to 0 by a healthy task, unless `resetOnHealthyTask` is false. */
  failedTasks: number;
  /** Failures in a row, for the back-off only. */
  streak: number;
  /** No task is started before. */
  retryAt: number;
  /** The deployment that this one undoes. */
  rollsBack?: string;
  /** True once it was said that the percentages leave no room to go on. */
  stuck?: boolean;
}

export type ServiceDeploymentStatus =
  | 'IN_PROGRESS'
  | 'SUCCESSFUL'
  | 'STOPPED'
  | 'ROLLBACK_IN_PROGRESS'
  | 'ROLLBACK_SUCCESSFUL'
  | 'ROLLBACK_FAILED';

/** The lasting record of one deployment, as ListServiceDeployments shows it. A rollback belongs to what it undoes. */
export interface ServiceDeployment {
  arn: string;
  deploymentId: string;
  sourceRevisions: string[];
  targetRevision: string;
  createdAt: number;
  updatedAt: number;
  finishedAt?: number;
  status: ServiceDeploymentStatus;
  statusReason?: string;
  failures: number;
  triggered: boolean;
  rollback?: { revision: string; reason: string; startedAt: number };
}

export interface CircuitBreaker {
  enable: boolean;
  rollback: boolean;
  resetOnHealthyTask: boolean;
  threshold: {
    type: 'COUNT' | 'BOUNDED_PERCENT' | 'UNBOUNDED_PERCENT';
    value: number;
  };
}

export interface Rollout {
  serviceName: string;
  desiredCount: number;
  minimumHealthyPercent: number;
  maximumPercent: number;
  breaker: CircuitBreaker;
  /** PRIMARY first, then the ACTIVE ones that still have tasks. */
  deployments: Deployment[];
  /** Newest first. */
  history: ServiceDeployment[];
  lastCompleted?: { revision: string; taskDefinition: string };
  /** True while nothing is left to do. */
  steady: boolean;
}

export interface Step {
  rollout: Rollout;
  /** What the service's event list says, oldest first. */
  events: string[];
}

/** A new PRIMARY; what was PRIMARY becomes ACTIVE until its tasks are gone. */
export function deploy(
  before: Rollout,
  made: { id: string; arn: string; revision: string; taskDefinition: string },
  now: number,
): Rollout {
  const sourceRevisions = before.deployments.map((one) => one.revision);
  const record: ServiceDeployment = {
    arn: made.arn,
    deploymentId: made.id,
    sourceRevisions,
    targetRevision: made.revision,
    createdAt: now,
    updatedAt: now,
    status: 'IN_PROGRESS',
    failures: 0,
    triggered: false,
  };
  const superseded = before.history.map((one) =>
    isGoingOn(one)
      ? finish(one, 'STOPPED', now, 'Service deployment was stopped because a newer one was started.')
      : one,
  );
  return {
    ...before,
    steady: false,
    deployments: [fresh(made, inProgress(made.id), now), ...retire(before.deployments, now)],
    history: [record, ...superseded].slice(0, 50),
  };
}

export function fail(
  step: Step,
  failed: Deployment,
  status: ServiceDeploymentStatus,
  why: string,
  reason: string,
  now: number,
): Step {
  const after: Deployment = {
    ...failed,
    rolloutState: 'FAILED',
    rolloutStateReason: why,
    updatedAt: now,
  };
  const record = failed.rollsBack ?? failed.id;
  const history = step.rollout.history.map((one) =>
    one.deploymentId === record ? finish(one, status, now, reason) : one,
  );
  return { ...step, rollout: { ...replace(step.rollout, after), history } };
}

export const isGoingOn = (one: ServiceDeployment) =>
  one.status === 'IN_PROGRESS' || one.status === 'ROLLBACK_IN_PROGRESS';
const inProgress = (id: string) => `ECS deployment ${id} in progress.`;

export function fresh(
  made: { id: string; revision: string; taskDefinition: string },
  reason: string,
  now: number,
): Deployment {
  return {
    id: made.id,
    revision: made.revision,
    taskDefinition: made.taskDefinition,
    status: 'PRIMARY',
    rolloutState: 'IN_PROGRESS',
    rolloutStateReason: reason,
    createdAt: now,
    updatedAt: now,
    failedTasks: 0,
    streak: 0,
    retryAt: 0,
  };
}

export function retire(deployments: Deployment[], now: number): Deployment[] {
  return deployments.map((one) => (one.status === 'ACTIVE' ? one : { ...one, status: 'ACTIVE', updatedAt: now }));
}

export function replace(rollout: Rollout, after: Deployment): Rollout {
  return {
    ...rollout,
    deployments: rollout.deployments.map((one) => (one.id === after.id ? after : one)),
  };
}

export function recount(rollout: Rollout, deployment: Deployment, now: number): Rollout {
  const history = rollout.history.map((one) =>
    one.deploymentId === deployment.id && isGoingOn(one)
      ? { ...one, failures: deployment.failedTasks, updatedAt: now }
      : one,
  );
  return { ...rollout, history };
}

export function finish(
  one: ServiceDeployment,
  status: ServiceDeploymentStatus,
  now: number,
  reason?: string,
): ServiceDeployment {
  const done = status === 'ROLLBACK_IN_PROGRESS' ? {} : { finishedAt: now };
  return {
    ...one,
    ...done,
    status,
    updatedAt: now,
    ...(reason === undefined ? {} : { statusReason: reason }),
  };
}
