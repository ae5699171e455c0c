import { setTimeout as wait } from 'node:timers/promises';
import type { Service, Task } from '@aws-sdk/client-ecs';
import { hopelessAfter } from '../../diagnosis/hopeless.ts';
import { taskSignature } from '../../diagnosis/index.ts';
import { toFailure } from '../../shared/errors.ts';
import { followAppLog } from '../appLog.ts';
import {
  type CertainFailure,
  type Done,
  meetCertainFailure,
  scaledToNothing,
  staysUnhealthy,
} from '../certainFailure.ts';
import type { StepContext } from '../context.ts';
import { describeService } from '../destination.ts';
import { serviceDeploymentOf, stoppedTask, tasksOf } from '../evidence.ts';
import { explainEnd, limitOf, type Watched } from '../explainEnd.ts';
import { isHopeless, type RolloutFacts, readRollout, type Verdict } from '../rollout.ts';
import { rolloutStages } from '../rolloutStages.ts';
import { serviceUrl } from '../serviceUrl.ts';
import type { Step } from '../step.ts';
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
    const seen: Seen = {};
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

/** Failed looks in a row after which AWS counts as out of reach. */
const missedLooks = 3;

/** The tasks of ours that run, asked for beside the watch, so that their times cost none. */
interface Seen {
  tasks?: Promise<Task[]>;
}

async function watch(ctx: StepContext, rollout: Rollout, seen: Seen): Promise<Watched> {
  const deadline = Date.now() + limitOf(ctx) * 60_000;
  const told = new Set<string>();
  let facts: RolloutFacts | undefined;
  let certain: CertainFailure | undefined;
  let done: Done | undefined;
  for (let missed = 0, look = 0; ; look++) {
    try {
      facts = await lookAt(ctx, rollout);
      missed = 0;
    } catch (error) {
      ctx.signal.throwIfAborted();
      if (++missed >= missedLooks) return { facts, verdict: { state: 'unknown', error } };
    }
    if (done === 'scaled to nothing') {
      return {
        facts,
        verdict: { state: 'ended', status: 'failed', reason: scaledToNothing },
        evidence: certain?.evidence,
      };
    }
    if (facts) {
      const verdict = readRollout(facts);
      if (allRun(facts)) seen.tasks ??= tasksOf(ctx, rollout.deploymentId, 'RUNNING').catch(() => []);
      const hasStopped = tell(ctx, rollout, facts, verdict, told);
      if (hasStopped) look = Math.min(look, closeLooks);
      if (verdict.state === 'ended' || Date.now() >= deadline)
        return { facts, verdict, evidence: done === 'stopped' ? certain?.evidence : undefined };
      if (!certain && (isHopeless(facts) || (hasStopped && (await staysUnhealthy(ctx, rollout, facts))))) {
        certain = await meetCertainFailure(ctx, rollout, facts);
        void certain.done.then((what) => {
          done = what;
        });
      }
    } else if (Date.now() >= deadline) {
      return { facts, verdict: { state: 'unknown', error: new Error('no answer') } };
    }
    await wait(Math.min(pause(look), Math.max(0, deadline - Date.now())), undefined, { signal: ctx.signal });
  }
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
  });
}

/** So many looks are close together, at the beginning and after a task has stopped. */
const closeLooks = 20;

/** Milliseconds to the next look: quick at first, since a small service is up in seconds, then gentle to AWS's rate limits. */
function pause(look: number): number {
  const base = look < closeLooks ? 150 : look < 60 ? 500 : look < 100 ? 2_000 : 5_000;
  return base * (0.8 + 0.4 * Math.random());
}

async function lookAt(ctx: StepContext, rollout: Rollout): Promise<RolloutFacts> {
  const { deploymentId } = rollout;
  const [service, stoppedTasks] = await Promise.all([describeService(ctx), tasksOf(ctx, deploymentId, 'STOPPED')]);
  return {
    service,
    deploymentId,
    serviceDeploymentStatus: service && (await serviceDeploymentStatus(ctx, rollout, service)),
    stoppedTasks,
    signatureOf: (task) => taskSignature(stoppedTask(task)),
    hopelessAfter: (task) => hopelessAfter(stoppedTask(task)),
  };
}

/** Asked for only when the deployment is not simply going on; an endpoint that does not know it (an emulator) is no fault. */
async function serviceDeploymentStatus(ctx: StepContext, { deploymentId, revision, since }: Rollout, service: Service) {
  const mine = service.deployments?.find((each) => each.id === deploymentId);
  if (mine?.status === 'PRIMARY' && mine.rolloutState !== 'FAILED') return undefined;
  const found = await serviceDeploymentOf(ctx, service, revision.arn, since).catch(() => undefined);
  return found?.status;
}

/** Says what is new: the progress, service events, and at once why a task has stopped. True when one has. */
function tell(ctx: StepContext, rollout: Rollout, facts: RolloutFacts, verdict: Verdict, told: Set<string>): boolean {
  if (verdict.state === 'going') ctx.progress(verdict.fraction, verdict.detail);
  const events = [...(facts.service?.events ?? [])].reverse();
  for (const { id = '', message = '', createdAt } of events) {
    if (!createdAt || createdAt < rollout.since || told.has(id)) continue;
    told.add(id);
    ctx.log(message);
  }
  let isNew = false;
  for (const task of facts.stoppedTasks) {
    const signature = facts.signatureOf(task);
    if (!signature) continue;
    isNew ||= !told.has(task.taskArn ?? '');
    told.add(task.taskArn ?? '');
    if (told.has(signature)) continue;
    told.add(signature);
    ctx.emit({ type: 'warning', message: `A task has stopped: ${reasonOf(task)}` });
  }
  return isNew;
}

function reasonOf(task: Task): string {
  const container = task.containers?.find((each) => each.reason || each.exitCode !== undefined);
  const exit = container?.exitCode === undefined ? '' : ` (exit code ${container.exitCode})`;
  return `${container?.reason || task.stoppedReason || 'no reason given'}${exit}`;
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
