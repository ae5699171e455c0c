import { styleText } from 'node:util';
import type { DeployEvent } from '../shared/events.ts';
import { applyEvent, type Progress } from '../shared/progress.ts';
import { endedLine, frame, verbOf } from './frame.ts';

/** Shows a deployment while it runs. Results go to stdout, progress to stderr. */
export interface Display {
  show(event: DeployEvent): void;
  /** Ends the live picture, so that ordinary lines may follow. */
  end(): void;
}

/** `--json`: one event a line, on stdout, for other programs. */
export function jsonDisplay(): Display {
  return { show: (event) => process.stdout.write(`${JSON.stringify(event)}\n`), end: () => undefined };
}

/** Plain lines, for a pipe or a CI log: each step when it ends, and every line that the tools wrote. */
export function plainDisplay(verbose: boolean): Display {
  let progress: Progress | undefined;
  return {
    show(event) {
      progress = applyEvent(progress, event);
      if (event.type === 'deployment-started')
        line(`${verbOf(event.operation)} ${event.projectName} (${event.deploymentId})`);
      if (event.type === 'warning') line(`        ! ${event.message}`);
      if (event.type === 'failure-known') line(`        ✗ ${event.failure.message}`);
      if (event.type === 'log' && verbose) for (const each of event.lines) line(`        ${each}`);
      if (event.type !== 'step-succeeded' && event.type !== 'step-failed') return;
      const index = progress.steps.findIndex((step) => step.id === event.step);
      const step = progress.steps[index];
      if (step) line(endedLine(step, index + 1, progress.steps.length));
    },
    end: () => undefined,
  };
}

const framesPerSecond = 10;

/** A live list of the steps, drawn anew in place. */
export async function liveDisplay(): Promise<Display> {
  const { createLogUpdate } = await import('log-update');
  const draw = createLogUpdate(process.stderr, { showCursor: false });
  let progress: Progress | undefined;
  const paint = () => {
    if (progress) draw(frame(progress, Date.now(), process.stderr.columns || 80).join('\n'));
  };
  let timer: NodeJS.Timeout | undefined = setInterval(paint, 1000 / framesPerSecond);
  return {
    show(event) {
      progress = applyEvent(progress, event);
    },
    end() {
      if (!timer) return;
      clearInterval(timer);
      timer = undefined;
      paint();
      draw.done();
    },
  };
}

/** One result: an object a line with `--json`, else a table. */
export function printRows(rows: readonly Record<string, string>[], empty: string): void {
  const [first] = rows;
  if (!first) {
    process.stdout.write(`${empty}\n`);
    return;
  }
  const keys = Object.keys(first);
  const widths = keys.map((key) => Math.max(key.length, ...rows.map((row) => (row[key] ?? '').length)));
  const text = (cells: string[]) =>
    cells
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd();
  process.stdout.write(`${styleText('gray', text(keys.map((key) => key.toUpperCase())))}\n`);
  for (const row of rows) process.stdout.write(`${text(keys.map((key) => row[key] ?? ''))}\n`);
}

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** One line for people, beside the result. */
export function line(text: string): void {
  process.stderr.write(`${text}\n`);
}
