import { cleanLine } from './cleanLine.ts';
import { type Block, errorOf, type LogError } from './logError.ts';
import { belongsTo, isError, mayBeError, withoutPrefix } from './logLines.ts';

export type { LogError } from './logError.ts';

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
