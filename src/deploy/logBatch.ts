import type { StepId } from '../shared/events.ts';

const intervalMs = 50;

export type LogBatch = ReturnType<typeof createLogBatch>;

/** Gathers log lines for a moment: a noisy build writes thousands a second, and every listener would wake for each. */
export function createLogBatch(deliver: (step: StepId, lines: string[]) => void) {
  let step: StepId | undefined;
  let lines: string[] = [];
  let timer: NodeJS.Timeout | undefined;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (step && lines.length > 0) deliver(step, lines);
    lines = [];
  }

  function add(from: StepId, line: string): void {
    if (from !== step) flush();
    step = from;
    lines.push(line);
    timer ??= setTimeout(flush, intervalMs);
  }

  return { add, flush };
}
