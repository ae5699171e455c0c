import type { Cause } from './cause.ts';
import type { Failure, Remedy } from './errors.ts';

/** Why it failed and what to do, as every face shows it: the tree, the webview and the terminal draw the same card. */
export interface FailureCard {
  /** What failed, in a sentence. */
  title: string;
  /** The plain cause, where the title does not say it already. */
  cause?: string;
  /** Short facts: the task, its exit code, what ECS says, what the health check got. */
  facts: { label: string; text: string }[];
  /** The last lines of the task, or those of the tool that failed. */
  lines: string[];
  remedy: Remedy;
  /** What else was seen. */
  others: Cause[];
}

export function failureCard({ message, causes = [], task, remedy, detail }: Failure): FailureCard {
  const [first, ...others] = causes;
  const isSaid = !first || message.toLowerCase().includes(first.cause.toLowerCase());
  const lines = task?.lastLines.length ? task.lastLines : (detail?.split('\n') ?? []);
  return { title: message, ...(!isSaid && { cause: inWords(first) }), facts: factsOf(task), lines, remedy, others };
}

const doubts = { certain: '', likely: 'Most likely: ', possible: 'Possibly: ' };

/** A cause with how sure it is. */
export function inWords({ cause, certainty }: Cause): string {
  return `${doubts[certainty]}${cause}`;
}

function factsOf(task: Failure['task']): FailureCard['facts'] {
  if (!task) return [];
  return [
    { label: 'Task', text: task.container ? `${task.id} (container ${task.container})` : task.id },
    { label: 'Exit code', text: task.exitCode === undefined ? '' : String(task.exitCode) },
    { label: 'ECS says', text: task.reason },
    { label: 'Health check', text: task.health ?? '' },
  ].filter(({ text }) => text !== '');
}
