import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { type ChatWish, type Fact, isChatWish, readWish, type Screen, type Wish } from '../../shared/protocol.ts';
import type { Session } from '../session.ts';
import { pageHtml } from './html.ts';
import { carryOut } from './wishes.ts';

export type Tell = (fact: Fact) => void;

/** What a screen does itself; every other wish is a command of the editor. */
export interface PageWork {
  /**
   * The page is there and knows nothing: after opening, and after each time that it was hidden or reloaded. It is told
   * what is and what comes, until `signal`.
   */
  ready(tell: Tell, signal: AbortSignal): Promise<unknown>;
  refresh?(tell: Tell): Promise<unknown>;
  chat?(wish: ChatWish): void;
}

/** Puts the page into a panel; nothing is told while it is hidden. */
export function fillPanel(session: Session, panel: vscode.WebviewPanel, screen: Screen, work: PageWork): void {
  const media = (file: string) => vscode.Uri.joinPath(session.context.extensionUri, 'media', file);
  // A picture takes no colour from the theme.
  panel.iconPath = { light: media('panel-light.svg'), dark: media('panel-dark.svg') };
  const stop = fillPage(session, panel.webview, screen, work);
  panel.onDidDispose(stop);
  panel.onDidChangeViewState(() => !panel.visible && stop());
}

/** Puts the page into a webview and answers its wishes. What it gives ends the telling. */
export function fillPage(session: Session, webview: vscode.Webview, screen: Screen, work: PageWork): () => void {
  let telling = new AbortController();
  const tell: Tell = (fact) => void webview.postMessage(fact);
  const begin = () => {
    telling.abort();
    telling = new AbortController();
    const { signal } = telling;
    const tellMeanwhile: Tell = (fact) => !signal.aborted && tell(fact);
    // The page's sentences are in the same bundle as ours.
    tell({ type: 'strings', strings: vscode.l10n.bundle ?? {} });
    return work.ready(tellMeanwhile, signal);
  };
  const logged = (done?: Promise<unknown>) => done?.catch((error) => session.output.error(String(error)));

  const answer = (wish: Wish) => {
    if (wish.type === 'ready') logged(begin());
    else if (wish.type === 'refresh') logged(work.refresh?.(tell));
    else if (wish.type === 'broken') session.output.warn(`The page says: ${wish.message.slice(0, 500)}`);
    else if (isChatWish(wish)) work.chat?.(wish);
    else carryOut(session, wish);
  };
  webview.onDidReceiveMessage((message: unknown) => {
    const wish = readWish(message);
    if (wish) answer(wish);
    else session.output.warn(`A message from the ${screen} page was ignored: it is no wish that the page may have.`);
  });
  show(session, webview, screen);
  return () => telling.abort();
}

function show({ context }: Session, webview: vscode.Webview, screen: Screen): void {
  const files = vscode.Uri.joinPath(context.extensionUri, 'dist/webview');
  const uri = (file: string) => webview.asWebviewUri(vscode.Uri.joinPath(files, file)).toString();
  webview.options = { enableScripts: true, localResourceRoots: [files] };
  webview.html = pageHtml({
    screen,
    nonce: randomBytes(16).toString('base64url'),
    source: webview.cspSource,
    script: uri('main.js'),
    styles: [uri('style.css')],
    language: vscode.env.language,
  });
}

/** Ends the listening with the telling. */
export function until(signal: AbortSignal, listeners: readonly vscode.Disposable[]): void {
  signal.addEventListener('abort', () => {
    for (const listener of listeners) listener.dispose();
  });
}
