/**
 * The service scheduler's mind: from a rollout, its tasks and the time to what is to be done next. Pure; times are
 * milliseconds since 1970. Rules: "Rolling update" in the ECS developer guide.
 */
import { type Deployment, finish, type Rollout, type Step } from './ecs/deployments.ts';

/** `draining`: taken off the load balancer, its last requests end; `stopping`: told to exit. */
export interface TaskFact {
  id: string;
  revision: string;
  phase: 'starting' | 'running' | 'draining' | 'stopping';
  healthy: boolean;
}

export interface Decision extends Step {
  /** How many tasks of the PRIMARY's revision to start. */
  start: number;
  /** Ids of the tasks to stop, because of scaling. */
  stop: string[];
  /** Decide again at this time even when nothing happens. */
  wakeAt?: number;
}

/** A rollback stays IN_PROGRESS at least so long, so that a client that polls sees the failed deployment beside it, as with AWS. */
export const rollbackShownMs = 2_000;

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
