import { t } from '@vscode/l10n';
import { html, nothing, render } from 'lit-html';
import { iconButton } from './button.ts';
import { createLogText } from './logText.ts';
import { remember, remembered } from './vscode.ts';

const mostFound = 2_000;
/** Pixels from the end that still count as being there. */
const nearEnd = 24;

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
  const scroller = document.createElement('div');
  scroller.className = 'log-scroller';
  scroller.tabIndex = 0;
  scroller.setAttribute('role', 'log');
  // Each line read aloud would drown everything; the live region tells the summaries.
  scroller.setAttribute('aria-live', 'off');
  scroller.append(text.element);
  const element = document.createElement('section');
  element.className = 'log';

  const memory = remembered();
  const state = {
    isFollowing: memory.isFollowing ?? true,
    search: memory.search ?? '',
    found: [] as Range[],
    at: -1,
  };
  let wantedTop = state.isFollowing ? undefined : memory.logScrollTop;
  let isSearchDue = false;

  scroller.addEventListener('scroll', onScroll, { passive: true });
  scroller.addEventListener('keydown', onLogKey);
  draw();
  return { element, add, clear, show, draw };

  function add(from: number, lines: readonly string[]): void {
    text.add(from, lines);
    if (state.isFollowing) toEnd();
    else restoreTop();
    if (state.search) searchSoon();
    if (text.count() === lines.length) draw();
  }

  function clear(): void {
    text.clear();
    state.found = [];
    draw();
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
    if (wantedTop === undefined && isAtEnd !== state.isFollowing) follow(isAtEnd);
    remember({ logScrollTop: scroller.scrollTop });
  }

  function follow(isFollowing: boolean): void {
    state.isFollowing = isFollowing;
    wantedTop = undefined;
    remember({ isFollowing });
    if (isFollowing) toEnd();
    draw();
  }

  function show(line: string): void {
    const range = text.findLine(line);
    if (!range) return;
    reveal(range, 'start');
    scroller.focus({ preventScroll: true });
  }

  function reveal(range: Range, block: 'start' | 'center'): void {
    state.isFollowing = false;
    // First the piece, so that it is laid out; then the line in it.
    range.startContainer.parentElement?.scrollIntoView({ block: 'nearest' });
    const line = range.getBoundingClientRect();
    const pane = scroller.getBoundingClientRect();
    const margin = block === 'center' ? pane.height / 2 : 4;
    scroller.scrollTop += line.top - pane.top - margin;
    remember({ isFollowing: false, logScrollTop: scroller.scrollTop });
    draw();
  }

  /** New lines come often; looking through all of them need not. */
  function searchSoon(): void {
    if (isSearchDue) return;
    isSearchDue = true;
    setTimeout(() => {
      isSearchDue = false;
      search();
    }, 200);
  }

  function search(): void {
    state.found = text.find(state.search, mostFound);
    state.at = Math.min(state.at, state.found.length - 1);
    CSS.highlights.set('log-found', new Highlight(...state.found));
    markCurrent();
    draw();
  }

  function markCurrent(): void {
    const current = state.found[state.at];
    if (current) CSS.highlights.set('log-current', new Highlight(current));
    else CSS.highlights.delete('log-current');
  }

  function step(by: 1 | -1): void {
    const { length } = state.found;
    if (length === 0) return;
    state.at = state.at < 0 ? (by > 0 ? 0 : length - 1) : (state.at + by + length) % length;
    markCurrent();
    const current = state.found[state.at];
    if (current) reveal(current, 'center');
  }

  function onSearch(event: Event): void {
    state.search = (event.target as HTMLInputElement).value;
    state.at = -1;
    remember({ search: state.search });
    search();
  }

  function onSearchKey(event: KeyboardEvent): void {
    if (event.key === 'Enter') step(event.shiftKey ? -1 : 1);
    if (event.key !== 'Escape') return;
    state.search = '';
    remember({ search: '' });
    search();
    scroller.focus();
  }

  function onLogKey(event: KeyboardEvent): void {
    if (event.key === 'End') follow(true);
    if (event.key === '/' || (event.key === 'f' && (event.ctrlKey || event.metaKey))) {
      element.querySelector<HTMLElement>('vscode-text-field')?.focus();
      event.preventDefault();
    }
  }

  function draw(): void {
    scroller.setAttribute('aria-label', t('Log'));
    const { found, at, search: words, isFollowing } = state;
    const isEmpty = text.count() === 0;
    render(
      html`<div class="log-bar">
          <h2>${t('Log')}</h2>
          <vscode-text-field
            type="search"
            placeholder=${t('Search the log')}
            aria-label=${t('Search the log')}
            .value=${words}
            @input=${onSearch}
            @keydown=${onSearchKey}
          ></vscode-text-field>
          <span class="found" role="status">${words ? countOf(found.length, at) : nothing}</span>
          ${iconButton('arrow-up', t('Previous match'), () => step(-1))}
          ${iconButton('arrow-down', t('Next match'), () => step(1))}
          <span class="spacer"></span>
          ${iconButton(isFollowing ? 'debug-pause' : 'debug-continue', t('Follow the end of the log'), () => follow(!state.isFollowing), isFollowing)}
          ${iconButton('go-to-file', t('Open the whole log in an editor'), openWhole)}
        </div>
        <div class="log-body">
          ${scroller} ${isEmpty ? html`<p class="log-empty quiet">${t('Nothing has been written yet.')}</p>` : nothing}
          ${
            isFollowing || isEmpty
              ? nothing
              : html`<button class="to-end" @click=${() => follow(true)}>
                  <span class="codicon codicon-arrow-down" aria-hidden="true"></span> ${t('Jump to latest')}
                </button>`
          }
        </div>`,
      element,
    );
  }

  function countOf(count: number, at: number): string {
    if (count === 0) return t('none found');
    const total = count === mostFound ? `${count}+` : String(count);
    return at < 0 ? t('{0} found', total) : t('{0} of {1}', at + 1, total);
  }
}
