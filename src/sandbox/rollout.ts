/**
 * The service scheduler's mind: pure functions from a rollout and facts to the next rollout and what to do.
 * Times are milliseconds since 1970. Rules: "Rolling update" and "Deployment circuit breaker" in the ECS developer guide.
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

/** `draining`: taken off the load balancer, its last requests end; `stopping`: told to exit. */
export interface TaskFact {
  id: string;
  revision: string;
  phase: 'starting' | 'running' | 'draining' | 'stopping';
  healthy: boolean;
}

export interface Step {
  rollout: Rollout;
  /** What the service's event list says, oldest first. */
  events: string[];
}

export interface Decision extends Step {
  /** How many tasks of the PRIMARY's revision to start. */
  start: number;
  /** Ids of the tasks to stop, because of scaling. */
  stop: string[];
  /** Decide again at this time even when nothing happens. */
  wakeAt?: number;
}

/** Back-off between failing tasks: doubles from half a second (a local demo shall be quick) to half a minute; AWS goes up to 15 minutes. */
export const backoff = { baseMs: 500, capMs: 30_000 };

/** A rollback stays IN_PROGRESS at least so long, so that a client that polls sees the failed deployment beside it, as with AWS. */
export const rollbackShownMs = 2_000;

/** Failures that trip the breaker: BOUNDED_PERCENT is a share of the desired count between 3 and 200. */
export function breakerThreshold(breaker: CircuitBreaker, desiredCount: number): number {
  const { type, value } = breaker.threshold;
  if (type === 'COUNT') return value;
  const share = Math.ceil((desiredCount * value) / 100);
  return type === 'BOUNDED_PERCENT' ? Math.min(200, Math.max(3, share)) : Math.max(1, share);
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

/** What to do next. `tasks` are all tasks of the service that have not STOPPED. */
export function decide(before: Rollout, tasks: TaskFact[], now: number): Decision {
  const primary = before.deployments[0];
  if (primary === undefined) return { rollout: before, events: [], start: 0, stop: [] };
  const stop = tasksToStop(before, primary, tasks);
  const left = tasks.filter((task) => isUp(task) && !stop.includes(task.id));
  const { start, wakeAt, stuck } = tasksToStart(before, primary, left, now);
  const decision = {
    rollout: keepLiving(before, tasks),
    events: [] as string[],
    start,
    stop,
    wakeAt,
  };
  if (stuck && !primary.stuck) return sayStuck(decision);
  return start > 0 || stop.length > 0
    ? { ...decision, rollout: { ...decision.rollout, steady: false } }
    : settle(decision, tasks, now);
}

/** A task of `revision` did not start, exited or failed a health check. `made` names the rollback that this may cause. */
export function taskFailed(before: Rollout, revision: string, made: { id: string }, now: number): Step {
  const failed = before.deployments.find((one) => one.revision === revision);
  if (failed === undefined) return { rollout: before, events: [] };
  const counts = failed.status === 'PRIMARY' && failed.rolloutState === 'IN_PROGRESS';
  const streak = failed.streak + 1;
  const after: Deployment = {
    ...failed,
    streak,
    retryAt: now + Math.min(backoff.capMs, backoff.baseMs * 2 ** (streak - 1)),
    failedTasks: failed.failedTasks + (counts ? 1 : 0),
    updatedAt: now,
  };
  const step = {
    rollout: recount(replace(before, after), after, now),
    events:
      streak % 3 === 0
        ? [
            `(service ${before.serviceName}) is unable to consistently start tasks successfully. For more information, see the Troubleshooting section.`,
          ]
        : [],
  };
  const tripped =
    counts && before.breaker.enable && after.failedTasks >= breakerThreshold(before.breaker, before.desiredCount);
  return tripped ? trip(step, after, made, now) : step;
}

/** A task of `revision` became healthy for the first time. */
export function taskHealthy(before: Rollout, revision: string, now: number): Rollout {
  const deployment = before.deployments.find((one) => one.revision === revision);
  if (deployment === undefined) return before;
  const failedTasks = before.breaker.resetOnHealthyTask ? 0 : deployment.failedTasks;
  const after = { ...deployment, streak: 0, retryAt: 0, failedTasks };
  return recount(replace(before, after), after, now);
}

/**
 * StopServiceDeployment: back to the last completed revision, whether or not the breaker is on.
 * Without one there is nothing to go back to, and the deployment fails where it stands.
 */
export function stopAndRollBack(before: Rollout, made: { id: string }, now: number): Step {
  const primary = before.deployments[0];
  if (primary === undefined || primary.rolloutState !== 'IN_PROGRESS') return { rollout: before, events: [] };
  return rollBack({ rollout: before, events: [] }, primary, made, causes.user, now);
}

const causes = {
  breaker: {
    who: 'ECS deployment circuit breaker',
    failure: 'ECS deployment circuit breaker: tasks failed to start.',
    reason: 'Service deployment rolled back because the circuit breaker threshold was exceeded.',
  },
  user: {
    who: 'ECS deployment stopped by the user',
    failure: 'ECS deployment stopped by the user.',
    reason: 'Service deployment rolled back because of a user initiated rollback request.',
  },
};

function trip(step: Step, failed: Deployment, made: { id: string }, now: number): Step {
  const { rollout } = step;
  const event = `(service ${rollout.serviceName}) (deployment ${failed.id}) deployment failed: tasks failed to start.`;
  const told = { rollout: markTriggered(rollout, failed), events: [...step.events, event] };
  const { failure } = causes.breaker;
  if (!rollout.breaker.rollback && failed.rollsBack === undefined)
    return fail(told, failed, 'STOPPED', failure, failure, now);
  return rollBack(told, failed, made, causes.breaker, now);
}

function rollBack(
  step: Step,
  failed: Deployment,
  made: { id: string },
  { who, failure, reason }: (typeof causes)['user'],
  now: number,
): Step {
  const target = step.rollout.lastCompleted;
  // A rollback that fails itself is not rolled back again.
  if (target === undefined || failed.rollsBack !== undefined) {
    const none = `${reason} No rollback candidate was found to run the rollback.`;
    return fail(step, failed, 'ROLLBACK_FAILED', failure, none, now);
  }
  const { rollout } = fail(step, failed, 'ROLLBACK_IN_PROGRESS', failure, reason, now);
  const back = {
    ...fresh({ ...target, id: made.id }, `${who}: rolling back to deploymentId ${made.id}.`, now),
    rollsBack: failed.id,
  };
  const others = retire(rollout.deployments, now).filter((one) => one.revision !== target.revision);
  const history = rollout.history.map((one) =>
    one.deploymentId === failed.id ? { ...one, rollback: { revision: target.revision, reason, startedAt: now } } : one,
  );
  return {
    rollout: { ...rollout, deployments: [back, ...others], history },
    events: [...step.events, `(service ${rollout.serviceName}) rolling back to deployment ${made.id}.`],
  };
}

function fail(
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

/** Too many of the PRIMARY, or old ones that the healthy others can do without. */
function tasksToStop(rollout: Rollout, primary: Deployment, tasks: TaskFact[]): string[] {
  const up = tasks.filter(isUp);
  const mine = up.filter((task) => task.revision === primary.revision).sort(mostUsefulFirst);
  const surplus = mine.slice(rollout.desiredCount);
  // ECS starts and stops nothing more for a deployment that failed and was not rolled back.
  const old = primary.rolloutState === 'FAILED' ? [] : up.filter((task) => task.revision !== primary.revision);
  const useless = old.filter((task) => !task.healthy);
  const healthy = old.filter((task) => task.healthy);
  const healthyAfter = mine.slice(0, rollout.desiredCount).filter((task) => task.healthy).length + healthy.length;
  const spare = Math.min(healthy.length, Math.max(0, healthyAfter - limits(rollout).lower));
  return [...surplus, ...useless, ...healthy.slice(0, spare)].map((task) => task.id);
}

function tasksToStart(rollout: Rollout, primary: Deployment, left: TaskFact[], now: number) {
  const mine = left.filter((task) => task.revision === primary.revision).length;
  const missing = rollout.desiredCount - mine;
  if (missing <= 0 || primary.rolloutState === 'FAILED') return { start: 0, stuck: false };
  if (now < primary.retryAt) return { start: 0, wakeAt: primary.retryAt, stuck: false };
  const start = Math.max(0, Math.min(missing, limits(rollout).upper - left.length));
  return { start, stuck: start === 0 && left.every((task) => task.healthy) };
}

/** Nothing to start or stop: is it done? */
function settle(decision: Decision, tasks: TaskFact[], now: number): Decision {
  const { rollout } = decision;
  const primary = rollout.deployments[0] as Deployment;
  if (!isInPlace(rollout, primary, tasks)) return { ...decision, rollout: { ...rollout, steady: false } };
  const name = `(service ${rollout.serviceName})`;
  const steadyEvent = rollout.steady ? [] : [`${name} has reached a steady state.`];
  if (primary.rolloutState === 'COMPLETED')
    return {
      ...decision,
      rollout: { ...rollout, steady: true },
      events: steadyEvent,
    };
  const notBefore = primary.rollsBack === undefined ? 0 : primary.createdAt + rollbackShownMs;
  if (now < notBefore) return { ...decision, wakeAt: notBefore };
  return {
    ...decision,
    rollout: complete(rollout, primary, now),
    events: [`${name} (deployment ${primary.id}) deployment completed.`, ...steadyEvent],
  };
}

function isInPlace(rollout: Rollout, primary: Deployment, tasks: TaskFact[]): boolean {
  const here = tasks.filter((task) => task.phase !== 'stopping');
  const mine = here.filter((task) => task.revision === primary.revision && isUp(task));
  const others = here.filter((task) => task.revision !== primary.revision);
  const allHealthy = mine.length === rollout.desiredCount && mine.every((task) => task.healthy);
  return primary.rolloutState !== 'FAILED' && allHealthy && others.length === 0;
}

function complete(rollout: Rollout, primary: Deployment, now: number): Rollout {
  const { id, revision, taskDefinition } = primary;
  const done: Deployment = {
    ...primary,
    rolloutState: 'COMPLETED',
    rolloutStateReason: `ECS deployment ${id} completed.`,
    updatedAt: now,
  };
  const history = rollout.history.map((one) => {
    if (one.deploymentId === primary.rollsBack) return finish(one, 'ROLLBACK_SUCCESSFUL', now, one.statusReason);
    return one.deploymentId === id ? finish(one, 'SUCCESSFUL', now) : one;
  });
  return {
    ...rollout,
    steady: true,
    deployments: [done],
    history,
    lastCompleted: { revision, taskDefinition },
  };
}

function sayStuck(decision: Decision): Decision {
  const [primary, ...others] = decision.rollout.deployments as [Deployment, ...Deployment[]];
  const event = `(service ${decision.rollout.serviceName}) was unable to stop or start tasks during a deployment because of the service deployment configuration. Update the minimumHealthyPercent or maximumPercent value and try again.`;
  return {
    ...decision,
    rollout: {
      ...decision.rollout,
      deployments: [{ ...primary, stuck: true }, ...others],
    },
    events: [event],
  };
}

/** An ACTIVE deployment whose last task is gone becomes INACTIVE, which ECS does not show. */
function keepLiving(rollout: Rollout, tasks: TaskFact[]): Rollout {
  const primary = rollout.deployments[0];
  const shown =
    primary?.rollsBack !== undefined && primary.rolloutState === 'IN_PROGRESS' ? primary.rollsBack : undefined;
  const living = rollout.deployments.filter(
    (one) =>
      one.status === 'PRIMARY' ||
      one.id === shown ||
      tasks.some((task) => task.revision === one.revision && task.phase !== 'stopping'),
  );
  return { ...rollout, deployments: living };
}

/** ECS rounds the lower limit up and the upper limit down. */
function limits(rollout: Rollout): { lower: number; upper: number } {
  return {
    lower: Math.ceil((rollout.desiredCount * rollout.minimumHealthyPercent) / 100),
    upper: Math.floor((rollout.desiredCount * rollout.maximumPercent) / 100),
  };
}

const isUp = (task: TaskFact) => task.phase === 'starting' || task.phase === 'running';
const mostUsefulFirst = (a: TaskFact, b: TaskFact) => Number(b.healthy) - Number(a.healthy);
const isGoingOn = (one: ServiceDeployment) => one.status === 'IN_PROGRESS' || one.status === 'ROLLBACK_IN_PROGRESS';
const inProgress = (id: string) => `ECS deployment ${id} in progress.`;

function fresh(
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

function retire(deployments: Deployment[], now: number): Deployment[] {
  return deployments.map((one) => (one.status === 'ACTIVE' ? one : { ...one, status: 'ACTIVE', updatedAt: now }));
}

function replace(rollout: Rollout, after: Deployment): Rollout {
  return {
    ...rollout,
    deployments: rollout.deployments.map((one) => (one.id === after.id ? after : one)),
  };
}

function recount(rollout: Rollout, deployment: Deployment, now: number): Rollout {
  const history = rollout.history.map((one) =>
    one.deploymentId === deployment.id && isGoingOn(one)
      ? { ...one, failures: deployment.failedTasks, updatedAt: now }
      : one,
  );
  return { ...rollout, history };
}

function markTriggered(rollout: Rollout, failed: Deployment): Rollout {
  const history = rollout.history.map((one) => (one.deploymentId === failed.id ? { ...one, triggered: true } : one));
  return { ...rollout, history };
}

function finish(
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
