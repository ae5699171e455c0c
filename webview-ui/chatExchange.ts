import { t } from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit-html';
import type { ChatExchange, ChatPart, Chip } from '../src/shared/chatShape.ts';
import { usageText } from '../src/shared/claudePrices.ts';
import { actButton, wishButton } from './button.ts';
import { markdown } from './chatMarkdown.ts';
import { icon } from './status.ts';
import { wish } from './vscode.ts';
import { prose } from './words.ts';

type ToolPart = Extract<ChatPart, { type: 'tool' }>;

/** A question, what went along with it, and the answer. `number` counts from 0; `now` is milliseconds since 1970. */
export function exchangeView(exchange: ChatExchange, number: number, now: number, hasKey: boolean): TemplateResult {
  const { question, chips, ending, usage, waiting } = exchange;
  return html`<article class="exchange" aria-label=${t('Question {0}', number + 1)}>
    <div class="question">
      <h2 class="reader">${t('You')}</h2>
      <p>${question}</p>
      ${chips.length > 0 ? sentChips(chips, number) : nothing}
    </div>
    <div class="answer">
      <h2 class="reader">Claude</h2>
      ${grouped(exchange.parts).map(({ parts, from }) => partView(parts, number, from, ending === 'answering'))}
      ${ending === 'answering' ? (waiting ? waitingLine(waiting, now) : busyLine(exchange)) : nothing}
      ${ending === 'stopped' ? note('circle-slash', t('Stopped. What had come is kept.')) : nothing}
      ${ending === 'length' ? note('ellipsis', t('The answer reached the limit of tokens. Ask to go on.')) : nothing}
      ${ending === 'failed' ? failureView(exchange, now, hasKey) : nothing}
      ${usage ? html`<p class="usage quiet" title=${usage.model}>${usageText(usage)}</p>` : nothing}
    </div>
  </article>`;
}

function sentChips(chips: readonly Chip[], exchange: number): TemplateResult {
  return html`<ul class="chips" aria-label=${t('Sent along')}>
    ${chips.map(
      (chip, at) =>
        html`<li class="chip"><button class="chip-open" title=${t('Open what was sent')} @click=${() => wish({ type: 'open-evidence', exchange, chip: at })}>${chipWords(chip)}</button></li>`,
    )}
  </ul>`;
}

export function chipWords({ label, bytes }: Chip): TemplateResult {
  return html`${label} <span class="quiet">${size(bytes)}</span>`;
}

function size(bytes: number): string {
  return bytes < 1024 ? t('{0} B', bytes) : t('{0} kB', (bytes / 1024).toFixed(1));
}

interface Group {
  parts: readonly ChatPart[];
  /** Number of the first one. */
  from: number;
}

/** Tools that were used one after the other stand together. */
function grouped(parts: readonly ChatPart[]): Group[] {
  const groups: Group[] = [];
  parts.forEach((part, at) => {
    const last = groups.at(-1);
    if (part.type === 'tool' && last?.parts[0]?.type === 'tool') last.parts = [...last.parts, part];
    else groups.push({ parts: [part], from: at });
  });
  return groups;
}

function partView(parts: readonly ChatPart[], exchange: number, at: number, isAnswering: boolean): unknown {
  const [part] = parts;
  switch (part?.type) {
    case 'text':
      return html`<div class="prose">${markdown(part.text, {
        copy: (block) => wish({ type: 'copy-code', exchange, part: at, block }),
        insert: (block) => wish({ type: 'insert-code', exchange, part: at, block }),
        openPlace: (place) => wish({ type: 'open-place', exchange, part: at, place }),
      })}</div>`;
    case 'thinking':
      return html`<details class="aside"><summary>${t('Thinking')}</summary><p class="quiet">${part.text}</p></details>`;
    case 'tool':
      return toolRows(
        parts.filter((each) => each.type === 'tool'),
        isAnswering,
      );
    case 'proposal':
      return proposalView(part);
    default:
      return nothing;
  }
}

const toolLooks: Record<ToolPart['state'], { name: string; tone: string; words: string }> = {
  running: { name: 'loading', tone: 'busy', words: 'under way' },
  done: { name: 'check', tone: 'good', words: 'done' },
  refused: { name: 'circle-slash', tone: 'quiet', words: 'not allowed by you' },
  failed: { name: 'error', tone: 'bad', words: 'did not work' },
};

