import type { ActionParameters, Certainty } from '../shared/cause.ts';
import type { RemedyAction } from '../shared/errors.ts';

/** What is known about the service beside its evidence; it makes the sentences concrete. */
export interface DiagnosisContext {
  service: string;
  /** The port on which the service expects the app. */
  port?: number;
  healthPath?: string;
  image?: string;
  /** `X86_64` or `ARM64`. */
  cpuArchitecture?: string;
  /** vCPU units of the task. */
  cpu?: number;
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

/** What a face may do about it at a click. */
export interface Offer {
  action: RemedyAction;
  parameters?: ActionParameters;
}

/** What a text from outside tells: a plainer cause than ECS can give. */
export interface Reading {
  /** The row that read it. */
  code: string;
  cause: string;
  remedy: string;
  certainty: Certainty;
  /** The lines that show it. */
  lines: string[];
  offer?: Offer;
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
  /** Absent where the text can mean nothing else. */
  certainty?: Certainty;
  offer?(context: DiagnosisContext, found: Found): Offer;
  /**
   * `bystander`: may well be normal, so a cause only when there is no better one.
   * `consequence`: only says that tasks failed; never given as a cause.
   */
  rank?: 'bystander' | 'consequence';
  /** A plainer cause, from the log. */
  refine?(context: DiagnosisContext, found: Found): Reading | undefined;
}

type Name = (group?: number) => string;

/** A row about a text with many lines: the log of an app or of a build, what git, a registry or an API said. */
export interface TextRule {
  id: string;
  /** Runs over all lines, joined with line breaks. Of several alternatives only the groups that matched count, in order. */
  match: RegExp;
  /** `name` gives a group of the match, fit for a sentence, or empty. */
  cause: string | ((name: Name, context: DiagnosisContext) => string);
  remedy: string | ((name: Name, context: DiagnosisContext) => string);
  /** Absent where the text can mean nothing else. */
  certainty?: Certainty;
  offer?(name: Name, context: DiagnosisContext): Offer;
  /** Says less than others do: counts only where none of those matches. */
  general?: true;
  /** Of several matches the first is shown: what a compiler says after it often follows from it. */
  first?: true;
}

export const imageOf = ({ image }: DiagnosisContext) => (image ? `the image ${image}` : 'the image');

export const retry = (): Offer => ({ action: 'retry' });

export const setVariable = (name: Name): Offer => ({ action: 'set-variable', parameters: { variable: name() } });

/** Opens a file that a text names, at its line where it has one. */
export function openFile(file: string, line = '', column = ''): Offer {
  const position = { ...(line && { line: Number(line) }), ...(column && { column: Number(column) }) };
  return { action: 'open-file', parameters: { file, ...position } };
}

export function rebuild({ cpuArchitecture }: DiagnosisContext): Offer {
  return { action: 'rebuild', parameters: { platform: platformOf(cpuArchitecture) } };
}

export function platformOf(cpuArchitecture: string | undefined): 'linux/amd64' | 'linux/arm64' {
  return cpuArchitecture === 'ARM64' ? 'linux/arm64' : 'linux/amd64';
}
