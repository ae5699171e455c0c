import { setTimeout as sleep } from 'node:timers/promises';
import type { LogSink } from '../action.ts';
import type { Engine } from '../containers.ts';
import { EngineClosed } from '../dockerAnswers.ts';
import type { LogLine } from '../dockerLogs.ts';
import type { WireContainerDefinition } from './containerOptions.ts';
import { logPlace } from './prepareTask.ts';
import type { StoredTask } from './state.ts';

/** So long after its last line the log of a dead container counts as read; one that never ends shall not hold a task. */
const silenceMs = 5_000;

/** Sends what containers say to CloudWatch Logs, as the `awslogs` driver does. */
export function createTaskLogs(
  engine: Engine,
  logs: LogSink,
  onLines: (task: StoredTask) => void,
  log: (line: string) => void,
) {
  /** By container id. */
  const following = new Map<string, Promise<void>>();
  /** By container id, when its last lines came: milliseconds since 1970. */
  const heardAt = new Map<string, number>();

  return {
    /** Goes on after the last line that was sent, also across a restart of the process. */
    follow(task: StoredTask, container: WireContainerDefinition, id: string): void {
      const place = logPlace(task, container);
      if (place === undefined) return;
      const reading = engine.follow(id, task.logged[container.name], (lines) => {
        heardAt.set(id, Date.now());
        const events = eventsOf(lines);
        if (events.length > 0) logs.put(place.group, place.stream, events);
        task.logged[container.name] = lines.at(-1)?.stamp ?? '';
        onLines(task);
      });
      // A log group that is deleted under way ends the following, not the task.
      const told = reading.catch((error) => {
        if (!(error instanceof EngineClosed)) log(`ecs: logs of ${place.stream}: ${error?.message}`);
      });
      following.set(id, told);
    },

    /** Resolves when the last line of a container that has ended is sent. */
    async ended(id: string): Promise<void> {
      const ended = following.get(id)?.then(() => 'ended' as const);
      const began = Date.now();
      const silence = () => Date.now() - Math.max(began, heardAt.get(id) ?? 0);
      // A log of many megabytes takes its time, in which lines come.
      while (ended && silence() < silenceMs) {
        const waiting = new AbortController();
        const pause = sleep(silenceMs - silence(), undefined, { signal: waiting.signal }).catch(() => undefined);
        const how = await Promise.race([ended, pause]);
        waiting.abort();
        if (how === 'ended') break;
      }
      following.delete(id);
      heardAt.delete(id);
    },
  };
}

/** The driver sends no empty lines: CloudWatch Logs does not take them. */
function eventsOf(lines: LogLine[]): { timestamp: number; message: string }[] {
  return lines
    .filter((line) => line.message !== '')
    .map((line) => ({ timestamp: Date.parse(line.stamp), message: line.message }));
}
