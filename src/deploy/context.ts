import type { DeployEvent } from '../shared/events.ts';
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

/** The hooks by which a long piece of work is watched and stopped; every service function takes them. */
export interface Hooks {
  signal: AbortSignal;
  /** One line of what the tool (git, Docker) said; without a line end. */
  log(line: string): void;
  /** `fraction` 0 to 1 of this piece of work; `detail` says of what. */
  progress(fraction: number, detail: string): void;
}

export type Emit = (event: DeployEvent) => void;
