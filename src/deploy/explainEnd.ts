import { findCauses } from '../diagnosis/evidenceInput.ts';
import { failedTask } from '../diagnosis/failedTask.ts';
import { diagnose } from '../diagnosis/index.ts';
import { DeployError, type Failure, fail, toFailure, withCauses } from '../shared/errors.ts';
import type { Evidence } from '../shared/models.ts';
import type { StepContext } from './context.ts';
import { collectEvidence, tasksOf } from './evidence.ts';
import type { RolloutFacts, Verdict } from './rollout.ts';
import type { Rollout } from './steps/deployService.ts';

export interface Watched {
  facts: RolloutFacts | undefined;
  verdict: Verdict | { state: 'unknown'; error: unknown };
  /** What was gathered when the end had become certain, before the rollback began. */
  evidence?: Evidence | undefined;
}

/** The error for every end but success, with the evidence recorded first, since ECS forgets it. */
export async function explainEnd(ctx: StepContext, rollout: Rollout, watched: Watched): Promise<DeployError> {
  const { facts, verdict } = watched;
  const service = ctx.project.awsService;
  if (verdict.state === 'unknown') return fail('RolloutUnknown', service, toFailure(verdict.error).message);
  if (verdict.state === 'ended' && verdict.status === 'superseded') return fail('Superseded', service, verdict.by);
  if (verdict.state === 'ended' && verdict.status === 'gone') return fail('ServiceGone', service);
  const evidence = watched.evidence ?? (await gather(ctx, rollout, facts));
  const failure = failureOf(ctx, rollout, evidence, verdict);
  const isWaiting = verdict.state === 'going' && !failure.causes;
  return new DeployError(isWaiting ? { ...failure, ...waiting(ctx, rollout, facts) } : failure);
}

/** Nothing failed and nothing came: all that can be told is how long that has been so. */
function waiting(
  ctx: StepContext,
  { deploymentId }: Rollout,
  facts: RolloutFacts | undefined,
): Pick<Failure, 'causes'> {
  const mine = facts?.service?.deployments?.find((each) => each.id === deploymentId);
  const { runningCount: running, desiredCount: desired } = mine ?? {};
  const causes = findCauses({ state: { state: 'waiting', seconds: limitOf(ctx) * 60, running, desired } });
  return causes.length > 0 ? { causes } : {};
}

/** Asks ECS for everything that tells why, and keeps it. */
export async function gather(ctx: StepContext, rollout: Rollout, facts: RolloutFacts | undefined): Promise<Evidence> {
  const { deploymentId, revision, since } = rollout;
  const [stopped, running] = await Promise.all([
    tasksOf(ctx, deploymentId, 'STOPPED').catch(() => facts?.stoppedTasks ?? []),
    tasksOf(ctx, deploymentId, 'RUNNING').catch(() => []),
  ]);
  const evidence = await collectEvidence(ctx, facts?.service, [...stopped, ...running], revision.container, since);
  await ctx.record({ evidence });
  return evidence;
}

type Told = { state: 'going'; detail: string } | { state: 'ended'; status: string; reason?: string };

/** What the evidence means, by rules alone. */
export function failureOf(ctx: StepContext, rollout: Rollout, evidence: Evidence, verdict: Told): Failure {
  const service = ctx.project.awsService;
  const { causes, cause, remedy, lines } = diagnose(evidence, contextOf(ctx, rollout));
  const task = failedTask(evidence);
  if (verdict.state === 'going') {
    const minutes = limitOf(ctx);
    const detail = [`So far: ${cause}`, ...lines].join('\n');
    const failure = fail('RolloutTimedOut', service, minutes, verdict.detail, detail).failure;
    return { ...withCauses(failure, causes, task), remedy: failure.remedy };
  }
  const code = verdict.status === 'rolledback' ? 'RolledBack' : 'RolloutFailed';
  const detail = [verdict.reason, ...lines].filter(Boolean).join('\n');
  return withCauses(fail(code, service, cause, remedy, detail).failure, causes, task);
}

function contextOf(ctx: StepContext, { revision, service }: Rollout) {
  const { container, taskDefinition } = revision;
  return {
    service: ctx.project.awsService,
    port: container.portMappings?.[0]?.containerPort,
    healthPath: service.tags?.find((tag) => tag.key === 'deployotron:health-path')?.value,
    image: container.image,
    cpuArchitecture: taskDefinition.runtimePlatform?.cpuArchitecture,
    cpu: Number(taskDefinition.cpu) || undefined,
    memory: Number(container.memory ?? taskDefinition.memory) || undefined,
  };
}

/** Minutes that the rollout is watched. */
export function limitOf({ project, settings }: StepContext): number {
  return project.options.rolloutMinutes ?? settings.rolloutMinutes;
}
