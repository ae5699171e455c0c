import type { Entry } from './catalogue/entry.ts';
import { catalogue } from './catalogue.ts';
import type { ActionParameters, Cause, FailedTask } from './cause.ts';
import { redact } from './redact.ts';

/** Plain data, so that a failure reaches webview, terminal and history unchanged. */
export interface Failure {
  code: FailureCode;
  /** One sentence: what went wrong, in the user's words. */
  message: string;
  remedy: Remedy;
  /** What the tool itself said, cleaned of secrets; shown on demand. */
  detail?: string;
  /** By rules alone: the cause that the message names first, then the others that were seen. */
  causes?: Cause[];
  /** The task that shows it, when a rollout failed. */
  task?: FailedTask;
}

export interface Remedy {
  /** One sentence: what to do. */
  text: string;
  /** What a face may offer as a button. */
  action?: RemedyAction;
  parameters?: ActionParameters;
}

export type RemedyAction =
  | 'retry'
  | 'show-log'
  | 'set-aws-credentials'
  | 'set-git-credentials'
  | 'set-claude-key'
  | 'set-up-vault'
  | 'choose-claude-model'
  | 'edit-project'
  | 'start-sandbox'
  | 'show-running'
  // Those that a known cause offers; what they need is in `parameters`.
  | 'raise-memory'
  | 'set-health-path'
  | 'set-port'
  | 'set-variable'
  | 'rebuild'
  | 'roll-back'
  | 'open-file';

export class DeployError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure, cause?: unknown) {
    super(failure.message, { cause });
    this.name = 'DeployError';
    this.failure = failure;
  }
}

export type FailureCode = keyof typeof catalogue;

/** Makes the error for one entry of the catalogue: `throw fail('BranchNotFound', branch, url)`. */
export function fail<Code extends FailureCode>(code: Code, ...args: Parameters<(typeof catalogue)[Code]>): DeployError {
  // TypeScript cannot see that the arguments belong to this very entry.
  const entry = (catalogue[code] as (...values: unknown[]) => Entry)(...args);
  return new DeployError({
    code,
    message: redact(entry.message),
    remedy: {
      text: entry.remedy,
      ...(entry.action && { action: entry.action }),
      ...(entry.parameters && { parameters: entry.parameters }),
    },
    ...(entry.detail && { detail: redact(entry.detail) }),
  });
}

/** The same failure with what is known of its causes; the first one's remedy takes the place of the general one. */
export function withCauses(failure: Failure, causes: Cause[], task?: FailedTask): Failure {
  const [first] = causes;
  if (!first && !task) return failure;
  const { action = failure.remedy.action, parameters } = first ?? {};
  const remedy = {
    text: first?.remedy ?? failure.remedy.text,
    ...(action && { action }),
    ...(parameters && { parameters }),
  };
  return { ...failure, remedy, ...(first && { causes }), ...(task && { task }) };
}

/** Words for anything that was thrown; what is not in the catalogue becomes `Unexpected`. */
export function toFailure(error: unknown): Failure {
  if (error instanceof DeployError) return error.failure;
  if (isAbort(error)) return fail('Cancelled').failure;
  const code = (error as { code?: unknown } | undefined)?.code;
  if (code === 'ENOSPC') return fail('DiskFull', pathOf(error)).failure;
  if (code === 'EACCES' || code === 'EROFS') return fail('StorageNotWritable', pathOf(error), messageOf(error)).failure;
  return fail('Unexpected', messageOf(error)).failure;
}

export function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || (error as { code?: unknown }).code === 'ABORT_ERR');
}

/** The message of whatever was thrown, never empty. */
export function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message || error.name;
  return typeof error === 'string' && error ? error : 'no further details';
}

function pathOf(error: unknown): string {
  const path = (error as { path?: unknown }).path;
  return typeof path === 'string' ? path : 'a file';
}
