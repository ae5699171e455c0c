import type { Certainty } from '../shared/cause.ts';
import { buildRules } from './buildErrors.ts';
import { cleanLine } from './cleanLine.ts';
import { runtimeRules } from './crash.ts';
import { ownFrame, type SourcePlace, sourceIn } from './frames.ts';
import { gitRules } from './gitErrors.ts';
import { belongsTo, isConsequence, isError, mayBeError, tableRow, withoutPrefix } from './logLines.ts';
import { registryRules } from './registryErrors.ts';
import type { Offer, Reading, TextRule } from './rule.ts';
import { explain, firstHit } from './table.ts';
import { cut, oneLine, sentence } from './text.ts';
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

/** An unfinished error: its first line, and those that belong to it. */
interface Block {
  line: number;
  lines: string[];
  /** A line of its own above it that names a file: ESLint and BuildKit say so where it is. */
  above: string;
}

/** Begins the part of a step in the log of a deployment. */
const heading = '== ';
/** `/app/src/app.js`, `Dockerfile:14` */
const placeAlone = /^\s{0,4}(?:\S*Dockerfile\S*:\d+|[\w@./\\-]*[./\\][\w@./\\-]*\.\w{1,5})\s*$/;

const longestLine = 4_000;
const longestBlock = 80;
const mostErrors = 1_000;
const mostAgain = 20;

export type LogErrorReader = ReturnType<typeof createLogErrorReader>;

/** Finds errors while lines come in, so that a live log or one of 100 MB can be read in pieces. Pure but for its own memory. */
export function createLogErrorReader() {
  const errors = new Map<string, LogError>();
  const known = new Map<string, boolean>();
  let section = '';
  let line = 0;
  let block: Block | undefined;
  let above = '';

  function close(): void {
    if (block) keep(block);
    block = undefined;
  }

  function keep(given: Block): void {
    const key = shapeOf(given.lines[0] ?? '') + (given.lines.length > 1 ? shapeOf(given.lines.at(-1) ?? '') : '');
    const same = errors.get(key);
    if (same) {
      same.count++;
      if (same.again.length < mostAgain) same.again.push(given.line);
    } else if (errors.size < mostErrors) errors.set(key, errorOf(given, section));
  }

  return {
    add(raw: string): void {
      line++;
      const mayMatter = mayBeError(raw);
      if (!block && !mayMatter && !isLandmark(raw)) return;
      const text = withoutPrefix(cleanLine(raw.length > longestLine ? raw.slice(0, longestLine) : raw));
      if (block && block.lines.length < longestBlock && belongsTo(text, block.lines)) {
        block.lines.push(text);
        return;
      }
      close();
      if (text.startsWith(heading)) section = text.slice(heading.length).trim();
      else if (mayMatter && isError(text, known)) block = { line, lines: [text], above };
      else if (placeAlone.test(text)) above = text.trim();
    },
    /** What was found by now, in the order of the log. */
    errors(): LogError[] {
      close();
      return [...errors.values()];
    },
  };
}

/** The errors of a whole log. */
export function findLogErrors(log: string | Iterable<string>): LogError[] {
  const reader = createLogErrorReader();
  if (typeof log !== 'string') {
    for (const line of log) reader.add(line);
    return reader.errors();
  }
  for (let from = 0; from < log.length; ) {
    const end = log.indexOf('\n', from);
    const to = end < 0 ? log.length : end;
    reader.add(log.slice(from, to));
    from = to + 1;
  }
  return reader.errors();
}

/** A heading, or a file by its name alone: what is no error and yet tells where one stands. */
function isLandmark(raw: string): boolean {
  return raw.startsWith(heading) || (raw.length < 200 && raw.indexOf(' ', 12) < 0 && /\.\w{1,5}\s*$|:\d+$/.test(raw));
}

/** What differs from one time to the next does not make another error; what names a place in the source does. */
function shapeOf(line: string): string {
  const part = line.slice(0, 300);
  return /\.\w{1,5}[:(]\d/.test(part) ? part : part.replace(/\d+/g, '#');
}

function errorOf({ line, lines: raw, above }: Block, section: string): LogError {
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
      cause: sentence(reading.cause),
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
