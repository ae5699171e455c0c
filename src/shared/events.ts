import type { Failure } from './errors.ts';
import type { DeploymentStatus } from './models.ts';

/** The ten steps in their order, each with the part of the whole (percent) that it fills. */
export const steps = [
  { id: 'record', label: 'Initialize record', range: [0, 10] },
  { id: 'clone', label: 'Clone repository', range: [10, 20] },
  { id: 'detect', label: 'Detect framework', range: [20, 25] },
  { id: 'commit', label: 'Read commit', range: [25, 30] },
  { id: 'build', label: 'Build image', range: [30, 50] },
  { id: 'authenticate', label: 'Authenticate with ECR', range: [50, 55] },
  { id: 'push', label: 'Push image', range: [55, 70] },
  { id: 'register', label: 'Register task definition', range: [70, 80] },
  { id: 'deploy', label: 'Deploy service', range: [80, 90] },
  { id: 'monitor', label: 'Monitor health', range: [90, 100] },
] as const satisfies readonly { id: string; label: string; range: readonly [number, number] }[];

export type StepId = (typeof steps)[number]['id'];

/** A part of a step with its own time, told when it has ended: an instruction of the build, a layer, a phase of the rollout. */
export interface Stage {
  name: string;
  /** Milliseconds since 1970. */
  startedAt: number;
  endedAt: number;
  /** Nothing had to be done: it was in the build cache, or in the registry. */
  cached?: boolean;
  bytes?: number;
}

export const figureNames = [
  'contextBytes',
  'contextFiles',
  'imageBytes',
  'pushAttempts',
  'desiredTasks',
  'failedTasks',
  'maximumPercent',
  'targetGroups',
  'gracePeriodSeconds',
  'healthIntervalSeconds',
  'healthStartSeconds',
  'targetIntervalSeconds',
  'targetHealthyThreshold',
  'deregistrationSeconds',
] as const;
/** What was measured, by name; each is absent until it is known. */
export type Figures = { [name in (typeof figureNames)[number]]?: number };

/** What happened in a deployment. `at` is milliseconds since 1970. Plain data; the CLI's `--json` prints these as they are. */
export type DeployEvent = { deploymentId: string; at: number } & (
  | { type: 'deployment-started'; projectName: string; operation: 'deploy' | 'rollback'; steps: StepId[] }
  | { type: 'step-started'; step: StepId }
  /** `fraction` of the step, 0 to 1; `detail` says of what, such as `12.4 of 30.1 MB`. */
  | { type: 'step-progress'; step: StepId; fraction: number; detail: string }
  /** `summary` is the step's result in a few words; `skipped` when nothing had to be done. */
  | { type: 'step-succeeded'; step: StepId; summary: string; skipped?: boolean }
  | { type: 'step-failed'; step: StepId; failure: Failure }
  | ({ type: 'stage'; step: StepId } & Stage)
  | { type: 'measured'; figures: Figures }
  | { type: 'log'; step: StepId; lines: string[] }
  | { type: 'warning'; message: string }
  /** Certain to fail, and why; the deployment's own end comes when it has been rolled back. */
  | { type: 'failure-known'; failure: Failure }
  | { type: 'deployment-finished'; status: DeploymentStatus; failure?: Failure; url?: string }
);

export type DeployEventType = DeployEvent['type'];
