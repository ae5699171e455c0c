import { t } from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit-html';
import { isUnusual, type Timeline, type TimelinePart } from '../src/shared/timeline.ts';
import { icon } from './status.ts';
import { duration, prose } from './words.ts';

/** So many parts are shown, the longest first. */
const shown = 6;

/** Where the time went: the longest parts beside what they usually take, and the one change that would shorten them. */
export function timelineSection(timeline: Timeline): TemplateResult {
  const { milliseconds, usual, compared, hint } = timeline;
  const parts = partsOf(timeline).slice(0, shown);
  return html`<section aria-labelledby="timeline-heading">
    <h2 id="timeline-heading">${t('Where the Time Went')}</h2>
    ${usual === undefined ? nothing : html`<p class="quiet">${comparison(milliseconds, usual, compared)}</p>`}
    ${
      hint
        ? html`<div class="hint">
            <p><span class="busy">${icon('lightbulb')}</span> ${prose(hint.change)}</p>
            <p class="quiet">${prose(hint.estimate)} ${t('It would save about {0}.', duration(hint.saves))}</p>
          </div>`
        : nothing
    }
    <ol class="parts">
      ${parts.map((part) => html`<li>${partLine(part, parts[0]?.milliseconds ?? 1)}</li>`)}
    </ol>
  </section>`;
}

function comparison(milliseconds: number, usual: number, compared: number): string {
  const [took, usually] = [duration(milliseconds), duration(usual)];
  return compared === 1
    ? t('{0} in all; {1} the time before.', took, usually)
    : t('{0} in all; usually {1}, by {2} earlier ones.', took, usually, compared);
}

/** The stages, and the steps that have none; what came from a cache took no time. */
function partsOf({ steps }: Timeline): TimelinePart[] {
  const parts = steps.flatMap((step): TimelinePart[] =>
    step.stages.length > 0 ? step.stages : [{ ...step, name: t(step.name) }],
  );
  return parts.filter((part) => part.milliseconds >= 100).sort((a, b) => b.milliseconds - a.milliseconds);
}

function partLine({ name, milliseconds, usual }: TimelinePart, longest: number): TemplateResult {
  const difference = usual !== undefined && isUnusual(milliseconds, usual) ? t('usually {0}', duration(usual)) : '';
  return html`<span class="part-name" title=${name}>${name}</span>
    <span class="step-time">${duration(milliseconds)}</span>
    <svg class="time busy" aria-hidden="true">
      <rect width="${Math.max(0.6, (milliseconds / longest) * 100)}%" height="100%"></rect>
    </svg>
    ${difference ? html`<span class="quiet usual">${difference}</span>` : nothing}`;
}
