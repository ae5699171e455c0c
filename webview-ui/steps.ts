import { t } from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit-html';
import type { StepId } from '../src/shared/events.ts';
import type { Progress, StepProgress, StepState } from '../src/shared/progress.ts';
import { icon } from './status.ts';
import { duration } from './words.ts';

const looks: Record<StepState, { icon: string; tone: string; words: () => string }> = {
  waiting: { icon: 'circle-large-outline', tone: 'quiet', words: () => t('waiting') },
  running: { icon: 'sync', tone: 'busy', words: () => t('running') },
  succeeded: { icon: 'pass-filled', tone: 'good', words: () => t('done') },
  skipped: { icon: 'pass', tone: 'quiet', words: () => t('nothing to do') },
  failed: { icon: 'error', tone: 'bad', words: () => t('failed') },
  cancelled: { icon: 'circle-slash', tone: 'quiet', words: () => t('cancelled') },
};

/** The steps in their order; beside each its time, and under it where on the whole way that time lay. */
export function stepList(progress: Progress, now: number, showInLog: (step: StepId) => void): TemplateResult {
  const current = progress.steps.findLast((step) => step.state === 'running') ?? progress.steps.find(isBroken);
  const span = { from: progress.startedAt, to: Math.max(progress.endedAt ?? now, progress.startedAt + 1) };
  return html`<ol class="steps" aria-label=${t('Steps')}>
    ${progress.steps.map(
      (step) =>
        html`<li aria-current=${step === current ? 'step' : nothing}>
          ${stepLine(step, now, span, showInLog)}
        </li>`,
    )}
  </ol>`;
}

function isBroken({ state }: StepProgress): boolean {
  return state === 'failed' || state === 'cancelled';
}

interface Span {
  from: number;
  to: number;
}

function stepLine(step: StepProgress, now: number, span: Span, showInLog: (step: StepId) => void): TemplateResult {
  const { icon: name, tone, words } = looks[step.state];
  const hasBegun = step.startedAt !== undefined;
  const time = hasBegun ? duration((step.endedAt ?? now) - (step.startedAt ?? now)) : '';
  return html`<button
    class="step"
    ?disabled=${!hasBegun}
    title=${hasBegun ? t('Show in the log') : nothing}
    @click=${() => showInLog(step.id)}
  >
    <span class=${tone}>${icon(name, step.state === 'running')}</span>
    <span class="step-name">${t(step.label)}</span>
    <span class="reader">${words()}</span>
    <span class="step-time">${time}${fractionOf(step)}</span>
    ${step.detail && step.state !== 'waiting' ? html`<span class="step-detail">${step.detail}</span>` : nothing}
    ${hasBegun ? timeBar(step, now, span) : nothing}
  </button>`;
}

/** Only where there is a real measure. */
function fractionOf({ state, fraction }: StepProgress): string {
  return state === 'running' && fraction > 0 && fraction < 1 ? ` · ${Math.round(fraction * 100)} %` : '';
}

/** Each step's stretch of the whole time; what overlaps ran side by side. */
function timeBar({ startedAt = 0, endedAt, state }: StepProgress, now: number, { from, to }: Span): TemplateResult {
  const percent = (at: number) => Math.min(100, Math.max(0, ((at - from) / (to - from)) * 100));
  const start = percent(startedAt);
  const width = Math.max(0.6, percent(endedAt ?? now) - start);
  return html`<svg class="time ${looks[state].tone}" aria-hidden="true">
    <rect x="${start}%" width="${width}%" height="100%"></rect>
  </svg>`;
}
