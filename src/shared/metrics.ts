import type { Figures, Stage, StepId } from './events.ts';
import type { Deployment, DeploymentStatus, Environment, Project } from './models.ts';
import type { Progress, StepState } from './progress.ts';

export interface StageMetrics {
  name: string;
  milliseconds: number;
  cached?: boolean;
  bytes?: number;
}

export interface StepMetrics {
  id: StepId;
  state: StepState;
  milliseconds: number;
  stages: StageMetrics[];
}

/** A deployment in numbers; the README documents it field by field, and `schema` goes up when one changes its meaning. */
export interface Metrics extends Figures {
  schema: 1;
  deploymentId: string;
  project: string;
  environment: Environment | '';
  operation: 'deploy' | 'rollback';
  status: DeploymentStatus;
  /** Code of the cause, else of the failure; empty for a success. */
  cause: string;
  commit: string;
  /** ISO 8601. */
  startedAt: string;
  completedAt?: string;
  milliseconds: number;
  buildSteps: number;
  buildStepsCached: number;
  layers: number;
  layersInRegistry: number;
  steps: StepMetrics[];
}

/** The numbers of a deployment, by its record and what its events made; pure. Without events only the record speaks. */
export function metricsOf(deployment: Deployment, project: Project | undefined, progress?: Progress): Metrics {
  const { facts, failure, startedAt, completedAt } = deployment;
  const steps = (progress?.steps ?? []).flatMap((step) => stepMetrics(step));
  const build = stagesOf(progress, 'build').filter(isInstruction);
  const layers = newestEach(stagesOf(progress, 'push'));
  const isCached = ({ cached }: Stage) => cached === true;
  return {
    schema: 1,
    deploymentId: deployment.id,
    project: project?.name ?? progress?.projectName ?? '',
    environment: project?.environment ?? '',
    operation: facts.operation,
    status: deployment.status,
    cause: failure?.causes?.[0]?.code ?? failure?.code ?? '',
    commit: deployment.commitSha,
    startedAt: isoTime(startedAt),
    ...(completedAt && { completedAt: isoTime(completedAt) }),
    milliseconds: elapsed(deployment, progress),
    ...progress?.figures,
    buildSteps: build.length,
    buildStepsCached: build.filter(isCached).length,
    layers: layers.length,
    layersInRegistry: layers.filter(isCached).length,
    steps,
  };
}

/** An instruction of the Dockerfile that can be cached: what the builder does besides is none, and FROM only fetches. */
export function isInstruction({ name }: Pick<Stage, 'name'>): boolean {
  return /^\[(?:\S+ +)*\d+\/\d+\] (?!FROM )/.test(name);
}

function stepMetrics({ id, state, startedAt, endedAt, stages = [] }: Progress['steps'][number]): StepMetrics[] {
  if (startedAt === undefined || endedAt === undefined) return [];
  const parts = stages.map(({ startedAt: from, endedAt: to, ...stage }) => ({ ...stage, milliseconds: to - from }));
  return [{ id, state, milliseconds: endedAt - startedAt, stages: parts }];
}

function stagesOf(progress: Progress | undefined, id: StepId): Stage[] {
  return progress?.steps.find((step) => step.id === id)?.stages ?? [];
}

/** A second attempt at a push names every layer again. */
function newestEach(stages: Stage[]): Stage[] {
  return [...new Map(stages.map((stage) => [stage.name, stage])).values()];
}

/** The record counts in seconds, the events in milliseconds. */
function elapsed({ startedAt, completedAt }: Deployment, progress: Progress | undefined): number {
  if (progress?.endedAt !== undefined) return progress.endedAt - progress.startedAt;
  return completedAt ? (completedAt - startedAt) * 1000 : 0;
}

function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

/** The middle one of these numbers, or the mean of the two in the middle; undefined for none. Pure. */
export function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}
