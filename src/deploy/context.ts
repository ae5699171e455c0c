import type { Aws } from '../services/aws.ts';
import type { Failure } from '../shared/errors.ts';
import type { DeployEvent, Stage, StepId } from '../shared/events.ts';
import type { Hooks } from '../shared/hooks.ts';
import type { DeploymentFacts, Evidence, FrameworkType, Project } from '../shared/models.ts';
import type { Settings } from '../shared/settings.ts';

type WithoutStamp<Event> = Event extends unknown ? Omit<Event, 'deploymentId' | 'at'> : never;

export type Emit = (event: DeployEvent) => void;

/** What stays constant during one deployment. */
export interface DeployContext {
  readonly deploymentId: string;
  readonly project: Project;
  readonly settings: Settings;
  /** A folder of this deployment alone, removed when it has ended. */
  readonly workDir: string;
  readonly aws: Aws;
  readonly signal: AbortSignal;
  secret(key: string): PromiseLike<string | undefined>;
  /** Whether to go back at once; false where nobody can be asked. */
  confirmRollback(failure: Failure): Promise<boolean>;
  emit(event: WithoutStamp<DeployEvent>): void;
  log(step: StepId, line: string): void;
  /** A part of a step has ended. */
  noteStage(step: StepId, stage: Stage): void;
  /** Writes what is known by now to the record, so that a crash does not lose it. */
  record(facts: RecordedFacts): Promise<void>;
}

export interface RecordedFacts {
  commitSha?: string;
  commitMessage?: string;
  imageTag?: string;
  facts?: Partial<DeploymentFacts>;
  evidence?: Evidence;
  /** What the project was found to be; kept with the project. */
  recognised?: { framework: FrameworkType; kind: string };
}

/** The same for one step: what it logs and how far it is goes under its name. */
export type StepContext = Omit<DeployContext, 'log'> & Required<Hooks>;
