import type { Evidence, StoppedTask } from '../shared/models.ts';
import { knownErrors, readCrash } from './crash.ts';
import { readListening } from './listening.ts';
import type { DiagnosisContext, Reading } from './rule.ts';
import { explain, firstHit, type Hit, normalEnd } from './table.ts';
import { oneLine, saying, sentence } from './text.ts';

/** One cause that was seen, and how well it explains the failure: 0 best. */
export interface Finding extends Reading {
  rank: number;
}

export const ranks = { cause: 0, event: 1, log: 2, unknownReason: 3, bystander: 4, consequence: 5 } as const;

/** Reading order: container's reason, task's stopped reason, stop code, log, exit code. Undefined when no rule knows it. */
export function hitOfTask(
  task: StoppedTask,
  lines: readonly string[] = [],
  events: readonly string[] = [],
): Hit | undefined {
  const reasons = task.containers.map((each) => oneLine(each.reason));
  return (
    firstOf(reasons.map((reason) => () => firstHit(['reason'], reason, lines))) ??
    firstHit(['reason'], stoppedReason(task, events), lines) ??
    firstHit(['stop code'], oneLine(task.stopCode), lines) ??
    (ranAndEnded(task) ? firstHit(['log'], lines.join('\n'), lines) : undefined) ??
    firstHit(['exit code'], exitText(task), lines)
  );
}

function firstOf<T>(looks: (() => T | undefined)[]): T | undefined {
  for (const look of looks) {
    const found = look();
    if (found) return found;
  }
  return undefined;
}

/** The task only says that the load balancer's check failed; why stands in the event. */
function stoppedReason(task: StoppedTask, events: readonly string[]): string {
  const reason = oneLine(task.stoppedReason);
  const why = /ELB health checks/i.test(reason) && events.find((event) => /is unhealthy in/i.test(event));
  return why ? `${reason} ${why}` : reason;
}

const endedByItself = new Set(['', 'EssentialContainerExited', 'TaskFailedToStart']);

function ranAndEnded(task: StoppedTask): boolean {
  return endedByItself.has(task.stopCode) && exitCodeOf(task) !== 0;
}

function exitText(task: StoppedTask): string {
  const code = exitCodeOf(task);
  if (code === undefined) return '';
  return `exit code ${code}${endedByItself.has(task.stopCode) ? '' : ', told to stop'}`;
}

/**
 * The exit code of the container that ended first: its siblings are then stopped, and end with 143, 137 or 0.
 * So an error comes first, then a kill, then the end of a command, and last what looks like being told to.
 */
export function exitCodeOf(task: StoppedTask): number | undefined {
  const codes = task.containers.flatMap((each) => each.exitCode ?? []);
  return codes.find((code) => ![0, 137, 143].includes(code)) ?? [137, 0, 143].find((code) => codes.includes(code));
}

/** Failed tasks, newest first: without those of another deployment and without those that ended as they should. */
export function failedTasks(evidence: Evidence, since: number): StoppedTask[] {
  return evidence.stoppedTasks
    .filter((task) => !normalEnd.test(task.stoppedReason) && (task.stoppedAt ?? since) >= since)
    .sort((a, b) => (b.stoppedAt ?? 0) - (a.stoppedAt ?? 0));
}

/** What this task tells, best first: the cause that ECS's words and its log give, then what else its log says. */
export function findInTask(
  task: StoppedTask,
  lines: readonly string[],
  events: readonly string[],
  context: DiagnosisContext,
): Finding[] {
  const hit = hitOfTask(task, lines, events);
  const states = [oneLine(task.stoppedReason || task.stopCode), ...task.containers.map(containerState)].filter(Boolean);
  if (!hit) return unknownReason(task, states, lines, context);
  const told = hit.found.text.includes('is unhealthy in')
    ? events.filter((event) => hit.found.text.includes(event)).slice(0, 1)
    : [];
  const best = findingOf(hit, context, [...states, ...told], lines.slice(-6), ranks.cause);
  const others = hit.rule.refine ? knownErrors(lines, context).filter(({ code }) => code !== best.code) : [];
  return [best, ...others.slice(0, 2).map((each) => finding(unsure(each), ranks.log, each.lines))];
}

export function findInEvent(event: string, lines: readonly string[], context: DiagnosisContext): Finding | undefined {
  const hit = firstHit(['reason', 'event'], event, lines);
  return hit && findingOf(hit, context, [event], [], ranks.event);
}

/** Only the log is left: what it says may be the cause, but nothing shows that it was. */
export function findInLog(lines: readonly string[], context: DiagnosisContext): Finding[] {
  const listening = readListening(lines, context.port);
  const readings = listening ? [listening] : readCrash(lines, context).slice(0, 3);
  return readings.map((each) => finding(unsure(each), ranks.log, each.lines));
}

function unsure(reading: Reading): Reading {
  return reading.certainty === 'certain' ? { ...reading, certainty: 'likely' } : reading;
}

function findingOf(
  hit: Hit,
  context: DiagnosisContext,
  shown: string[],
  tail: readonly string[],
  best: number,
): Finding {
  const reading = explain(hit, context);
  const rank = hit.rule.rank ? ranks[hit.rule.rank] : best;
  return finding(reading, rank, [...shown, ...(reading.lines.length > 0 ? reading.lines : tail)]);
}

function unknownReason(
  task: StoppedTask,
  states: string[],
  lines: readonly string[],
  context: DiagnosisContext,
): Finding[] {
  const known = knownErrors(lines, context).slice(0, 3);
  if (known.length > 0) return known.map((each) => finding(unsure(each), ranks.log, [...states, ...each.lines]));
  const reason = /^Essential container in task exited/i.test(task.stoppedReason) ? '' : task.stoppedReason;
  const said = saying(', with the reason', reason);
  const reading: Reading = {
    code: 'S0',
    cause: `its task stopped${said || ', and ECS does not say why'}.`,
    remedy: 'Read the log of the app and the lines below; then deploy again.',
    certainty: 'possible',
    lines: [],
  };
  return [finding(reading, ranks.unknownReason, [...states, ...lines.slice(-6)])];
}

export function finding(reading: Reading, rank: number, lines: readonly string[] = reading.lines): Finding {
  return { ...reading, cause: sentence(reading.cause), remedy: sentence(reading.remedy), rank, lines: [...lines] };
}

function containerState({ name, exitCode, reason }: StoppedTask['containers'][number]): string {
  const parts = [exitCode === undefined ? '' : `exit code ${exitCode}`, oneLine(reason)].filter(Boolean);
  return parts.length > 0 ? `${oneLine(name) || 'container'}: ${parts.join(', ')}` : '';
}
