import { styleText } from 'node:util';
import type { Progress, StepProgress, StepState } from '../shared/progress.ts';

const marks: Record<StepState, string> = {
  waiting: '·',
  running: '›',
  succeeded: '✓',
  skipped: '✓',
  failed: '✗',
  cancelled: '✗',
};

const colours = {
  waiting: 'gray',
  running: 'cyan',
  succeeded: 'green',
  skipped: 'gray',
  failed: 'red',
  cancelled: 'yellow',
} as const satisfies Record<StepState, string>;

const barWidth = 24;
const labelWidth = 24;
const timeWidth = 9;

/** The live picture of a deployment, as lines no wider than `columns`; pure. `now` is milliseconds since 1970. */
export function frame(progress: Progress, now: number, columns: number): string[] {
  return [
    heading(progress, now),
    ...progress.steps.map((step) => stepLine(step, now, columns)),
    ...(progress.failure && progress.status === 'inprogress'
      ? [styleText('red', `  ✗ ${cut(progress.failure.message, columns - 4)}`)]
      : []),
    ...progress.warnings.slice(-3).map((warning) => styleText('yellow', `  ! ${cut(warning, columns - 4)}`)),
  ];
}

/** One step's line once it has ended, for output that is no terminal. */
export function endedLine(step: StepProgress, number: number, of: number): string {
  const head = `[${String(number).padStart(String(of).length)}/${of}] ${marks[step.state]} ${step.label}`;
  return `${head} (${duration(step, step.endedAt ?? 0)})${step.detail ? `: ${step.detail}` : ''}`;
}

export function verbOf(operation: Progress['operation']): string {
  return operation === 'rollback' ? 'Rolling back' : 'Deploying';
}

function heading(progress: Progress, now: number): string {
  const verb = verbOf(progress.operation);
  const elapsed = seconds((progress.endedAt ?? now) - progress.startedAt);
  const percent = String(Math.round(progress.percent)).padStart(3);
  return `${styleText('bold', `${verb} ${progress.projectName}`)}  ${bar(progress.percent / 100)} ${percent} %  ${elapsed}`;
}

function stepLine(step: StepProgress, now: number, columns: number): string {
  const head = `  ${marks[step.state]} ${step.label.padEnd(labelWidth)}`;
  const time = (step.startedAt === undefined ? '' : duration(step, now)).padStart(timeWidth);
  const detail = cut(step.detail, Math.max(0, columns - head.length - time.length - 3));
  return `${styleText(colours[step.state], head)}${styleText('gray', time)}  ${detail}`.trimEnd();
}

function bar(fraction: number): string {
  const filled = Math.round(fraction * barWidth);
  return styleText('cyan', '█'.repeat(filled)) + styleText('gray', '░'.repeat(barWidth - filled));
}

function duration(step: StepProgress, now: number): string {
  return seconds((step.endedAt ?? now) - (step.startedAt ?? now));
}

function seconds(milliseconds: number): string {
  const total = Math.max(0, milliseconds) / 1000;
  return total < 60 ? `${total.toFixed(1)} s` : `${Math.floor(total / 60)} min ${Math.round(total % 60)} s`;
}

function cut(text: string, width: number): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > width ? `${line.slice(0, Math.max(0, width - 1))}…` : line;
}
