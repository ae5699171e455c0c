import { t } from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit-html';
import type { FactOf } from '../src/shared/protocol.ts';
import { wishButton } from './button.ts';
import { icon } from './status.ts';

/** The place of the conversation with Claude. */
export function chatView(chat: FactOf<'chat'>['chat'] | undefined): TemplateResult {
  const hasKey = chat?.hasKey ?? false;
  return html`<main class="chat">
    <h1>${icon('sparkle')} ${t('Ask Claude')}</h1>
    <p>${t('Why a deployment failed, what a log says, how to put it right: with the evidence that Deployotron has kept.')}</p>
    <p class="quiet">${t('Nothing is sent before you ask, and secrets are masked in what is.')}</p>
    ${chat ? keyLine(hasKey) : nothing}
    <div class="buttons">
      ${hasKey || !chat ? nothing : wishButton(t('Set Up Claude API Key'), { type: 'set-claude-key' }, { icon: 'key', isPrimary: true })}
      ${wishButton(t('Ask Claude'), { type: 'ask-claude' }, { icon: 'comment-discussion', isPrimary: hasKey })}
      ${wishButton(t('Analyse Logs of the Last Failure'), { type: 'analyse-logs' }, { icon: 'search' })}
    </div>
  </main>`;
}

function keyLine(hasKey: boolean): TemplateResult {
  return hasKey
    ? html`<p class="result"><span class="good">${icon('pass-filled')}</span> <span>${t('A key is stored')}</span></p>`
    : html`<p class="result"><span class="quiet">${icon('circle-large-outline')}</span> <span>${t('No key is stored')}</span></p>`;
}
