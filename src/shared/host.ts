import type { Failure } from './errors.ts';
import type { Settings } from './settings.ts';

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
  /** Asks whether a rollout that is certain to fail for this reason shall be rolled back now; absent where nobody can be asked. */
  confirmRollback?(failure: Failure): Promise<boolean>;
}
