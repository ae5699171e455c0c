import type { Certainty } from '../shared/cause.ts';
import { buildRules } from './buildErrors.ts';
import { runtimeRules } from './crash.ts';
import { ownFrame, type SourcePlace, sourceIn } from './frames.ts';
import { gitRules } from './gitErrors.ts';
import { isConsequence, tableRow } from './logLines.ts';
import { registryRules } from './registryErrors.ts';
import type { Offer, Reading, TextRule } from './rule.ts';
import { explain, firstHit } from './table.ts';
import { beginning, cut, oneLine, sentence } from './text.ts';
import { readKnown } from './textRules.ts';

/** An error that a log shows; lines count from 1. */
export interface LogError extends Partial<Offer> {
  line: number;
  /** The end of what belongs to it, such as its stack trace. */
  lastLine: number;
  /** What the log says, on one line. */
  message: string;
  /** False for what only follows from another error: the end of npm, of make, of the build. */
  root: boolean;
  /** How often it is there; `again` are the lines of the next ones, at most 20. */
  count: number;
  again: number[];
  /** By the table, where it is known. */
  code?: string;
  cause?: string;
  remedy?: string;
  certainty?: Certainty;
  /** The place in the source that it names: the first that is the user's own. */
  source?: SourcePlace;
}

/** What an error is made of: its first line, and those that belong to it. */
export interface Block {
  line: number;
  lines: string[];
  /** A line of its own above it that names a file: ESLint and BuildKit say so where it is. */
  above: string;
}

/** Reads what the lines of one error tell. */
export function errorOf({ line, lines: raw, above }: Block, section: string): LogError {
  const lines = raw.map(oneLine);
  const reading = readingOf(lines, section);
  const place = ownFrame(lines) ?? placeAbove(raw[0] ?? '', above);
  const message = messageOf(lines, reading);
  return {
    line,
    lastLine: line + lines.length - 1,
    message,
    root: !isConsequence(message, lines),
    count: 1,
    again: [],
    ...(reading && {
      code: reading.code,
      cause: beginning(sentence(reading.cause)),
      remedy: sentence(reading.remedy),
      certainty: reading.certainty,
      ...reading.offer,
    }),
    ...(place && { source: place }),
  };
}

function placeAbove(first: string, above: string): SourcePlace | undefined {
  const [, line, column] = tableRow.exec(first) ?? [];
  if (line) return { file: above, line: Number(line), column: Number(column) };
  return /failed to solve|did not complete/.test(first) ? sourceIn(above) : undefined;
}

/** A trace in Python and a report of npm say it in their later lines, all others in the first. */
function messageOf(lines: readonly string[], reading: Reading | undefined): string {
  const [first = ''] = lines;
  const isTrace = /^Traceback /.test(first);
  const isReport = /^(?:npm|gyp|yarn|pnpm)\b/.test(first);
  const telling = isTrace
    ? lines.findLast(
        (line) => /^[\w.]+(?:Error|Exception|Exit|Interrupt|Warning)?\b.*/.test(line) && !/^File "/.test(line),
      )
    : isReport && reading?.lines.find((line) => lines.includes(line) && !/^npm \S+ code/.test(line));
  return cut(telling || first, 300);
}

const rulesOf: Record<string, readonly TextRule[]> = {
  'Clone repository': gitRules,
  'Build image': buildRules,
  'Push image': registryRules,
};
const context = { service: '' };

/** By the rules of the step that the lines stand in; where that is not known, those of apps and then those of builds. */
function readingOf(lines: readonly string[], section: string): Reading | undefined {
  const event = firstHit(['reason', 'event'], lines[0] ?? '', []);
  if (event && !event.rule.rank && /^\(service |^A task has stopped|Error: /.test(lines[0] ?? ''))
    return explain(event, context);
  const rules = rulesOf[section];
  const readings = rules
    ? readKnown(rules, lines, context)
    : [...readKnown(runtimeRules, lines, context), ...readKnown(buildRules, lines, context)];
  return readings.find(({ certainty }) => certainty !== 'possible');
}
