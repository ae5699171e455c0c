import type * as vscode from 'vscode';
import type { Session } from '../session.ts';
import { fillPage, until } from './page.ts';

/** The view of the sidebar where Claude is asked. */
export function fillChat(session: Session, view: vscode.WebviewView): void {
  const stop = fillPage(session, view.webview, 'chat', {
    async ready(tell, signal) {
      const { storedCredentials } = await import('../../credentials.ts');
      const look = async () => {
        const { claude } = await storedCredentials(session.host);
        tell({ type: 'chat', chat: { hasKey: claude } });
      };
      until(signal, [session.context.secrets.onDidChange(look)]);
      await look();
    },
  });
  view.onDidDispose(stop);
}
