import { setTimeout as wait } from 'node:timers/promises';
import type { Service, Task } from '@aws-sdk/client-ecs';
import { type Diagnosis, diagnose, taskSignature } from '../../diagnosis/index.ts';
import { type DeployError, fail, toFailure } from '../../shared/errors.ts';
import type { Evidence } from '../../shared/models.ts';
import type { StepContext } from '../context.ts';
import { describeService } from '../destination.ts';
import { collectEvidence, serviceDeploymentOf, stoppedTask, tasksOf } from '../evidence.ts';
import { type RolloutFacts, readRollout, type Verdict } from '../rollout.ts';
import type { Step } from '../step.ts';
import { withdraw } from '../withdraw.ts';
import type { Rollout } from './deployService.ts';

export interface Healthy {
  service: Service;
  /** Where the service answers, when that is known. */
  url: string;
}

/** Step 10: watches until this very deployment is healthy, or has ended in another way. */
export const monitorRollout: Step<Rollout, Healthy> = {
  id: 'monitor',
  async run(ctx, rollout) {
    const { facts, verdict } = await watch(ctx, rollout).catch(async (error) => {
      if (ctx.signal.aborted && !rollout.unchanged) await withdraw(ctx, rollout);
      throw error;
    });
    const service = facts?.service ?? rollout.service;
    if (verdict.state === 'ended' && verdict.status === 'success') return { service, url: urlOf(service) };
    throw await explain(ctx, rollout, { facts, verdict });
  },
  summary: ({ url, service }) =>
    `${service.runningCount} of ${service.desiredCount} tasks healthy${url ? `, ${url}` : ''}`,
};

/** Failed looks in a row after which AWS counts as out of reach. */
const missedLooks = 3;

interface Watched {
  facts: RolloutFacts | undefined;
  verdict: Verdict | { state: 'unknown'; error: unknown };
}

async function watch(ctx: StepContext, rollout: Rollout): Promise<Watched> {
  const minutes = limitOf(ctx);
  const deadline = Date.now() + minutes * 60_000;
  const told = new Set<string>();
  let facts: RolloutFacts | undefined;
  for (let missed = 0, look = 0; ; look++) {
    try {
      facts = await lookAt(ctx, rollout);
      missed = 0;
    } catch (error) {
      ctx.signal.throwIfAborted();
      if (++missed >= missedLooks) return { facts, verdict: { state: 'unknown', error } };
    }
    if (facts) {
      const verdict = readRollout(facts);
      tell(ctx, rollout, facts, verdict, told);
      if (verdict.state === 'ended' || Date.now() >= deadline) return { facts, verdict };
    } else if (Date.now() >= deadline) {
      return { facts, verdict: { state: 'unknown', error: new Error('no answer') } };
    }
    await wait(Math.min(pause(look), Math.max(0, deadline - Date.now())), undefined, { signal: ctx.signal });
  }
}

/** Milliseconds to the next look: quick at first, since a small service is up in seconds, then gentle to AWS's rate limits. */
function pause(look: number): number {
  const base = look < 20 ? 150 : look < 60 ? 500 : look < 100 ? 2_000 : 5_000;
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
  };
}

/** Asked for only when the deployment is not simply going on; an endpoint that does not know it (an emulator) is no fault. */
async function serviceDeploymentStatus(ctx: StepContext, { deploymentId, revision, since }: Rollout, service: Service) {
  const mine = service.deployments?.find((each) => each.id === deploymentId);
  if (mine?.status === 'PRIMARY' && mine.rolloutState !== 'FAILED') return undefined;
  const found = await serviceDeploymentOf(ctx, service, revision.arn, since).catch(() => undefined);
  return found?.status;
}

