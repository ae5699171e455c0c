import type { Certainty } from '../shared/cause.ts';
import type { DiagnosisContext, Reading, TextRule } from './rule.ts';
import { sayable } from './text.ts';

interface Match {
  rule: TextRule;
  match: RegExpExecArray;
  /** The line of the last match: the last error of a log is nearly always the one that ended it. */
  line: number;
}

const everywhere = new Map<RegExp, RegExp>();

/** The same pattern, for all its matches. */
function global(pattern: RegExp): RegExp {
  const known = everywhere.get(pattern) ?? new RegExp(pattern, `${pattern.flags}g`);
  everywhere.set(pattern, known);
  return known;
}

/**
 * All rows that match, best first: what was said last, then what is only general; of one line the first row counts.
 * `shown` are the lines that are given as proof, where not all of them are searched.
 */
export function readKnown(
  rules: readonly TextRule[],
  searched: readonly string[],
  context: DiagnosisContext,
  shown: readonly string[] = searched,
): Reading[] {
  const text = searched.join('\n');
  const found = rules.flatMap((rule) => matchOf(rule, text) ?? []);
  const telling = found.filter(({ rule }) => !rule.general);
  const lines = new Map<number, Match>();
  for (const each of telling.length > 0 ? telling : found.slice(0, 1)) {
    if (!lines.has(each.line)) lines.set(each.line, each);
  }
  const best = [...lines.values()].sort((a, b) => b.line - a.line);
  // Several that have nothing in common: the last one is the best guess, no more.
  return best.map((each) => readingOf(each, best.length === 1, shown, context));
}

function matchOf(rule: TextRule, text: string): Match | undefined {
  const all = [...text.matchAll(global(rule.match))];
  const [first, last] = [all[0], all.at(-1)];
  return first && last && { rule, match: rule.first ? first : last, line: lineOf(text, last.index) };
}

function readingOf(
  { rule, match }: Match,
  isSure: boolean,
  lines: readonly string[],
  context: DiagnosisContext,
): Reading {
  // Several alternatives of one pattern each have their own group: what counts is which of them is there, in order.
  const groups = match.slice(1).filter((group) => group !== undefined);
  const name = (group = 1) => sayable(groups[group - 1], 100);
  const words = (text: TextRule['cause']) => (typeof text === 'string' ? text : text(name, context));
  const first = lineOf(match.input, match.index);
  const certainty: Certainty = rule.certainty ?? (isSure ? 'certain' : 'likely');
  return {
    code: rule.id,
    cause: words(rule.cause),
    remedy: words(rule.remedy),
    certainty,
    lines: around(lines, first, first + lineOf(match[0], match[0].length)),
    offer: rule.offer?.(name, context),
  };
}

function lineOf(text: string, at: number): number {
  let line = 0;
  for (let next = text.indexOf('\n'); next >= 0 && next < at; next = text.indexOf('\n', next + 1)) line++;
  return line;
}

/** A trace stands above its error in Python and below it nearly everywhere else. */
export function around(lines: readonly string[], first: number, last: number): string[] {
  return lines.slice(Math.max(0, first - 3), Math.min(last, first + 3) + 4);
}
