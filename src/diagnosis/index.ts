import type { Cause } from '../shared/cause.ts';
import type { Evidence, StoppedTask } from '../shared/models.ts';
import {
  exitCodeOf,
  type Finding,
  failedTasks,
  findInEvent,
  findInLog,
  findInTask,
  hitOfTask,
  ranks,
} from './findings.ts';
import type { DiagnosisContext } from './rule.ts';
import { normalEnd } from './table.ts';
import { tellingPart } from './telling.ts';
import { beginning, cut, oneLine, sayable } from './text.ts';

export type { DiagnosisContext } from './rule.ts';

export interface Diagnosis {
  /** What is known, best first; empty where nothing is. That a circuit breaker tripped is never among them. */
  causes: Cause[];
  /** One sentence that follows “my-app” did not come up: …; it is there even where no cause is known. */
  cause: string;
  /** One or two sentences: what to do. */
  remedy: string;
  /** The lines that show it, at most 12. */
  lines: string[];
}

/** Why a rollout failed, by the table of known signatures alone. Pure; throws nothing; every sentence is fit to be shown. */
export function diagnose(evidence: Evidence, context: DiagnosisContext): Diagnosis {
  const findings = byWeight(findInRollout(evidence, context));
  const first = findings[0] ?? nothingKnown;
  return { causes: causesOf(findings), cause: first.cause, remedy: first.remedy, lines: shownLines(first) };
}

/** At most so many are shown: who gets more reads none. */
const mostCauses = 4;

/** The causes among findings, which are in their order already. */
export function causesOf(findings: readonly Finding[]): Cause[] {
  return findings.filter(isKnown).slice(0, mostCauses).map(toCause);
}

function toCause(finding: Finding): Cause {
  const { code, cause, certainty, remedy, offer } = finding;
  return { code, cause: beginning(cause), certainty, lines: shownLines(finding), remedy, ...offer };
}

function shownLines({ lines }: Finding): string[] {
  return [...new Set(lines.map((line) => cut(line, 400)))].filter(Boolean).slice(0, 12);
}

const isKnown = ({ rank }: Finding) => rank !== ranks.consequence && rank !== ranks.unknownReason;

/**
 * A key by which two stopped tasks count as failed in the same way. Undefined for a task that was ended from outside
 * (S63–S66: replaced, spot taken back, machine retired, stopped by someone), which says nothing about the next one.
 */
export function taskSignature(task: StoppedTask): string | undefined {
  if (normalEnd.test(task.stoppedReason)) return undefined;
  const hit = hitOfTask(task);
  if (hit?.rule.rank === 'bystander' && (hit.rule.id !== 'S27' || hit.found.text.includes('told to stop')))
    return undefined;
  if (hit) return hit.rule.where === 'exit code' ? `${hit.rule.id}:${exitCodeOf(task)}` : hit.rule.id;
  // Ids differ from task to task: what is left of the text without them is the same.
  const reason = oneLine(task.stoppedReason).replace(/[\w:/-]*\d[\w:/-]*/g, '#');
  return `S0:${oneLine(task.stopCode)}:${cut(reason, 80)}`;
}

/** These come from AWS and from the user, and stand in sentences. */
function cleanContext(context: DiagnosisContext): DiagnosisContext {
  const { image, healthPath, cpuArchitecture } = context;
  return {
    ...context,
    image: sayable(image),
    healthPath: sayable(healthPath, 80),
    cpuArchitecture: sayable(cpuArchitecture, 20),
  };
}

/** Everything that a rollout's tasks, events and logs tell, in no order. */
export function findInRollout(evidence: Evidence, given: DiagnosisContext): Finding[] {
  const context = cleanContext(given);
  const since = Math.floor(context.launchedAt ?? 0);
  const events = evidence.serviceEvents.filter((each) => each.at >= since).map((each) => oneLine(each.message));
  const logs = evidence.logLines.map(({ task, lines }) => ({ task, lines: cleanLines(lines) }));
  const all = logs.flatMap((each) => each.lines);
  // Only the newest tasks' logs are kept, so a task without its own is read with theirs.
  const linesOf = (task: StoppedTask) =>
    logs.find((each) => each.lines.length > 0 && isSame(each.task, task.taskArn))?.lines ?? all;
  const inTasks = failedTasks(evidence, since).flatMap((task) => findInTask(task, linesOf(task), events, context));
  const found = [...inTasks, ...events.flatMap((event) => findInEvent(event, all, context) ?? [])];
  return found.some((each) => each.rank <= ranks.log) ? found : [...found, ...findInLog(all, context)];
}

/** Longer lines are data or minified code: what they tell stands at their beginning. */
const longestLine = 1_000;

/** The lines of a log that the table reads, clean; of a long one those that may tell something. */
export function cleanLines(log: string | readonly string[]): string[] {
  const part = tellingPart(typeof log === 'string' ? log : log.join('\n'));
  return part
    .split(/[\r\n]+/)
    .map((line) => cut(oneLine(line), longestLine))
    .filter(Boolean);
}

/** A task by its ARN or by the id at its end. */
function isSame(key: string, taskArn: string): boolean {
  return key !== '' && taskArn !== '' && key.split('/').at(-1) === taskArn.split('/').at(-1);
}

/** One finding for each cause: the best rank first, then what was seen most often, then the newest. */
export function byWeight(findings: readonly Finding[]): Finding[] {
  const groups = new Map<string, Finding[]>();
  for (const each of findings) {
    const key = `${each.code} ${each.cause}`;
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  const sorted = [...groups.values()].sort((a, b) => rankOf(a) - rankOf(b) || b.length - a.length);
  return sorted.flatMap((group) => group.toSorted((a, b) => a.rank - b.rank)[0] ?? []);
}

const rankOf = (group: Finding[]) => Math.min(...group.map(({ rank }) => rank));

const nothingKnown: Finding = {
  code: 'S0',
  cause: 'the reason is not known, because ECS shows neither a stopped task nor an event that tells it.',
  remedy: 'Look at the log of the app and at the events of the service in the AWS console, then deploy again.',
  certainty: 'possible',
  rank: ranks.consequence,
  lines: [],
};