/** Says what is new: the progress, service events, and at once why a task has stopped. */
function tell(ctx: StepContext, rollout: Rollout, facts: RolloutFacts, verdict: Verdict, told: Set<string>): void {
  if (verdict.state === 'going') ctx.progress(verdict.fraction, verdict.detail);
  const events = [...(facts.service?.events ?? [])].reverse();
  for (const { id = '', message = '', createdAt } of events) {
    if (!createdAt || createdAt < rollout.since || told.has(id)) continue;
    told.add(id);
    ctx.log(message);
  }
  for (const task of facts.stoppedTasks) {
    const signature = facts.signatureOf(task);
    if (!signature || told.has(signature)) continue;
    told.add(signature);
    ctx.emit({ type: 'warning', message: `A task has stopped: ${reasonOf(task)}` });
  }
}

function reasonOf(task: Task): string {
  const container = task.containers?.find((each) => each.reason || each.exitCode !== undefined);
  const exit = container?.exitCode === undefined ? '' : ` (exit code ${container.exitCode})`;
  return `${container?.reason || task.stoppedReason || 'no reason given'}${exit}`;
}

/** The error for every end but success, with the evidence recorded first, since ECS forgets it. */
async function explain(ctx: StepContext, rollout: Rollout, { facts, verdict }: Watched): Promise<DeployError> {
  const service = ctx.project.awsService;
  if (verdict.state === 'unknown') return fail('RolloutUnknown', service, toFailure(verdict.error).message);
  if (verdict.state === 'going') {
    const { cause, evidence } = explainBy(ctx, rollout, await gather(ctx, rollout, facts));
    return fail('RolloutTimedOut', service, limitOf(ctx), verdict.detail, [`So far: ${cause}`, ...evidence].join('\n'));
  }
  switch (verdict.status) {
    case 'superseded':
      return fail('Superseded', service, verdict.by);
    case 'gone':
      return fail('ServiceGone', service);
    default:
      return rolloutFailure(ctx, rollout, await gather(ctx, rollout, facts), verdict);
  }
}

async function gather(ctx: StepContext, rollout: Rollout, facts: RolloutFacts | undefined): Promise<Evidence> {
  const { deploymentId, revision, since } = rollout;
  const [stopped, running] = await Promise.all([
    tasksOf(ctx, deploymentId, 'STOPPED').catch(() => facts?.stoppedTasks ?? []),
    tasksOf(ctx, deploymentId, 'RUNNING').catch(() => []),
  ]);
  const evidence = await collectEvidence(ctx, facts?.service, [...stopped, ...running], revision.container, since);
  await ctx.record({ evidence });
  return evidence;
}

type Failed = { status: 'failed' | 'rolledback' | 'success'; reason?: string };

function rolloutFailure(ctx: StepContext, rollout: Rollout, gathered: Evidence, verdict: Failed): DeployError {
  const { cause, remedy, evidence, also } = explainBy(ctx, rollout, gathered);
  const code = verdict.status === 'rolledback' ? 'RolledBack' : 'RolloutFailed';
  const others = also.map((each) => `Seen as well: ${each.cause}`);
  const detail = [verdict.reason, ...evidence, ...others].filter(Boolean).join('\n');
  return fail(code, ctx.project.awsService, cause, remedy, detail);
}

/** What the evidence means, by rules alone. */
function explainBy(ctx: StepContext, { revision, service }: Rollout, evidence: Evidence): Diagnosis {
  const { container, taskDefinition } = revision;
  return diagnose(evidence, {
    service: ctx.project.awsService,
    port: container.portMappings?.[0]?.containerPort,
    healthPath: healthPathOf(service),
    image: container.image,
    cpuArchitecture: taskDefinition.runtimePlatform?.cpuArchitecture,
    memory: Number(container.memory ?? taskDefinition.memory) || undefined,
  });
}

function limitOf({ project, settings }: StepContext): number {
  return project.options.rolloutMinutes ?? settings.rolloutMinutes;
}

/** A service may tell its own address in a tag: the sandbox does so, and whoever owns a load balancer can. */
function urlOf(service: Service): string {
  return service.tags?.find((tag) => tag.key === 'deployotron:url')?.value ?? '';
}

function healthPathOf(service: Service): string | undefined {
  return service.tags?.find((tag) => tag.key === 'deployotron:health-path')?.value;
}
