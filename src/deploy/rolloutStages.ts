import type { ServiceEvent, Task } from '@aws-sdk/client-ecs';
import type { Stage } from '../shared/events.ts';

/** What a rollout was made of, in its order. */
export const rolloutPhases = ['provision', 'pull', 'start', 'health', 'drain'] as const;

/**
 * Where the time of a rollout went, by the times that ECS itself wrote to the task that was waited for longest, and by
 * the service's words; pure. `endedAt` is when we saw that it was over, in milliseconds since 1970.
 */
export function rolloutStages(tasks: readonly Task[], events: readonly ServiceEvent[], endedAt: number): Stage[] {
  const task = [...tasks].sort((a, b) => lastSign(a) - lastSign(b)).at(-1);
  if (!task?.createdAt) return [];
  const { createdAt, pullStartedAt, pullStoppedAt, startedAt } = task;
  const over = task.executionStoppedAt ?? task.stoppedAt ?? new Date(endedAt);
  const drainAt = startedAt && drainingSince(events, startedAt);
  const phases: [name: (typeof rolloutPhases)[number], from: Date | undefined, to: Date | undefined][] = [
    ['provision', createdAt, pullStartedAt],
    ['pull', pullStartedAt, pullStoppedAt],
    ['start', pullStoppedAt, startedAt],
    ['health', startedAt, drainAt ?? over],
    ['drain', drainAt, over],
  ];
  return phases.flatMap(([name, from, to]) => (from && to && to >= from ? [stageOf(name, from, to)] : []));
}

function stageOf(name: string, from: Date, to: Date): Stage {
  return { name, startedAt: Number(from), endedAt: Number(to) };
}

function lastSign({ createdAt, pullStartedAt, startedAt }: Task): number {
  return Number(startedAt ?? pullStartedAt ?? createdAt ?? 0);
}

/** ECS ends the old tasks as soon as the new ones are well: that moment parts health from drain. */
function drainingSince(events: readonly ServiceEvent[], startedAt: Date): Date | undefined {
  const dates = events
    .filter(({ message }) => /has begun draining connections|has stopped \d+ running tasks/.test(message ?? ''))
    .flatMap(({ createdAt }) => (createdAt && createdAt >= startedAt ? [createdAt] : []));
  return dates.sort((a, b) => Number(a) - Number(b))[0];
}
