import type { Task } from '@aws-sdk/client-ecs';
import type { StepContext } from './context.ts';
import type { RolloutFacts, Verdict } from './rollout.ts';

/**
 * Says what is new: the progress, service events since our update, and at once why a task has stopped. True when one has.
 * `told` is what was said before, by id and by reason.
 */
export function tellRollout(
  ctx: StepContext,
  since: Date,
  facts: RolloutFacts,
  verdict: Verdict,
  told: Set<string>,
): boolean {
  if (verdict.state === 'going') ctx.progress(verdict.fraction, verdict.detail);
  const events = [...(facts.service?.events ?? [])].reverse();
  for (const { id = '', message = '', createdAt } of events) {
    if (!createdAt || createdAt < since || told.has(id)) continue;
    told.add(id);
    ctx.log(message);
  }
  let isNew = false;
  for (const task of facts.stoppedTasks) {
    const signature = facts.signatureOf(task);
    if (!signature) continue;
    isNew ||= !told.has(task.taskArn ?? '');
    told.add(task.taskArn ?? '');
    if (told.has(signature)) continue;
    told.add(signature);
    ctx.emit({ type: 'warning', message: `A task has stopped: ${reasonOf(task)}` });
  }
  return isNew;
}

function reasonOf(task: Task): string {
  const container = task.containers?.find((each) => each.reason || each.exitCode !== undefined);
  const exit = container?.exitCode === undefined ? '' : ` (exit code ${container.exitCode})`;
  return `${container?.reason || task.stoppedReason || 'no reason given'}${exit}`;
}
