import { styleText } from 'node:util';
import type { Cause } from '../shared/cause.ts';
import type { Failure } from '../shared/errors.ts';
import { failureCard, inWords } from '../shared/failureCard.ts';

const shownLines = 20;

/** Where to: the answer to a question goes to stdout, everything else to stderr. */
type Out = Pick<NodeJS.WriteStream, 'write'>;

/** A failure as people read it: the sentence, which task and what it said last, what to do, and what else was seen. */
export function printFailure(failure: Failure, { verbose = false, out = process.stderr as Out } = {}): void {
  const { title, cause, facts, lines, remedy, others } = failureCard(failure);
  print(out, [
    `${styleText('red', '✗')} ${title}`,
    ...(cause ? [`  ${cause}`] : []),
    ...facts.map(({ label, text }) => `  ${label.padEnd(12)} ${text}`),
    ...quoted(verbose ? lines : lines.slice(-shownLines)),
    `  ${remedy.text}`,
    ...others.map((other) => styleText('gray', `  Seen as well: ${inWords(other)}`)),
  ]);
}

/** The same for causes that belong to no deployment. */
export function printCauses(causes: readonly Cause[], out: Out): void {
  for (const [index, cause] of causes.entries()) {
    const mark = styleText(index === 0 ? 'red' : 'gray', '✗');
    print(out, [`${mark} ${inWords(cause)}`, ...quoted(cause.lines), `  ${cause.remedy}`]);
  }
}

function quoted(lines: readonly string[]): string[] {
  return lines.map((each) => styleText('gray', `  │ ${each}`));
}

function print(out: Out, lines: readonly string[]): void {
  out.write(lines.map((line) => `${line}\n`).join(''));
}
