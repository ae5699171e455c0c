import { styleText } from 'node:util';
import type { Cause } from '../shared/cause.ts';
import type { Failure } from '../shared/errors.ts';
import { failureCard, inWords } from '../shared/failureCard.ts';
import { line } from './print.ts';

const shownLines = 20;

/** A failure as people read it: the sentence, which task and what it said last, what to do, and what else was seen. */
export function printFailure(failure: Failure, { verbose = false } = {}): void {
  const { title, cause, facts, lines, remedy, others } = failureCard(failure);
  line(`${styleText('red', '✗')} ${title}`);
  if (cause) line(`  ${cause}`);
  for (const { label, text } of facts) line(`  ${label.padEnd(12)} ${text}`);
  for (const each of verbose ? lines : lines.slice(-shownLines)) line(styleText('gray', `  │ ${each}`));
  line(`  ${remedy.text}`);
  for (const other of others) line(styleText('gray', `  Seen as well: ${inWords(other)}`));
}

/** The same for causes that belong to no deployment. */
export function printCauses(causes: readonly Cause[]): void {
  for (const [index, cause] of causes.entries()) {
    line(`${styleText(index === 0 ? 'red' : 'gray', '✗')} ${inWords(cause)}`);
    for (const each of cause.lines) line(styleText('gray', `  │ ${each}`));
    line(`  ${cause.remedy}`);
  }
}
