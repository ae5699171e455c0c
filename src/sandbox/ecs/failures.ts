import {
  type CircuitBreaker,
  type Deployment,
  fail,
  fresh,
  type Rollout,
  recount,
  replace,
  retire,
  type Step,
} from './deployments.ts';

/** Back-off between failing tasks: doubles from half a second (a local demo shall be quick) to half a minute; AWS goes up to 15 minutes. */
export const backoff = { baseMs: 500, capMs: 30_000 };

/** Failures that trip the breaker: BOUNDED_PERCENT is a share of the desired count between 3 and 200. */
export function breakerThreshold(breaker: CircuitBreaker, desiredCount: number): number {
  const { type, value } = breaker.threshold;
  if (type === 'COUNT') return value;
  const share = Math.ceil((desiredCount * value) / 100);
  return type === 'BOUNDED_PERCENT' ? Math.min(200, Math.max(3, share)) : Math.max(1, share);
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

function markTriggered(rollout: Rollout, failed: Deployment): Rollout {
  const history = rollout.history.map((one) => (one.deploymentId === failed.id ? { ...one, triggered: true } : one));
  return { ...rollout, history };
}
