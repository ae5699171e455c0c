import { setTimeout as wait } from 'node:timers/promises';
import type { Service, Task } from '@aws-sdk/client-ecs';
import { toFailure } from '../../shared/errors.ts';
import type { Figures } from '../../shared/events.ts';
import { followAppLog } from '../appLog.ts';
import { balancerFigures } from '../balancerFigures.ts';
import { type CertainFailure, meetCertainFailure, scaledToNothing, staysUnhealthy } from '../certainFailure.ts';
import type { StepContext } from '../context.ts';
import { tasksOf } from '../evidence.ts';
import { explainEnd, limitOf, type Watched } from '../explainEnd.ts';
import { keepLooking } from '../lookAtRollout.ts';
import { isHopeless, type RolloutFacts, readRollout } from '../rollout.ts';
import { rolloutStages } from '../rolloutStages.ts';
import { serviceUrl } from '../serviceUrl.ts';
import type { Step } from '../step.ts';
import { tellRollout } from '../tellRollout.ts';
import { withdraw } from '../withdraw.ts';
import { portOf, type Rollout } from './deployService.ts';

export interface Healthy {
  service: Service;
  /** Where the service answers, when that is known. */
  url: string;
}

/** Step 10: watches until this very deployment is healthy, or has ended in another way. */
export const monitorRollout: Step<Rollout, Healthy> = {
  id: 'monitor',
  async run(ctx, rollout) {
    const seen: Seen = { balancer: balancerFigures(ctx, rollout.service) };
    const appLog = followAppLog(ctx, rollout);
    const watched = await watch(ctx, rollout, seen).catch(async (error) => {
      await appLog.end(false);
      if (ctx.signal.aborted && !rollout.unchanged) await withdraw(ctx, rollout);
      throw error;
    });
    const { facts, verdict } = watched;
    const isSuccess = verdict.state === 'ended' && verdict.status === 'success';
    // The last words matter when it failed; a success waits for nothing more.
    await appLog.end(!isSuccess);
    if (!rollout.unchanged) await measure(ctx, rollout, facts, seen);
    const service = facts?.service ?? rollout.service;
    if (isSuccess) return { service, url: await urlOf(ctx, service, rollout) };
    throw await explainEnd(ctx, rollout, watched);
  },
  summary: ({ url, service }) =>
    `${service.runningCount} of ${service.desiredCount} tasks healthy${url ? `, ${url}` : ''}`,
};

/** What is asked for beside the watch, so that it costs no time: the tasks of ours that run, and the target group. */
interface Seen {
  balancer: Promise<Figures>;
  tasks?: Promise<Task[]>;
}

async function watch(ctx: StepContext, rollout: Rollout, seen: Seen): Promise<Watched> {
  const deadline = Date.now() + limitOf(ctx) * 60_000;
  const lookAgain = keepLooking(ctx, rollout);
  const told = new Set<string>();
  let certain: CertainFailure | undefined;
  for (let look = 0; ; look++) {
    const { facts, lost } = await lookAgain();
    const isLate = Date.now() >= deadline;
    if (lost || (!facts && isLate))
      return { facts, verdict: { state: 'unknown', error: lost ?? new Error('no answer') } };
    if (certain?.done() === 'scaled to nothing') return endedWithNothing(facts, certain);
    if (facts) {
      const verdict = readRollout(facts);
      const hasStopped = tellRollout(ctx, rollout.since, facts, verdict, told);
      if (allRun(facts)) seen.tasks ??= tasksOf(ctx, rollout.deploymentId, 'RUNNING').catch(() => []);
      if (verdict.state === 'ended' || isLate)
        return { facts, verdict, ...(certain?.done() === 'stopped' && { evidence: certain.evidence }) };
      if (hasStopped) look = Math.min(look, closeLooks);
      if (!certain && (isHopeless(facts) || (hasStopped && (await staysUnhealthy(ctx, rollout, facts)))))
        certain = await meetCertainFailure(ctx, rollout, facts);
    }
    await wait(Math.min(pause(look), Math.max(0, deadline - Date.now())), undefined, { signal: ctx.signal });
  }
}

/** A new service that was stopped never gets a verdict of ECS. */
function endedWithNothing(facts: RolloutFacts | undefined, { evidence }: CertainFailure): Watched {
  return { facts, verdict: { state: 'ended', status: 'failed', reason: scaledToNothing }, evidence };
}

function allRun({ service, deploymentId }: RolloutFacts): boolean {
  const mine = service?.deployments?.find((each) => each.id === deploymentId);
  return Boolean(mine?.desiredCount) && mine?.runningCount === mine?.desiredCount;
}

/** Tells the phases of the rollout, and what bears on how long they take. */
async function measure(ctx: StepContext, rollout: Rollout, facts: RolloutFacts | undefined, seen: Seen) {
  const { service, stoppedTasks = [] } = facts ?? {};
  const endedAt = Date.now();
  const failed = stoppedTasks.filter((task) => facts?.signatureOf(task));
  const events = (service?.events ?? []).filter(({ createdAt }) => createdAt && createdAt >= rollout.since);
  for (const stage of rolloutStages((await seen.tasks) ?? failed, events, endedAt)) ctx.stage(stage);
  const { interval, startPeriod } = rollout.revision.container.healthCheck ?? {};
  ctx.measured({
    desiredTasks: service?.desiredCount,
    failedTasks: failed.length,
    maximumPercent: service?.deploymentConfiguration?.maximumPercent,
    targetGroups: service?.loadBalancers?.length,
    gracePeriodSeconds: service?.healthCheckGracePeriodSeconds,
    healthIntervalSeconds: interval,
    healthStartSeconds: startPeriod,
    ...(await seen.balancer),
  });
}

/** So many looks are close together, at the beginning and after a task has stopped. */
const closeLooks = 20;

/** Milliseconds to the next look: quick at first, since a small service is up in seconds, then gentle to AWS's rate limits. */
function pause(look: number): number {
  const base = look < closeLooks ? 150 : look < 60 ? 500 : look < 100 ? 2_000 : 5_000;
  return base * (0.8 + 0.4 * Math.random());
}

/** A healthy service is a success, even where nobody may ask for its address. */
function urlOf(ctx: StepContext, service: Service, { deploymentId, revision }: Rollout): Promise<string> {
  return serviceUrl(ctx, service, portOf(revision) ?? 80, () => tasksOf(ctx, deploymentId, 'RUNNING')).catch(
    (error) => {
      ctx.signal.throwIfAborted();
      ctx.log(`Where it answers is not known: ${toFailure(error).message}`);
      return '';
    },
  );
}
