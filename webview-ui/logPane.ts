import { t } from '@vscode/l10n';
import { html, nothing, render } from 'lit-html';
import { iconButton } from './button.ts';
import { createLogSearch } from './logSearch.ts';
import { createLogText } from './logText.ts';
import { icon } from './status.ts';
import { remember, remembered } from './vscode.ts';

/** Pixels from the end that still count as being there. */
const nearEnd = 24;
/** Milliseconds until new lines are searched as well: they come often, and looking through all of them need not. */
const searchPause = 200;

export interface LogPane {
  element: HTMLElement;
  add(from: number, lines: readonly string[]): void;
  clear(): void;
  /** Scrolls to the first line that reads so, and stops following. */
  show(line: string): void;
  /** In another language, say. */
  draw(): void;
}

/** The live log: follows its end until the reader scrolls away, and is searched with Enter and Shift+Enter. */
export function createLogPane(openWhole: () => void): LogPane {
  const text = createLogText();
  const search = createLogSearch(text);
  const scroller = newScroller(text.element);
  const element = document.createElement('section');
  element.className = 'log';

  const memory = remembered();
  let isFollowing = memory.isFollowing ?? true;
  let wantedTop = isFollowing ? undefined : memory.logScrollTop;
  let isSearchDue = false;

  scroller.addEventListener('scroll', onScroll, { passive: true });
  scroller.addEventListener('keydown', onLogKey);
  search.look(memory.search ?? '');
  draw();
  return { element, add, clear, show, draw };

  function add(from: number, lines: readonly string[]): void {
    const wasEmpty = text.count() === 0;
    text.add(from, lines);
    if (isFollowing) toEnd();
    else restoreTop();
    if (search.words()) searchSoon();
    if (wasEmpty) draw();
  }

  function clear(): void {
    text.clear();
    look(search.words());
  }

  /** After a reload the lines come again, in pieces. */
  function restoreTop(): void {
    if (wantedTop === undefined || scroller.scrollHeight < wantedTop + scroller.clientHeight) return;
    scroller.scrollTop = wantedTop;
    wantedTop = undefined;
  }

  function toEnd(): void {
    scroller.scrollTop = scroller.scrollHeight;
  }

  function onScroll(): void {
    const isAtEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight <= nearEnd;
    if (wantedTop === undefined && isAtEnd !== isFollowing) follow(isAtEnd);
    remember({ logScrollTop: scroller.scrollTop });
  }

  function follow(wanted: boolean): void {
    isFollowing = wanted;
    wantedTop = undefined;
    remember({ isFollowing });
    if (isFollowing) toEnd();
    draw();
  }

  function show(line: string): void {
    const range = text.findLine(line);
    if (!range) return;
    reveal(range, 4);
    scroller.focus({ preventScroll: true });
  }

  /** Puts the place so many pixels below the upper edge. */
  function reveal(range: Range, below: number): void {
    follow(false);
    // First the piece, so that it is laid out; then the line in it.
    range.startContainer.parentElement?.scrollIntoView({ block: 'nearest' });
    scroller.scrollTop += range.getBoundingClientRect().top - scroller.getBoundingClientRect().top - below;
  }

  function look(words: string): void {
    search.look(words);
    draw();
  }

  function searchSoon(): void {
    if (isSearchDue) return;
    isSearchDue = true;
    setTimeout(() => {
      isSearchDue = false;
      look(search.words());
    }, searchPause);
  }

  function step(by: 1 | -1): void {
    const place = search.step(by);
    if (place) reveal(place, scroller.clientHeight / 2);
  }

  function onSearch(event: Event): void {
    const words = (event.target as HTMLInputElement).value;
    remember({ search: words });
    look(words);
  }

  function onSearchKey(event: KeyboardEvent): void {
    if (event.key === 'Enter') step(event.shiftKey ? -1 : 1);
    if (event.key !== 'Escape') return;
    remember({ search: '' });
    look('');
    scroller.focus();
  }

  function onLogKey(event: KeyboardEvent): void {
    if (event.key === 'End') follow(true);
    if (event.key !== '/' && !(event.key === 'f' && (event.ctrlKey || event.metaKey))) return;
    element.querySelector<HTMLElement>('vscode-text-field')?.focus();
    event.preventDefault();
  }

  function draw(): void {
    scroller.setAttribute('aria-label', t('Log'));
    const isEmpty = text.count() === 0;
    render(
      html`<div class="log-bar">
          <h2>${t('Log')}</h2>
          <vscode-text-field
            type="search"
            placeholder=${t('Search the log')}
            aria-label=${t('Search the log')}
            .value=${search.words()}
            @input=${onSearch}
            @keydown=${onSearchKey}
          ></vscode-text-field>
          <span class="found" role="status">${search.count()}</span>
          ${iconButton('arrow-up', t('Previous match'), () => step(-1))}
          ${iconButton('arrow-down', t('Next match'), () => step(1))}
          <span class="spacer"></span>
          ${iconButton(isFollowing ? 'debug-pause' : 'debug-continue', t('Follow the end of the log'), () => follow(!isFollowing), isFollowing)}
          ${iconButton('go-to-file', t('Open the whole log in an editor'), openWhole)}
        </div>
        <div class="log-body">
          ${scroller} ${isEmpty ? html`<p class="log-empty quiet">${t('Nothing has been written yet.')}</p>` : nothing}
          ${
            isFollowing || isEmpty
              ? nothing
              : html`<button class="to-end" @click=${() => follow(true)}>${icon('arrow-down')} ${t('Jump to latest')}</button>`
          }
        </div>`,
      element,
    );
  }
}

function newScroller(content: HTMLElement): HTMLElement {
  const scroller = document.createElement('div');
  scroller.className = 'log-scroller';
  scroller.tabIndex = 0;
  scroller.setAttribute('role', 'log');
  // Each line read aloud would drown everything; the live region tells the summaries.
  scroller.setAttribute('aria-live', 'off');
  scroller.append(content);
  return scroller;
}
