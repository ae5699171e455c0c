import type * as vscode from 'vscode';
import type { Session } from '../session.ts';
import { fillPage } from './page.ts';
import { lookAround } from './surroundings.ts';

/** The view of the sidebar where Claude is asked. */
export function chatView(session: Session): vscode.WebviewViewProvider {
  return {
    resolveWebviewView({ webview }) {
      fillPage(session, webview, 'chat', {
        ready: (tell) => void lookAround(session, (surroundings) => tell({ type: 'surroundings', surroundings })),
      });
    },
  };
}
