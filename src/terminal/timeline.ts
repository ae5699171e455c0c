import { styleText } from 'node:util';
import { isUnusual, type Timeline, type TimelinePart } from '../shared/timeline.ts';

const nameWidth = 44;
const barWidth = 24;
/** Stages that took less are left out, unless they are the only ones, in milliseconds. */
const shownFrom = 100;

/** Where the time went, as lines; pure. The bars are parts of the whole; the last column tells what is usual. */
export function timelineLines(timeline: Timeline, colours: boolean): string[] {
  const { milliseconds, usual, compared, steps, hint } = timeline;
  const paint = (style: 'gray' | 'cyan' | 'yellow' | 'bold', text: string) =>
    colours ? styleText(style, text, { validateStream: false }) : text;
  const row = (part: TimelinePart, indent: string) => {
    const name = `${indent}${part.name}`;
    const label = (name.length > nameWidth ? `${name.slice(0, nameWidth - 1)}…` : name).padEnd(nameWidth);
    const bar = '█'.repeat(Math.round((part.milliseconds / Math.max(1, milliseconds)) * barWidth)).padEnd(barWidth);
    return `${label} ${inSeconds(part.milliseconds).padStart(8)}  ${paint('cyan', bar)}  ${paint('gray', besides(part))}`.trimEnd();
  };
  const rows = steps.flatMap((step) => [
    row(step, ''),
    ...step.stages.filter((stage) => stage.cached || stage.milliseconds >= shownFrom).map((stage) => row(stage, '  ')),
  ]);
  const usually = usual === undefined ? '' : `, usually ${inSeconds(usual)} (median of ${compared})`;
  return [
    paint('bold', `${timeline.project}: ${inSeconds(milliseconds)}${usually}`),
    ...rows,
    ...(hint
      ? ['', `${paint('yellow', '→')} ${hint.part}: ${hint.change}`, `  ${hint.estimate}`, saving(hint.saves)]
      : []),
  ];
}

function saving(milliseconds: number): string {
  return `  It would save about ${inSeconds(milliseconds)}.`;
}

function besides({ usual, cached, bytes, milliseconds }: TimelinePart): string {
  const difference = usual === undefined ? 0 : milliseconds - usual;
  const words = [
    cached && 'cached',
    bytes !== undefined && `${(bytes / 1e6).toFixed(1)} MB`,
    usual !== undefined &&
      isUnusual(milliseconds, usual) &&
      `${difference > 0 ? '+' : '-'}${inSeconds(Math.abs(difference))} to what is usual`,
  ];
  return words.filter(Boolean).join(', ');
}

export function inSeconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
