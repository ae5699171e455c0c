/** What is known about the service beside its evidence; it makes the sentences concrete. */
export interface DiagnosisContext {
  service: string;
  /** The port on which the service expects the app. */
  port?: number;
  healthPath?: string;
  image?: string;
  /** `X86_64` or `ARM64`. */
  cpuArchitecture?: string;
  /** Memory of the task in MiB. */
  memory?: number;
  /** Unix seconds; what is older belongs to another deployment. */
  launchedAt?: number;
}

/**
 * Where a text stands. `reason` is a container's reason or a task's stopped reason, and also counts inside service events,
 * since ECS repeats it there (“was unable to place a task. Reason: ResourceInitializationError …”).
 */
export type Where = 'reason' | 'stop code' | 'log' | 'exit code' | 'event';

export interface Found {
  /** The text that matched, on one line; log lines are joined with line breaks. */
  text: string;
  /** A group of the match, fit for a sentence; empty when it is not there. */
  name(group?: number): string;
  /** What the failed task wrote. */
  lines: readonly string[];
}

export type Words = string | ((context: DiagnosisContext, found: Found) => string);

/** What the log adds: a plainer cause than ECS can give. */
export interface Reading {
  cause: string;
  remedy: string;
  certain: boolean;
  /** The lines that show it. */
  lines: string[];
}

export interface Rule {
  /** The row of the table of known signatures: stable, several rules may share one. */
  id: string;
  where: Where;
  /** All must match; `found.name` gives the groups of the last one. */
  match: RegExp | readonly RegExp[];
  /** Follows “my-app” did not come up: … */
  cause: Words;
  remedy: Words;
  /** False where the text has more than one usual cause. */
  certain?: false;
  /**
   * `bystander`: may well be normal, so a cause only when there is no better one.
   * `consequence`: only says that tasks failed; never listed beside a cause.
   */
  rank?: 'bystander' | 'consequence';
  /** A plainer cause, from the log. */
  refine?(context: DiagnosisContext, found: Found): Reading | undefined;
}

export const imageOf = ({ image }: DiagnosisContext) => (image ? `the image ${image}` : 'the image');
