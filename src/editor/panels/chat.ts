import type * as vscode from 'vscode';
import type { Session } from '../session.ts';
import { fillPage, type Tell } from './page.ts';

/** The view of the sidebar where Claude is asked. */
export function fillChat(session: Session, view: vscode.WebviewView): void {
  let stop: vscode.Disposable | undefined;
  view.onDidDispose(() => stop?.dispose());
  fillPage(session, view.webview, 'chat', {
    ready(tell) {
      stop?.dispose();
      const look = () => tellState(session, tell).catch((error) => session.output.error(String(error)));
      stop = session.context.secrets.onDidChange(look);
      void look();
    },
  });
}

async function tellState({ host }: Session, tell: Tell): Promise<void> {
  const { storedCredentials } = await import('../../credentials.ts');
  const { claude } = await storedCredentials(host);
  tell({ type: 'chat', chat: { hasKey: claude } });
}
