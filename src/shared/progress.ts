import type { Failure } from './errors.ts';
import { type DeployEvent, type Figures, type Stage, type StepId, steps } from './events.ts';
import type { DeploymentStatus } from './models.ts';

export type StepState = 'waiting' | 'running' | 'succeeded' | 'skipped' | 'failed' | 'cancelled';

export interface StepProgress {
  id: StepId;
  label: string;
  state: StepState;
  /** 0 to 1. */
  fraction: number;
  /** What it is doing, or what came out. */
  detail: string;
  /** Milliseconds since 1970. */
  startedAt?: number;
  endedAt?: number;
  /** In the order in which they ended; absent where nothing tells them apart. */
  stages?: Stage[];
}

/** Everything that a face needs to draw a deployment; made of events alone. */
export interface Progress {
  deploymentId: string;
  projectName: string;
  operation: 'deploy' | 'rollback';
  status: DeploymentStatus;
  /** 0 to 100. */
  percent: number;
  steps: StepProgress[];
  warnings: string[];
  figures?: Figures;
  failure?: Failure;
  url?: string;
  startedAt: number;
  endedAt?: number;
}

/**
 * The one place where an event becomes state; pure.
 * An event for a deployment whose start was not seen starts it.
 */
export function applyEvent(before: Progress | undefined, event: DeployEvent): Progress {
  const progress = before ?? begin(event);
  switch (event.type) {
    case 'deployment-started':
      return begin(event);
    case 'step-started':
      return withStep(progress, event.step, { state: 'running', fraction: 0, startedAt: event.at });
    case 'step-progress':
      return withStep(progress, event.step, { fraction: clamp(event.fraction), detail: event.detail });
    case 'step-succeeded':
      return withStep(progress, event.step, {
        state: event.skipped ? 'skipped' : 'succeeded',
        fraction: 1,
        detail: event.summary,
        endedAt: event.at,
      });
    case 'step-failed':
      return withStep(progress, event.step, {
        state: event.failure.code === 'Cancelled' ? 'cancelled' : 'failed',
        detail: event.failure.message,
        endedAt: event.at,
      });
    case 'stage':
      return withStage(progress, event);
    case 'measured':
      return { ...progress, figures: { ...progress.figures, ...event.figures } };
    case 'warning':
      return { ...progress, warnings: [...progress.warnings, event.message] };
    case 'failure-known':
      return { ...progress, failure: event.failure };
    case 'log':
      return progress;
    case 'deployment-finished':
      return {
        ...progress,
        status: event.status,
        percent: event.status === 'success' ? 100 : progress.percent,
        failure: event.failure,
        url: event.url,
        endedAt: event.at,
      };
  }
}

function begin(event: DeployEvent): Progress {
  const started = event.type === 'deployment-started' ? event : undefined;
  const ids: readonly StepId[] = started?.steps ?? steps.map((step) => step.id);
  return {
    deploymentId: event.deploymentId,
    projectName: started?.projectName ?? '',
    operation: started?.operation ?? 'deploy',
    status: 'inprogress',
    percent: 0,
    steps: steps
      .filter((step) => ids.includes(step.id))
      .map(({ id, label }) => ({ id, label, state: 'waiting', fraction: 0, detail: '' })),
    warnings: [],
    startedAt: event.at,
  };
}

function withStep(progress: Progress, id: StepId, change: Partial<StepProgress>): Progress {
  const next = progress.steps.map((step) => (step.id === id ? { ...step, ...change } : step));
  return { ...progress, steps: next, percent: Math.max(progress.percent, percentOf(id, next)) };
}

function withStage(progress: Progress, event: DeployEvent & { type: 'stage' }): Progress {
  const { type, deploymentId, at, step: id, ...stage } = event;
  const next = progress.steps.map((step) =>
    step.id === id ? { ...step, stages: [...(step.stages ?? []), stage] } : step,
  );
  return { ...progress, steps: next };
}

/** Steps that overlap would let the bar jump back; the caller keeps the maximum. */
function percentOf(id: StepId, all: StepProgress[]): number {
  const range = steps.find((step) => step.id === id)?.range ?? [0, 0];
  const fraction = all.find((step) => step.id === id)?.fraction ?? 0;
  return range[0] + (range[1] - range[0]) * fraction;
}

function clamp(fraction: number): number {
  return Number.isFinite(fraction) ? Math.min(1, Math.max(0, fraction)) : 0;
}
