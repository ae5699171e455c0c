import type { StepId } from './events.ts';
import { steps as allSteps } from './events.ts';
import { type Metrics, median, type StageMetrics, type StepMetrics } from './metrics.ts';

export interface TimelinePart {
  name: string;
  milliseconds: number;
  /** Median of the earlier ones; absent where none had this part. */
  usual?: number;
  cached?: boolean;
  bytes?: number;
}

export interface TimelineStep extends TimelinePart {
  id: StepId;
  stages: TimelinePart[];
}

/** What would shorten the longest part most: one change, and what the estimate rests on. */
export interface SlowHint {
  /** The code of the rule. */
  code: string;
  part: string;
  change: string;
  estimate: string;
  /** Milliseconds that it may save. */
  saves: number;
}

/** Where the time of a deployment went, beside earlier ones. */
export interface Timeline {
  deploymentId: string;
  project: string;
  milliseconds: number;
  usual?: number;
  /** So many earlier successes stand beside it. */
  compared: number;
  steps: TimelineStep[];
  hint?: SlowHint;
}

/** Pure. `earlier` are the metrics of successes of the same project and operation. */
export function timelineOf(metrics: Metrics, earlier: readonly Metrics[]): Timeline {
  return {
    deploymentId: metrics.deploymentId,
    project: metrics.project,
    milliseconds: metrics.milliseconds,
    ...usualOf(earlier.map((each) => each.milliseconds)),
    compared: earlier.length,
    steps: metrics.steps.map((step) => timelineStep(step, earlier)),
  };
}

/** Whether a difference is worth a word: a second at least, and a quarter of what is usual. */
export function isUnusual(milliseconds: number, usual: number): boolean {
  return Math.abs(milliseconds - usual) >= Math.max(1_000, usual / 4);
}

function timelineStep({ id, milliseconds, stages }: StepMetrics, earlier: readonly Metrics[]): TimelineStep {
  const before = earlier.flatMap((each) => each.steps.filter((step) => step.id === id));
  const named = before.flatMap((step) => step.stages);
  return {
    id,
    name: allSteps.find((step) => step.id === id)?.label ?? id,
    milliseconds,
    ...usualOf(before.map((step) => step.milliseconds)),
    stages: stages.map((stage) => ({ ...stage, ...usualOf(timesOf(named, stage.name)) })),
  };
}

function timesOf(stages: readonly StageMetrics[], name: string): number[] {
  return stages.filter((stage) => stage.name === name).map((stage) => stage.milliseconds);
}

function usualOf(times: readonly number[]): { usual?: number } {
  const usual = median(times);
  return usual === undefined ? {} : { usual };
}
