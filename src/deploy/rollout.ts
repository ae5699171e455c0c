import type { Deployment, Service, ServiceDeploymentStatus, Task } from '@aws-sdk/client-ecs';

/** What ECS says at one moment about the service and about our deployment of it. */
export interface RolloutFacts {
  /** Undefined when the service does not exist any more. */
  service: Service | undefined;
  /** The id that the update returned, `ecs-svc/…`. */
  deploymentId: string;
  /** Status of our service deployment; undefined where the endpoint does not know service deployments. */
  serviceDeploymentStatus: ServiceDeploymentStatus | undefined;
  /** Tasks that our deployment started and that have stopped. */
  stoppedTasks: readonly Task[];
  /** A key by which two tasks count as failed in the same way; undefined for a task that ended as it should. */
  signatureOf: (task: Task) => string | undefined;
  /** How many tasks that ended like this one make the end certain; undefined where time may help. */
  hopelessAfter: (task: Task) => 1 | 2 | undefined;
}

export type Verdict =
  | { state: 'going'; fraction: number; detail: string }
  | { state: 'ended'; status: 'success' }
  | { state: 'ended'; status: 'failed' | 'rolledback'; reason: string }
  | { state: 'ended'; status: 'superseded'; by: string }
  | { state: 'ended'; status: 'gone' };

/** So many tasks that fail in the same way, and none that ever ran, make the end certain where no circuit breaker would say it. */
const certainFailures = 3;

/**
 * What these facts mean; pure. Success is never "the service is stable": after a rollback it is stable, too.
 * It is that this very deployment is PRIMARY and COMPLETED and that as many tasks run as are wanted, and more than none.
 */
export function readRollout(facts: RolloutFacts): Verdict {
  const { service, deploymentId } = facts;
  if (!service || service.status === 'INACTIVE' || service.status === 'DRAINING')
    return { state: 'ended', status: 'gone' };
  const deployments = service.deployments ?? [];
  const mine = deployments.find((each) => each.id === deploymentId);
  const primary = deployments.find((each) => each.status === 'PRIMARY');
  if (mine && mine === primary) return readPrimary(facts, service, mine);
  return readReplaced(facts, service, mine, primary);
}

/** Our deployment is the service's newest. */
function readPrimary(facts: RolloutFacts, service: Service, mine: Deployment): Verdict {
  const { runningCount: running = 0, desiredCount: desired = 0 } = mine;
  if (mine.rolloutState === 'COMPLETED' && running === desired && desired > 0)
    return { state: 'ended', status: 'success' };
  if (mine.rolloutState === 'FAILED') return readFailed(facts, service, mine);
  if (isCertainToFail(facts, service, mine)) {
    return { state: 'ended', status: 'failed', reason: 'its tasks fail in the same way again and again' };
  }
  return { state: 'going', ...describe(mine) };
}

/** ECS has given our deployment up, and no other has begun: is a rollback about to come? */
function readFailed({ serviceDeploymentStatus: status }: RolloutFacts, service: Service, mine: Deployment): Verdict {
  const reason = mine.rolloutStateReason ?? '';
  const mayRollBack = service.deploymentConfiguration?.deploymentCircuitBreaker?.rollback ?? false;
  const hasEarlier = (service.deployments ?? []).length > 1;
  const undecided =
    status === undefined ? mayRollBack && hasEarlier : status.startsWith('ROLLBACK_') && !isEnded(status);
  if (undecided) return { state: 'going', fraction: 0.9, detail: 'failed; rolling back to the version before' };
  return { state: 'ended', status: 'failed', reason };
}

