import { appErrors } from './appErrors.ts';
import { reachErrors } from './reachErrors.ts';
import type { Reading } from './rule.ts';
import { sayable } from './text.ts';

/** What an app wrote before it ended; the last match counts, since what comes first is often only a warning. */
export interface LogRule {
  /** Runs over all lines, joined with line breaks. */
  match: RegExp;
  /** `name` gives a group of the match, fit for a sentence, or empty. */
  cause(name: (group?: number) => string, port: number | undefined): string;
  remedy: string | ((name: (group?: number) => string, port: number | undefined) => string);
}

/** Lines that say themselves that they are no error: they count only where there is nothing else. */
const minor = /^(?:\S+ ){0,3}\W*(?:warn(?:ing)?|debug)\b/i;

/** The error of the app in plain words: a known one, or else the first line of its stack trace. */
export function readCrash(lines: readonly string[], port?: number): Reading | undefined {
  const grave = withoutMinor(lines);
  return firstKnown(grave, lines, port) ?? traceOf(grave, lines) ?? firstKnown(lines, lines, port);
}

/** `port` is the one on which the service expects the app. */
export function knownError(lines: readonly string[], port?: number): Reading | undefined {
  return firstKnown(withoutMinor(lines), lines, port) ?? firstKnown(lines, lines, port);
}

/** Empty in their place, so that the others keep their number. */
function withoutMinor(lines: readonly string[]): string[] {
  return lines.map((line) => (minor.test(line) ? '' : line));
}

function firstKnown(
  searched: readonly string[],
  lines: readonly string[],
  port: number | undefined,
): Reading | undefined {
  const text = searched.join('\n');
  for (const rule of [...appErrors, ...reachErrors]) {
    const match = [...text.matchAll(new RegExp(rule.match, `${rule.match.flags}g`))].at(-1);
    if (match) return readingOf(rule, match, lines, port);
  }
  return undefined;
}

function readingOf(rule: LogRule, match: RegExpExecArray, lines: readonly string[], port: number | undefined): Reading {
  // Several alternatives of one pattern each have their own group: what counts is which of them is there, in order.
  const groups = match.slice(1).filter((group) => group !== undefined);
  const name = (group = 1) => sayable(groups[group - 1], 100);
  const first = match.input.slice(0, match.index).split('\n').length - 1;
  const last = first + match[0].split('\n').length - 1;
  return {
    cause: rule.cause(name, port),
    remedy: typeof rule.remedy === 'string' ? rule.remedy : rule.remedy(name, port),
    certain: true,
    lines: around(lines, first, last),
  };
}

const traces: readonly RegExp[] = [
  /^(?:Uncaught )?(?:[A-Z]\w*)?(?:Error|Exception)(?: \[\w+\])?: .+/,
  /^(?:[a-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Exit|Interrupt): .+/,
  /^panic: .+|^fatal error: .+|^\[?fatal\]?[: ].+/i,
  /\((?:[A-Z]\w*::)*[A-Z]\w*(?:Error|Exception)\)$/,
  /^Exception in thread .+/,
  /^thread '.*' panicked at .+/,
  /^\[?(?:error|emerg)\]?:? .+/i,
];

function traceOf(searched: readonly string[], lines: readonly string[]): Reading | undefined {
  for (const pattern of traces) {
    const index = searched.findLastIndex((line) => pattern.test(line));
    if (index < 0) continue;
    // Rust names the place first and the message on the line below.
    const words = sayable(/panicked at [^:]+:\d+:\d+:$/.test(lines[index] ?? '') ? lines[index + 1] : lines[index]);
    return {
      cause: words
        ? `the app ended with an error: “${words}”.`
        : 'the app ended with an error of its own; its log shows which.',
      remedy: 'Read the lines of the log around that error, correct the cause and deploy again.',
      certain: false,
      lines: around(lines, index, index),
    };
  }
  return undefined;
}

/** A trace stands above its error in Python and below it nearly everywhere else. */
function around(lines: readonly string[], first: number, last: number): string[] {
  return lines.slice(Math.max(0, first - 3), Math.min(last, first + 3) + 4);
}
