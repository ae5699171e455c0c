import { t } from '@vscode/l10n';
import { html, type TemplateResult } from 'lit-html';
import type { DeploymentStatus } from '../src/shared/models.ts';

type Tone = 'good' | 'bad' | 'warn' | 'busy' | 'quiet';

/** The words are looked up when drawn, since the user's language comes with the first fact. */
const statuses: Record<DeploymentStatus, { icon: string; tone: Tone; words: () => string }> = {
  pending: { icon: 'circle-large-outline', tone: 'busy', words: () => t('Waiting') },
  inprogress: { icon: 'sync', tone: 'busy', words: () => t('Deploying') },
  success: { icon: 'pass-filled', tone: 'good', words: () => t('Succeeded') },
  failed: { icon: 'error', tone: 'bad', words: () => t('Failed') },
  rolledback: { icon: 'discard', tone: 'bad', words: () => t('Rolled back') },
  superseded: { icon: 'layers', tone: 'quiet', words: () => t('Superseded') },
  timedout: { icon: 'watch', tone: 'warn', words: () => t('Timed out') },
  unknown: { icon: 'question', tone: 'warn', words: () => t('Outcome unknown') },
  cancelled: { icon: 'circle-slash', tone: 'quiet', words: () => t('Cancelled') },
  interrupted: { icon: 'debug-disconnect', tone: 'warn', words: () => t('Interrupted') },
};

export function statusWords(status: DeploymentStatus): string {
  return statuses[status].words();
}

export function toneOf(status: DeploymentStatus): Tone {
  return statuses[status].tone;
}

/** Icon and words: the state is never told by colour alone, and the words keep the contrast of text. */
export function statusPill(status: DeploymentStatus): TemplateResult {
  const { icon: name, tone } = statuses[status];
  return html`<span class="pill"
    ><span class=${tone}>${icon(name, status === 'inprogress')}</span>${statusWords(status)}</span
  >`;
}

export function statusIcon(status: DeploymentStatus): TemplateResult {
  const { icon: name, tone } = statuses[status];
  return html`<span class=${tone}>${icon(name, status === 'inprogress')}</span>`;
}

export function icon(name: string, isSpinning = false): TemplateResult {
  return html`<span class="codicon codicon-${name} ${isSpinning ? 'codicon-modifier-spin' : ''}" aria-hidden="true"></span>`;
}