/** Another deployment is PRIMARY: a rollback of ours, or somebody's newer one. */
function readReplaced(
  facts: RolloutFacts,
  service: Service,
  mine: Deployment | undefined,
  primary: Deployment | undefined,
): Verdict {
  if (!isRollback(facts, service, mine, primary))
    return { state: 'ended', status: 'superseded', by: primary?.id ?? '' };
  if (primary?.rolloutState === 'FAILED' || facts.serviceDeploymentStatus === 'ROLLBACK_FAILED') {
    return { state: 'ended', status: 'failed', reason: 'and the rollback failed as well' };
  }
  if (primary?.rolloutState === 'COMPLETED') {
    return {
      state: 'ended',
      status: 'rolledback',
      reason: mine?.rolloutStateReason ?? '',
    };
  }
  const counts = primary ? describe(primary).detail : 'waiting for its tasks';
  return { state: 'going', fraction: 0.95, detail: `rolling back to the version before: ${counts}` };
}

/** ECS tells a rollback in up to four places; which of them is there depends on the endpoint and on the moment. */
function isRollback(facts: RolloutFacts, service: Service, mine?: Deployment, primary?: Deployment): boolean {
  // STOPPED is no sign of one: a deployment that a newer one replaces ends so, too.
  if (facts.serviceDeploymentStatus?.startsWith('ROLLBACK_')) return true;
  if (mine?.rolloutState === 'FAILED' || /rolling back/i.test(primary?.rolloutStateReason ?? '')) return true;
  const text = `rolling back to deployment ${primary?.id}`;
  return (service.events ?? []).some((event) => event.message?.includes(text));
}

/** A task that lives longer has worked for a while: what ended it may pass. */
const shortLifeMs = 30_000;

/**
 * Whether every further task must fail, too, so that there is nothing to wait for: one that cannot start at all,
 * or two that exit at once in the same way, while none runs.
 */
export function isHopeless(facts: RolloutFacts): boolean {
  const mine = facts.service?.deployments?.find((each) => each.id === facts.deploymentId);
  if (mine?.status !== 'PRIMARY' || mine.rolloutState !== 'IN_PROGRESS' || mine.runningCount) return false;
  const failed = facts.stoppedTasks.filter((task) => facts.signatureOf(task) !== undefined);
  if (failed.some((task) => facts.hopelessAfter(task) === 1)) return true;
  const exited = failed.filter((task) => facts.hopelessAfter(task) === 2 && wasShort(task));
  const signatures = exited.map((task) => facts.signatureOf(task));
  return new Set(signatures).size < signatures.length;
}

/** Only a task whose containers have ended has a log that is complete. */
function wasShort({ startedAt, executionStoppedAt, stoppedAt }: Task): boolean {
  const ended = executionStoppedAt ?? stoppedAt;
  return ended !== undefined && Number(ended) - Number(startedAt ?? ended) < shortLifeMs;
}

/** Without a circuit breaker ECS starts tasks for ever, so that nothing but the clock would end the watch. */
function isCertainToFail(facts: RolloutFacts, service: Service, mine: Deployment): boolean {
  if (service.deploymentConfiguration?.deploymentCircuitBreaker?.enable || (mine.runningCount ?? 0) > 0) return false;
  const counts = new Map<string, number>();
  for (const task of facts.stoppedTasks) {
    const signature = facts.signatureOf(task);
    if (signature) counts.set(signature, (counts.get(signature) ?? 0) + 1);
  }
  return Math.max(0, ...counts.values()) >= certainFailures;
}

function describe({ runningCount = 0, desiredCount = 0, pendingCount = 0, failedTasks = 0 }: Deployment) {
  const parts = [`${runningCount} of ${desiredCount} tasks running`];
  if (pendingCount) parts.push(`${pendingCount} starting`);
  if (failedTasks) parts.push(`${failedTasks} failed`);
  // Running is not yet healthy: the last tenth is for the checks and for the old tasks' end.
  return { fraction: desiredCount ? 0.9 * Math.min(1, runningCount / desiredCount) : 0, detail: parts.join(', ') };
}

function isEnded(status: ServiceDeploymentStatus): boolean {
  return status === 'ROLLBACK_SUCCESSFUL' || status === 'ROLLBACK_FAILED';
}
