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
import { cut, oneLine, sayable } from './text.ts';

export type { DiagnosisContext } from './rule.ts';

export interface Diagnosis {
  /** The row of the table of known signatures, S1…S66; S0 when none fits. Stable. */
  signature: string;
  /** One sentence that follows “my-app” did not come up: … */
  cause: string;
  /** One or two sentences: what to do. */
  remedy: string;
  /** False where the same picture has other causes, too. */
  certain: boolean;
  /** The lines that show it, at most 12: the stopped reason, exit codes, the event, the telling lines of the log. */
  evidence: string[];
  /** Other causes that were seen, at most 3. */
  also: { signature: string; cause: string }[];
}

/** Why a rollout failed, by the table of known signatures alone. Pure; throws nothing; every sentence is fit to be shown. */
export function diagnose(evidence: Evidence, context: DiagnosisContext): Diagnosis {
  const findings = byWeight(findAll(evidence, cleanContext(context)));
  const [first = nothingKnown, ...others] = findings;
  return {
    signature: first.signature,
    cause: first.cause,
    remedy: first.remedy,
    certain: first.certain,
    evidence: [...new Set(first.shown.map((line) => cut(line, 400)))].filter(Boolean).slice(0, 12),
    also: others
      .filter(worthNaming)
      .slice(0, 3)
      .map(({ signature, cause }) => ({ signature, cause })),
  };
}

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

function findAll(evidence: Evidence, context: DiagnosisContext): Finding[] {
  const since = Math.floor(context.launchedAt ?? 0);
  const events = evidence.serviceEvents.filter((each) => each.at >= since).map((each) => oneLine(each.message));
  const logs = evidence.logLines.map(({ task, lines }) => ({ task, lines: cleanLines(lines) }));
  const all = logs.flatMap((each) => each.lines);
  // Only the newest tasks' logs are kept, so a task without its own is read with theirs.
  const linesOf = (task: StoppedTask) =>
    logs.find((each) => each.lines.length > 0 && isSame(each.task, task.taskArn))?.lines ?? all;
  const inTasks = failedTasks(evidence, since).map((task) => findInTask(task, linesOf(task), events, context));
  const found = [...inTasks, ...events.flatMap((event) => findInEvent(event, all, context) ?? [])];
  if (found.some((each) => each.rank <= ranks.log)) return found;
  return [...found, ...[findInLog(all, context) ?? []].flat()];
}

/** Longer lines are data or minified code: what they tell stands at their beginning. */
const longestLine = 1_000;

function cleanLines(lines: readonly string[]): string[] {
  const single = lines.flatMap((line) => line.slice(0, 16_000).split(/[\r\n]+/));
  return single.map((line) => cut(oneLine(line), longestLine)).filter(Boolean);
}

/** A task by its ARN or by the id at its end. */
function isSame(key: string, taskArn: string): boolean {
  return key !== '' && taskArn !== '' && key.split('/').at(-1) === taskArn.split('/').at(-1);
}

/** One finding for each cause: the best rank first, then what was seen most often, then the newest. */
function byWeight(findings: Finding[]): Finding[] {
  const groups = new Map<string, Finding[]>();
  for (const each of findings) {
    const key = `${each.signature} ${each.cause}`;
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  const sorted = [...groups.values()].sort((a, b) => rankOf(a) - rankOf(b) || b.length - a.length);
  return sorted.flatMap((group) => group[0] ?? []);
}

const rankOf = (group: Finding[]) => group[0]?.rank ?? ranks.consequence;

const worthNaming = ({ rank }: Finding) => rank !== ranks.consequence && rank !== ranks.unknownReason;

const nothingKnown: Finding = {
  signature: 'S0',
  cause: 'the reason is not known, because ECS shows neither a stopped task nor an event that tells it.',
  remedy: 'Look at the log of the app and at the events of the service in the AWS console, then deploy again.',
  certain: false,
  rank: ranks.consequence,
  shown: [],
};
