import type { Cause, FailedTask } from './cause.ts';
import type { Failure, Remedy, RemedyAction } from './errors.ts';
import {
  type DeployEvent,
  type DeployEventType,
  type Figures,
  figureNames,
  type Stage,
  type StepId,
  steps,
} from './events.ts';
import { deploymentStatuses } from './models.ts';
import type { Progress, StepProgress } from './progress.ts';
import { type Check, flag, id, list, maybe, number, oneOf, shape, text } from './shape.ts';
import type { Timeline } from './timeline.ts';

// Events and what is made of them, when they come from outside.

const remedy: Check<Remedy> = shape({ text, action: maybe(text as Check<RemedyAction>) });
const cause: Check<Cause> = shape({
  code: text,
  cause: text,
  certainty: oneOf(['certain', 'likely', 'possible']),
  lines: list(text),
  remedy: text,
  action: maybe(text as Check<RemedyAction>),
});
const failedTask: Check<FailedTask> = shape({
  id: text,
  container: text,
  exitCode: maybe(number),
  reason: text,
  health: maybe(text),
  lastLines: list(text),
});
export const failure: Check<Failure> = shape({
  code: text as Check<Failure['code']>,
  message: text,
  remedy,
  detail: maybe(text),
  causes: maybe(list(cause)),
  task: maybe(failedTask),
});

const stepId: Check<StepId> = oneOf(steps.map((step) => step.id));
const stageFields = { name: text, startedAt: number, endedAt: number, cached: maybe(flag), bytes: maybe(number) };
const stage: Check<Stage> = shape(stageFields);
const figure = maybe(number);
const figures: Check<Figures> = shape(
  Object.fromEntries(figureNames.map((name) => [name, figure])) as Record<keyof Figures, typeof figure>,
);
const stepProgress: Check<StepProgress> = shape({
  id: stepId,
  label: text,
  state: oneOf(['waiting', 'running', 'succeeded', 'skipped', 'failed', 'cancelled']),
  fraction: number,
  detail: text,
  startedAt: maybe(number),
  endedAt: maybe(number),
  stages: maybe(list(stage)),
});
export const progress: Check<Progress> = shape({
  deploymentId: id,
  projectName: text,
  operation: oneOf(['deploy', 'rollback']),
  status: oneOf(deploymentStatuses),
  percent: number,
  steps: list(stepProgress),
  warnings: list(text),
  figures: maybe(figures),
  failure: maybe(failure),
  url: maybe(text),
  startedAt: number,
  endedAt: maybe(number),
});

const part = { name: text, milliseconds: number, usual: maybe(number), cached: maybe(flag), bytes: maybe(number) };
export const timeline: Check<Timeline> = shape({
  deploymentId: id,
  project: text,
  milliseconds: number,
  usual: maybe(number),
  compared: number,
  steps: list(shape({ ...part, id: stepId, stages: list(shape(part)) })),
  hint: maybe(shape({ code: text, part: text, change: text, estimate: text, saves: number })),
});

const eventFields: Record<DeployEventType, Check<unknown>> = {
  'deployment-started': shape({ projectName: text, operation: oneOf(['deploy', 'rollback']), steps: list(stepId) }),
  'step-started': shape({ step: stepId }),
  'step-progress': shape({ step: stepId, fraction: number, detail: text }),
  'step-succeeded': shape({ step: stepId, summary: text, skipped: maybe(flag) }),
  'step-failed': shape({ step: stepId, failure }),
  stage: shape({ step: stepId, ...stageFields }),
  measured: shape({ figures }),
  log: shape({ step: stepId, lines: list(text) }),
  warning: shape({ message: text }),
  'failure-known': shape({ failure }),
  'deployment-finished': shape({
    status: oneOf(deploymentStatuses),
    failure: maybe(failure),
    url: maybe(text),
  }),
};
const stamped = shape({ type: oneOf(Object.keys(eventFields) as DeployEventType[]), deploymentId: id, at: number });
export const deployEvent: Check<DeployEvent> = (value): value is DeployEvent =>
  stamped(value) && eventFields[value.type](value);
