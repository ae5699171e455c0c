import { buildRules } from './buildErrors.ts';
import { runtimeRules } from './crash.ts';
import { gitRules } from './gitErrors.ts';
import { registryRules } from './registryErrors.ts';

/** Words of which one is in every error; a line without any is ordinary, and that is nearly every line. */
const hint =
  /err|exception|fail|denied|refused|not found|no such|cannot|can't|could not|unable|missing|panic|fatal|killed|traceback|undefined|not set|required|invalid|unsupported|memory|no space|already in use|critical|aborted|violation|\.go:\d|✖|✘/i;

/** What a line begins with before its own words: times, levels in brackets, BuildKit's number, a container's name. */
const prefix =
  /^(?:\s*\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d[\d.,]*(?:Z|[+-]\d\d:?\d\d)?\]?\s*|#\d+ (?:\d+\.\d+ )?|\d\d:\d\d:\d\d[\d.,]*\s+|!!\s+|![ ]{2})+/;

/** Whether a line can be an error at all. */
export const mayBeError = (raw: string): boolean => hint.test(raw);

export function withoutPrefix(line: string): string {
  return line.replace(prefix, '');
}

/** Lines that call themselves an error, each by the way of its tool. */
const strong = new RegExp(
  [
    // `TypeError: …`, `java.lang.IllegalStateException: …`, `Uncaught Error …`, `[ERR_X]: …`
    '^(?:Uncaught |Unhandled |Caused by: |Exception in thread .{1,60}? )?(?:[\\w$]+[.:]{1,2})*(?:[A-Z]\\w*)?(?:Error|Exception|Fault)\\b(?: \\[\\w+\\])?(?::|$)',
    '^(?:error|fatal|panic|critical|emerg|alert|fatal error)(?:\\[\\w+\\])?(?::| -| TS\\d)',
    // levels: `[ERROR] …`, `level=error`, `"level":"error"`, `ERROR in ./src`
    '^[\\[(<|]?\\s?(?:ERROR|FATAL|CRITICAL|CRIT|EMERG|PANIC|SEVERE|error|fatal|emerg)\\s?[\\])>|:]|^(?:ERROR|FATAL|CRITICAL|SEVERE)\\b',
    '\\blevel"?[=:]\\s?"?(?:error|fatal|panic|critical)\\b|\\b(?:ERROR|FATAL|CRITICAL)\\b (?:\\[|\\d|in |[\\w.]+ [-:])|\\[(?:error|emerg|crit|alert)\\]',
    '^npm (?:ERR!|error)|^gyp ERR!|^(?:yarn|pnpm)? ?(?:error|ERR_)\\b|ERR_PNPM_\\w+',
    '^Traceback \\(most recent call last\\)|^panic: |^thread .{1,80} panicked at|^PHP (?:Fatal|Parse) error|^(?:Fatal|Parse) error:',
    // compilers
    '\\berror (?:TS|CS|C|LNK|NU|MSB)\\d+:|^error\\[E\\d+\\]|:\\d+(?::\\d+)?:? (?:fatal )?error\\b|^\\.{0,2}/?[\\w./-]+\\.go:\\d+:\\d+: |^\\s+\\d+:\\d+\\s+(?:error|✖)\\s|^\\[ERROR\\] ',
    '^ ?> \\[.*(?:RUN|COPY|ADD) |^ERROR: |^E: |^make(?:\\[\\d+\\])?: \\*\\*\\*|^Killed$|Segmentation fault|core dumped',
    'failed to (?:solve|compute cache key)|returned a non-zero code|did not complete successfully|dockerfile parse error|unknown instruction|^(?:COPY|ADD) failed',
  ].join('|'),
);

/** What says that there is no error, or that it is none. */
const harmless =
  /\b(?:0|no|without) (?:errors?|failures|vulnerabilities)\b|"errors?": ?(?:\[\]|null|0|false|"")|\berrors?[=:] ?(?:0|null|nil|none|false)\b|^(?:\S+ ){0,3}\W*(?:warn(?:ing)?|debug|info|trace|notice)\b|\berror(?:s)? (?:handler|page|boundary|handling)\b/i;

const known = [...runtimeRules, ...buildRules, ...gitRules, ...registryRules].filter(({ general }) => !general);
/** So many different lines are looked up in the table; a log has few that are conspicuous and of many kinds. */
const mostLookedUp = 3_000;

/** `memory` remembers which lines of the same words were errors: to look in the whole table for each would take minutes. */
export function isError(line: string, memory: Map<string, boolean>): boolean {
  if (harmless.test(line)) return false;
  if (strong.test(line)) return true;
  const shape = line.slice(0, 200).replace(/\d+/g, '#');
  const before = memory.get(shape);
  if (before !== undefined) return before;
  if (memory.size >= mostLookedUp) return false;
  const found = known.some(({ match }) => match.test(line));
  memory.set(shape, found);
  return found;
}

/** A row below the name of a file, as ESLint writes it. */
export const tableRow = /^\s+(\d{1,7}):(\d{1,5})\s+(?:error|✖)\s/;

const indented = /^(?:\s+\S|\s*[|│>]|\s*at |\s*\^|\s*\.\.\. )/;
const goesOn =
  /^(?:Caused by: |Require stack:|- \/|goroutine \d|created by |\[signal |exit status|Suppressed: |note: |help: |Node\.js v\d|During handling of|The above exception|Traceback |\w[\w.*/()[\]-]*\(.{0,200}\)$|\/\S+\.go:\d+|\S*Dockerfile\S*:\d+$)/;
const reports = /^(npm (?:ERR!|error)|gyp ERR!|pnpm|yarn)/;

/** Whether this line goes on with the error above it: a stack frame, a marker, a note, the next line of the same report. */
export function belongsTo(line: string, block: readonly string[]): boolean {
  const [head = ''] = block;
  const report = reports.exec(head)?.[1];
  if (report) return line.startsWith(report);
  const inTrace = head.startsWith('Traceback ');
  // The line that ends a trace of Python is not indented, and nothing comes after it.
  if (inTrace) return !/^\S/.test(block.at(-1) ?? '') || block.length === 1 ? line !== '' : false;
  // `ERROR in ./src/app.js 3:9`, `error during build:`: what it is stands below.
  if (block.length === 1 && /^ERROR in |:$/.test(head)) return line !== '';
  if (tableRow.test(line)) return false;
  if (line === '') return head.startsWith('panic: ') && block.length < 3;
  return indented.test(line) || goesOn.test(line) || /panicked at [^:]+:\d+:\d+:$/.test(block.at(-1) ?? '');
}

const consequences =
  /ELIFECYCLE|A complete log of this run|did not complete successfully|returned a non-zero code|Command failed|\bexit(?:ed)?(?: with)?(?: status| code):? \d|^make(?:\[\d+\])?: \*\*\*|error Command|Process exited|failed to solve|executor failed|Build failed because|could not compile `|Found \d+ errors?|aborting due to|^E: Sub-process|Lifecycle script|^The image could not be built|tasks failed to start|rolling back to deployment|^“|^ ?> \[/i;

/** What an error brought about, so that it is not marked as loudly: how a tool ends after it has said why. */
export function isConsequence(message: string, lines: readonly string[]): boolean {
  if (!consequences.test(message)) return false;
  // A report of npm that also says why is no mere consequence.
  return !lines.some((line) => /ERESOLVE|E404|E401|Missing script|EUSAGE/.test(line));
}
