import { t } from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit-html';
import type { Chat, Chip } from '../src/shared/chatShape.ts';
import { actButton, wishButton } from './button.ts';
import { chipWords } from './chatExchange.ts';
import { icon } from './status.ts';
import { wish } from './vscode.ts';

export interface Composer {
  draft: string;
  isAnswering: boolean;
  isStopping: boolean;
  write(draft: string): void;
  send(): void;
  stop(): void;
}

/** What goes along, the box, and the buttons below it. */
export function composerView(chat: Chat, box: Composer): TemplateResult {
  return html`<form class="composer" @submit=${(event: Event) => event.preventDefault()}>
    ${chat.hasKey ? nothing : keyLine()} ${evidence(chat)}
    <textarea
      rows="2"
      aria-label=${t('Question to Claude')}
      placeholder=${t('Ask Claude (Enter sends, Shift+Enter begins a line)')}
      .value=${box.draft}
      @input=${(event: Event) => box.write((event.target as HTMLTextAreaElement).value)}
      @keydown=${(event: KeyboardEvent) => onKey(event, box)}
    ></textarea>
    <div class="composer-row">
      <button class="link" type="button" title=${t('Choose the model')} @click=${() => wish({ type: 'choose-claude-model' })}>
        ${chat.model}
      </button>
      <span class="spacer"></span>
      ${
        box.isAnswering
          ? actButton(box.isStopping ? t('Stopping…') : t('Stop'), box.stop, { icon: 'debug-stop' })
          : actButton(t('Send'), box.send, { icon: 'send', isPrimary: chat.hasKey })
      }
    </div>
  </form>`;
}

function onKey(event: KeyboardEvent, box: Composer): void {
  if (event.key === 'Escape' && box.isAnswering) box.stop();
  // While a word is composed, as in Japanese, Enter belongs to it.
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  if (!box.isAnswering) box.send();
}

function keyLine(): TemplateResult {
  return html`<div class="key-line">
    <p>${t('Claude answers with an API key of your own; everything else works without one.')}</p>
    ${wishButton(t('Set Up Claude API Key'), { type: 'set-claude-key' }, { icon: 'key', isPrimary: true })}
  </div>`;
}

/** Each chip can be opened, and taken out before it is sent. */
function evidence({ about, chips, isGathering }: Chat): TemplateResult {
  const words = about || t('nothing in particular');
  return html`<div class="evidence">
    <button class="link" type="button" title=${t('Ask about another project or deployment')} @click=${() => wish({ type: 'choose-subject' })}>
      ${icon('pin')} ${t('About: {0}', words)}
    </button>
    ${isGathering ? html`<p class="quiet">${icon('loading', true)} ${t('Gathering evidence…')}</p>` : nothing}
    ${
      chips.length > 0
        ? html`<ul class="chips" aria-label=${t('Goes along with the question, with secrets masked')}>
            ${chips.map(chipView)}
          </ul>`
        : nothing
    }
  </div>`;
}

function chipView(chip: Chip, at: number): TemplateResult {
  return html`<li class="chip">
    <button type="button" class="chip-open" title=${t('Open what will be sent')} @click=${() => wish({ type: 'open-evidence', chip: at })}>${chipWords(chip)}</button>
    <button type="button" class="chip-remove" aria-label=${t('Leave out {0}', chip.label)} title=${t('Leave out')} @click=${() => wish({ type: 'remove-chip', chip: at })}>
      ${icon('close')}
    </button>
  </li>`;
}
