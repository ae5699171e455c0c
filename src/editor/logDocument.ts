import * as vscode from 'vscode';
import type { Session } from './session.ts';

export const logScheme = 'deployotron-log';
/** Milliseconds between two changes of a growing document: quicker ones are lost. */
const growPause = 300;

/** One document for each deployment; opening it again shows the same tab. */
export function logUri(id: string): vscode.Uri {
  return vscode.Uri.from({ scheme: logScheme, path: `/${id.slice(0, 8)}.log`, query: id });
}

export async function openLog(id: string): Promise<vscode.TextEditor> {
  const document = await vscode.workspace.openTextDocument(logUri(id));
  return vscode.window.showTextDocument(document, { preview: false });
}

/** The log files as read-only documents, which grow while somebody looks and the deployment runs. */
export function registerLogDocuments(session: Session): vscode.Disposable {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const texts = new Map<string, string>();
  const followed = new Map<string, AbortController>();

  const follow = async (uri: vscode.Uri) => {
    const stop = new AbortController();
    followed.set(uri.query, stop);
    const app = await session.app();
    let lines: string[] = [];
    const grow = () => {
      if (lines.length === 0) return;
      texts.set(uri.query, `${texts.get(uri.query) ?? ''}${lines.join('\n')}\n`);
      lines = [];
      changed.fire(uri);
    };
    const timer = setInterval(grow, growPause);
    texts.set(uri.query, '');
    try {
      for await (const line of app.followLog(uri.query, stop.signal)) lines.push(line);
    } finally {
      clearInterval(timer);
      grow();
      followed.delete(uri.query);
    }
  };

  return vscode.Disposable.from(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(logScheme, {
      onDidChange: changed.event,
      provideTextDocumentContent(uri) {
        if (!texts.has(uri.query)) void follow(uri).catch((error) => session.output.error(String(error)));
        return texts.get(uri.query) ?? '';
      },
    }),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      if (uri.scheme !== logScheme) return;
      followed.get(uri.query)?.abort();
      texts.delete(uri.query);
    }),
  );
}
