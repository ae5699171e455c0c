import type { DeployEvent, StepId } from '../shared/events.ts';
import type { DeploymentFacts, Evidence, Project } from '../shared/models.ts';
import type { Settings } from '../shared/settings.ts';

/** Where secrets are kept; vscode.SecretStorage fits by its shape. */
export interface Secrets {
  get(key: string): PromiseLike<string | undefined>;
  store(key: string, value: string): PromiseLike<void>;
  delete(key: string): PromiseLike<void>;
}

/** What VS Code and a terminal do differently. */
export interface Host {
  /** Absolute path of the folder that is ours: history, logs, work folders, sandbox state. */
  storageDir: string;
  secrets: Secrets;
  settings(): Settings;
  log(line: string): void;
}

/** The hooks by which a long piece of work is watched and stopped; the service functions take them. */
export interface Hooks {
  signal: AbortSignal;
  /** One line of what the tool (git, Docker) said; without a line end. */
  log(line: string): void;
  /** `fraction` 0 to 1 of this piece of work; `detail` says of what. */
  progress(fraction: number, detail: string): void;
}

type WithoutStamp<Event> = Event extends unknown ? Omit<Event, 'deploymentId' | 'at'> : never;

/** What stays constant during one deployment. */
export interface DeployContext {
  readonly deploymentId: string;
  readonly project: Project;
  readonly settings: Settings;
  /** A folder of this deployment alone, removed when it has ended. */
  readonly workDir: string;
  readonly signal: AbortSignal;
  secret(key: string): PromiseLike<string | undefined>;
  emit(event: WithoutStamp<DeployEvent>): void;
  log(step: StepId, line: string): void;
  /** Writes what is known by now to the record, so that a crash does not lose it. */
  record(facts: RecordedFacts): Promise<void>;
}

export interface RecordedFacts {
  commitSha?: string;
  commitMessage?: string;
  imageTag?: string;
  facts?: Partial<DeploymentFacts>;
  evidence?: Evidence;
}

/** The same for one step: what it logs and how far it is goes under its name. */
export interface StepContext extends Omit<DeployContext, 'log'>, Hooks {}
