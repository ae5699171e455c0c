import { appErrors } from './appErrors.ts';
import { dataErrors } from './dataErrors.ts';
import { ownFrame } from './frames.ts';
import { imageErrors } from './imageErrors.ts';
import { moduleErrors } from './moduleErrors.ts';
import { reachErrors } from './reachErrors.ts';
import { type DiagnosisContext, openFile, type Reading, type TextRule } from './rule.ts';
import { sayable } from './text.ts';
import { around, readKnown } from './textRules.ts';

/** What an app writes before it ends, or while it cannot become ready. */
export const runtimeRules: readonly TextRule[] = [
  ...moduleErrors,
  ...appErrors,
  ...imageErrors,
  ...dataErrors,
  ...reachErrors,
];

/** Lines that say themselves that they are no error: they count only where there is nothing else. */
const minor = /^(?:\S+ ){0,3}\W*(?:warn(?:ing)?|debug)\b/i;

/** The errors of the app in plain words, best first: known ones, or else the first line of its stack trace. */
export function readCrash(lines: readonly string[], context: DiagnosisContext): Reading[] {
  const grave = withoutMinor(lines);
  const known = readKnown(runtimeRules, grave, context, lines);
  if (known.length > 0) return known;
  return [traceOf(grave, lines) ?? readKnown(runtimeRules, lines, context)].flat();
}

export function knownErrors(lines: readonly string[], context: DiagnosisContext): Reading[] {
  const known = readKnown(runtimeRules, withoutMinor(lines), context, lines);
  return known.length > 0 ? known : readKnown(runtimeRules, lines, context);
}

/** Empty in their place, so that the others keep their number. */
export function withoutMinor(lines: readonly string[]): string[] {
  return lines.map((line) => (minor.test(line) ? '' : line));
}

const traces: readonly RegExp[] = [
  /^(?:Uncaught )?(?:[A-Z]\w*)?(?:Error|Exception)(?: \[\w+\])?: .+/,
  /^(?:[a-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Exit|Interrupt): .+/,
  /^panic: .+|^fatal error: .+|^\[?fatal\]?[: ].+/i,
  /\((?:[A-Z]\w*::)*[A-Z]\w*(?:Error|Exception)\)$/,
  /^Exception in thread .+/,
  /^thread '.*' panicked at .+/,
  /^(?:PHP )?Fatal error: .+/,
  /^\[?(?:error|emerg)\]?:? .+/i,
];

function traceOf(searched: readonly string[], lines: readonly string[]): Reading | undefined {
  for (const pattern of traces) {
    const index = searched.findLastIndex((line) => pattern.test(line));
    if (index < 0) continue;
    // Rust names the place first and the message on the line below.
    const words = sayable(/panicked at [^:]+:\d+:\d+:$/.test(lines[index] ?? '') ? lines[index + 1] : lines[index]);
    const frame = ownFrame(lines.slice(Math.max(0, index - 30), index + 30));
    return {
      code: 'S28',
      cause: words
        ? `the app ended with an error: “${words}”.`
        : 'the app ended with an error of its own; its log shows which.',
      remedy: 'Read the lines of the log around that error, correct the cause and deploy again.',
      certainty: 'possible',
      lines: around(lines, index, index),
      offer: frame && openFile(frame.file, String(frame.line), frame.column ? String(frame.column) : ''),
    };
  }
  return undefined;
}
