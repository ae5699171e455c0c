import type { FailedTask } from '../shared/cause.ts';
import type { Evidence, StoppedTask } from '../shared/models.ts';
import { failedTasks } from './findings.ts';
import { oneLine } from './text.ts';

const lastLines = 20;

/** The task that a failure card shows: the newest that failed and left a log, else the newest that failed; undefined where none did. */
export function failedTask(evidence: Evidence, since = 0): FailedTask | undefined {
  const failed = failedTasks(evidence, since);
  const task = failed.find((each) => linesOf(evidence, each).length > 0) ?? failed[0];
  if (!task) return undefined;
  const container = firstToEnd(task);
  const health = healthReason(evidence, task);
  return {
    id: idOf(task.taskArn),
    container: oneLine(container?.name ?? ''),
    ...(container?.exitCode !== undefined && { exitCode: container.exitCode }),
    reason: oneLine(container?.reason || task.stoppedReason || task.stopCode),
    ...(health && { health }),
    lastLines: linesOf(evidence, task).slice(-lastLines),
  };
}

/** An error before a kill, and that before the end of a command: the siblings of the one that failed are told to stop. */
function firstToEnd({ containers }: StoppedTask) {
  const named = containers.find(({ reason }) => reason);
  const failed = containers.find(({ exitCode }) => exitCode !== undefined && ![0, 137, 143].includes(exitCode));
  return named ?? failed ?? containers.find(({ exitCode }) => exitCode !== undefined) ?? containers[0];
}

/** A task only says that a check failed; the event says why. */
function healthReason({ serviceEvents }: Evidence, task: StoppedTask): string {
  if (!/health checks?/i.test(task.stoppedReason)) return '';
  const event = serviceEvents.find(({ message }) => /is unhealthy in/i.test(message))?.message ?? '';
  return oneLine(/due to \(reason (.+?)\)\.?$/i.exec(event)?.[1] ?? task.stoppedReason);
}

function linesOf({ logLines }: Evidence, { taskArn }: StoppedTask): string[] {
  const own = logLines.find(({ task }) => idOf(task) === idOf(taskArn) && taskArn !== '');
  return (own?.lines ?? []).map(oneLine).filter(Boolean);
}

const idOf = (arn: string) => arn.split('/').at(-1) ?? '';
