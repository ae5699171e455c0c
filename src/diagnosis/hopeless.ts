import type { Cause } from '../shared/cause.ts';
import type { StoppedTask } from '../shared/models.ts';
import { hitOfTask } from './findings.ts';

/** Rows whose text leaves no doubt that the next task will end in the same way: nothing but a change helps. */
const atOnce = new Set('S1 S3 S4 S9 S14 S15 S17 S18 S19 S21 S30 S31 S32 S37 S41 S42'.split(' '));

const healthRow = /^S4[3-8]$/;

/** Ended because nobody got a good answer from it; only its log and the events tell whether time may help. */
export function wasUnhealthy(task: StoppedTask): boolean {
  return healthRow.test(hitOfTask(task)?.rule.id ?? '');
}

/**
 * Whether an unhealthy task's cause will hold for every other one: it listens elsewhere, or the path is not there.
 * An answer of 5xx may pass, such as when a database comes up.
 */
export function willStayUnhealthy({ code, certainty, action }: Cause): boolean {
  const isElsewhere = code === 'L1' || code === 'L2';
  return certainty === 'certain' && (isElsewhere || (code === 'S43' && action === 'set-health-path'));
}

/**
 * How many tasks that ended so make the end of the rollout certain: one that cannot start, two that exit.
 * Undefined where time may help, as with health checks, or where the task was ended from outside.
 */
export function hopelessAfter(task: StoppedTask): 1 | 2 | undefined {
  const rule = hitOfTask(task)?.rule;
  if (!rule || rule.rank || rule.where === 'stop code' || healthRow.test(rule.id)) return undefined;
  const isPlain = (rule.certainty ?? 'certain') === 'certain';
  return rule.where === 'reason' && isPlain && atOnce.has(rule.id) ? 1 : 2;
}