function toolRows(tools: readonly ToolPart[], isAnswering: boolean): TemplateResult {
  const running = tools.find(({ state }) => state === 'running');
  const refused = tools.filter(({ state }) => state === 'refused').length;
  const summary = running
    ? t('Claude {0}…', running.what)
    : tools.length === 1
      ? t('Claude {0}', tools[0]?.what ?? '')
      : t('Claude did {0} things', tools.length);
  return html`<details class="aside">
    <summary>${running && isAnswering ? icon('loading', true) : nothing}${summary}${refused > 0 ? t(' ({0} not allowed)', refused) : nothing}</summary>
    <ul>
      ${tools.map(({ what, state }) => {
        const { name, tone, words } = toolLooks[state];
        return html`<li><span class=${tone}>${icon(name, state === 'running')}</span> ${what} <span class="quiet">${t(words)}</span></li>`;
      })}
    </ul>
  </details>`;
}

function proposalView({
  proposalId,
  summary,
  changes,
  isApplied,
}: Extract<ChatPart, { type: 'proposal' }>): TemplateResult {
  return html`<section class="proposal" aria-label=${t('Proposed change')}>
    <p>${icon('diff')} <strong>${t('Proposed change')}</strong></p>
    <p>${summary}</p>
    <ul>
      ${changes.map((change) => html`<li><code>${change}</code></li>`)}
    </ul>
    ${
      isApplied
        ? note('pass', t('Applied'))
        : html`<div class="buttons">${wishButton(t('Review…'), { type: 'review-proposal', proposalId }, { isPrimary: true })}</div>`
    }
  </section>`;
}

function busyLine({ parts }: ChatExchange): TemplateResult | typeof nothing {
  const last = parts.at(-1);
  if (last?.type === 'text' || (last?.type === 'tool' && last.state === 'running')) return nothing;
  return html`<p class="quiet">${icon('loading', true)} ${t('Claude is thinking…')}</p>`;
}

function waitingLine({ until, reason }: NonNullable<ChatExchange['waiting']>, now: number): TemplateResult {
  const words = t('Asking again in {0} s.', secondsTo(until, now));
  return html`<p class="quiet">${icon('watch')} ${reason} ${words}</p>`;
}

const secondsTo = (until: number, now: number) => Math.max(0, Math.ceil((until - now) / 1000));

function note(name: string, words: string): TemplateResult {
  return html`<p class="quiet">${icon(name)} ${words}</p>`;
}

/** The sentence and its remedy as a button; the question is in the box again. */
function failureView(
  { failure, question, waiting }: ChatExchange,
  now: number,
  hasKey: boolean,
): TemplateResult | typeof nothing {
  if (!failure) return nothing;
  return html`<section class="chat-failure" aria-label=${t('Why there is no answer')}>
    <p><span class="bad">${icon('error')}</span> ${failure.message}</p>
    <p class="quiet">${prose(failure.remedy.text)}</p>
    <div class="buttons">${wayOn(failure, question, hasKey, waiting ? secondsTo(waiting.until, now) : 0)}</div>
    ${failure.detail ? html`<details><summary>${t('What the API said')}</summary><p class="quiet">${failure.detail}</p></details>` : nothing}
  </section>`;
}

function wayOn(
  failure: NonNullable<ChatExchange['failure']>,
  question: string,
  hasKey: boolean,
  seconds: number,
): unknown {
  const { action } = failure.remedy;
  if (action === 'set-claude-key' && !(failure.code === 'ClaudeKeyMissing' && hasKey))
    return wishButton(t('Set Up Claude API Key'), { type: 'set-claude-key' }, { icon: 'key' });
  if (action === 'choose-claude-model')
    return wishButton(t('Choose Another Model'), { type: 'choose-claude-model' }, { icon: 'sparkle' });
  if (failure.code === 'ClaudeTooLong' || failure.code === 'ClaudeRejected' || failure.code === 'ConversationNotFound')
    return wishButton(t('New Conversation'), { type: 'new-chat' }, { icon: 'add' });
  if (failure.code === 'ClaudeRefused')
    return actButton(t('Ask in Another Way'), () => document.querySelector<HTMLElement>('.chat textarea')?.focus());
  const words = seconds > 0 ? t('Ask Again (in {0} s)', seconds) : t('Ask Again');
  return wishButton(words, { type: 'ask', question }, { icon: 'refresh' });
}
