import { t } from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit-html';
import type { Chat, ChatExchange } from '../src/shared/chatShape.ts';
import type { FactOf } from '../src/shared/protocol.ts';
import { announce } from './announce.ts';
import { iconButton, wishButton } from './button.ts';
import { type Composer, composerView } from './chatComposer.ts';
import { exchangeView } from './chatExchange.ts';
import { icon } from './status.ts';
import { remember, remembered, wish } from './vscode.ts';
import { age } from './words.ts';

/** Pixels from the end that still count as being there. */
const nearEnd = 24;

export interface ChatPane {
  take(fact: FactOf<'chat'> | FactOf<'exchange'> | FactOf<'draft'>): void;
  view(): TemplateResult;
  /** After each drawing: the newest words come into sight, for those who are at the end. */
  drawn(): void;
}

/** The conversation with Claude. The editor holds it; the page keeps what is typed and where it is read. */
export function createChatPane(drawSoon: () => void): ChatPane {
  const memory = remembered();
  let chat: Chat | undefined;
  const state = {
    draft: memory.draft ?? '',
    isFollowing: memory.isFollowing ?? true,
    isListOpen: false,
    isStopping: false,
    wantedTop: memory.isFollowing === false ? memory.chatTop : undefined,
  };
  window.addEventListener('focus', () => document.activeElement === document.body && focusBox());
  // The seconds until Claude is asked again.
  setInterval(() => last()?.waiting && drawSoon(), 1_000);

  return { take, view, drawn };

  function take(fact: Parameters<ChatPane['take']>[0]): void {
    const before = last();
    if (fact.type === 'chat') chat = fact.chat;
    else if (fact.type === 'draft') write(fact.text);
    else if (chat && fact.number < chat.exchanges.length)
      chat = { ...chat, exchanges: chat.exchanges.with(fact.number, fact.exchange) };
    if (fact.type === 'draft') focusBox();
    else if (before?.ending === 'answering') ended(last());
    drawSoon();
  }

  function ended(exchange: ChatExchange | undefined): void {
    if (!exchange || exchange.ending === 'answering') return;
    state.isStopping = false;
    announce(summaryOf(exchange));
    // What could not be answered is there to be asked again.
    if (exchange.ending === 'failed' && !state.draft) write(exchange.question);
  }

  function last(): ChatExchange | undefined {
    return chat?.exchanges.at(-1);
  }

  function write(draft: string): void {
    state.draft = draft;
    remember({ draft });
    drawSoon();
  }

  function send(): void {
    const question = state.draft.trim();
    if (!question || !chat?.hasKey) return;
    wish({ type: 'ask', question });
    announce(t('Claude is asked.'));
    write('');
    follow(true);
  }

  function stop(): void {
    state.isStopping = true;
    wish({ type: 'stop-answer' });
    drawSoon();
  }

  function follow(isFollowing: boolean): void {
    state.isFollowing = isFollowing;
    state.wantedTop = undefined;
    remember({ isFollowing });
    drawSoon();
  }

  function onScroll({ currentTarget }: Event): void {
    const { scrollHeight, scrollTop, clientHeight } = currentTarget as HTMLElement;
    const isAtEnd = scrollHeight - scrollTop - clientHeight <= nearEnd;
    if (state.wantedTop === undefined && isAtEnd !== state.isFollowing) follow(isAtEnd);
    remember({ chatTop: scrollTop });
  }

  function drawn(): void {
    const scroller = document.querySelector('.talk');
    if (!scroller) return;
    if (state.isFollowing) scroller.scrollTop = scroller.scrollHeight;
    else if (state.wantedTop !== undefined && scroller.scrollHeight >= state.wantedTop + scroller.clientHeight) {
      scroller.scrollTop = state.wantedTop;
      state.wantedTop = undefined;
    }
  }

  function view(): TemplateResult {
    if (!chat) return html`<main class="chat"><h1 class="reader">${t('Ask Claude')}</h1></main>`;
    const { exchanges, hasKey } = chat;
    const box: Composer = {
      draft: state.draft,
      isAnswering: last()?.ending === 'answering',
      isStopping: state.isStopping,
      write,
      send,
      stop,
    };
    return html`<main class="chat">
      ${head(chat)} ${state.isListOpen ? list(chat) : nothing}
      <div class="talk-frame">
        <div class="talk" role="log" aria-live="off" aria-label=${t('Conversation')} tabindex="0" @scroll=${onScroll}>
          ${exchanges.length === 0 ? beginning(hasKey) : nothing}
          ${exchanges.map((exchange, at) => exchangeView(exchange, at, Date.now(), hasKey))}
        </div>
        ${
          state.isFollowing || exchanges.length === 0
            ? nothing
            : html`<button class="to-end" @click=${() => follow(true)}>${icon('arrow-down')} ${t('Jump to latest')}</button>`
        }
      </div>
      ${composerView(chat, box)}
    </main>`;
  }

  function head({ title }: Chat): TemplateResult {
    return html`<header class="chat-head">
      <h1>${title || t('Ask Claude')}</h1>
      ${iconButton('add', t('New conversation'), () => startNew())}
      ${iconButton('history', t('Conversations'), () => toggleList(!state.isListOpen), state.isListOpen)}
    </header>`;
  }

  function startNew(): void {
    toggleList(false);
    wish({ type: 'new-chat' });
    focusBox();
  }

  function toggleList(isOpen: boolean): void {
    state.isListOpen = isOpen;
    drawSoon();
  }

  function list({ conversations, conversation }: Chat): TemplateResult {
    const open = (conversationId: string) => {
      toggleList(false);
      wish({ type: 'open-chat', conversationId });
    };
    return html`<nav class="conversations" aria-label=${t('Conversations')}>
      ${conversations.length === 0 ? html`<p class="quiet">${t('No conversation is kept yet.')}</p>` : nothing}
      <ul>
        ${conversations.map(
          ({ id, title, about, updatedAt }) => html`<li>
            <button class="conversation" aria-current=${id === conversation ? 'true' : nothing} @click=${() => open(id)}>
              <span>${title}</span><span class="quiet">${[about, age(updatedAt)].filter(Boolean).join(' · ')}</span>
            </button>
            ${iconButton('trash', t('Delete “{0}”', title), () => wish({ type: 'delete-chat', conversationId: id }))}
          </li>`,
        )}
      </ul>
    </nav>`;
  }
}

function beginning(hasKey: boolean): TemplateResult {
  return html`<div class="beginning">
    <p>${t('Why a deployment failed, what a log says, how to put it right: with the evidence that Deployotron has kept.')}</p>
    <p class="quiet">${t('Nothing is sent before you ask, and secrets are masked in what is.')}</p>
    ${hasKey ? wishButton(t('Analyse the Last Failure'), { type: 'analyse-logs' }, { icon: 'search' }) : nothing}
  </div>`;
}

/** For a screen reader: how it ended and the beginning of the answer, never each word as it comes. */
function summaryOf({ ending, failure, parts }: ChatExchange): string {
  if (failure) return `${failure.message} ${failure.remedy.text}`;
  if (ending === 'stopped') return t('The answer was stopped.');
  const text = parts.flatMap((part) => (part.type === 'text' ? part.text : [])).at(-1) ?? '';
  return t('Claude has answered: {0}', text.replace(/\s+/g, ' ').slice(0, 200));
}

function focusBox(): void {
  document.querySelector<HTMLElement>('.chat textarea')?.focus();
}
