import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { type Fact, readWish, type Screen, type Wish } from '../../shared/protocol.ts';
import type { Session } from '../session.ts';
import { pageHtml } from './html.ts';
import { carryOut } from './wishes.ts';

export type Tell = (fact: Fact) => void;

/** What a screen does itself; every other wish is a command of the editor. */
export interface PageWork {
  /** The page is there and knows nothing: after opening, and after each time that it was hidden or reloaded. */
  ready(tell: Tell): void;
  refresh?(tell: Tell): void;
}

/** Puts the page into a webview and answers its wishes. */
export function fillPage(session: Session, webview: vscode.Webview, screen: Screen, work: PageWork): Tell {
  const files = vscode.Uri.joinPath(session.context.extensionUri, 'dist/webview');
  const uri = (file: string) => webview.asWebviewUri(vscode.Uri.joinPath(files, file)).toString();
  const tell: Tell = (fact) => void webview.postMessage(fact);
  webview.onDidReceiveMessage((message: unknown) => {
    const wish = readWish(message);
    if (wish) answer(session, wish, work, tell);
    else session.output.warn(`A message from the ${screen} page was ignored: it is no wish that the page may have.`);
  });
  webview.options = { enableScripts: true, localResourceRoots: [files] };
  webview.html = pageHtml({
    screen,
    nonce: randomBytes(16).toString('base64url'),
    source: webview.cspSource,
    script: uri('main.js'),
    styles: [uri('style.css')],
    language: vscode.env.language,
  });
  return tell;
}

/** For the tab: a picture there takes no colour from the theme. */
export function panelIcon({ context }: Session): { light: vscode.Uri; dark: vscode.Uri } {
  const media = (file: string) => vscode.Uri.joinPath(context.extensionUri, 'media', file);
  return { light: media('panel-light.svg'), dark: media('panel-dark.svg') };
}

function answer(session: Session, wish: Wish, work: PageWork, tell: Tell): void {
  switch (wish.type) {
    case 'ready':
      // The page's sentences are in the same bundle as ours.
      tell({ type: 'strings', strings: vscode.l10n.bundle ?? {} });
      work.ready(tell);
      break;
    case 'refresh':
      work.refresh?.(tell);
      break;
    case 'broken':
      session.output.warn(`The page says: ${wish.message.slice(0, 500)}`);
      break;
    default:
      carryOut(session, wish);
  }
}
