import * as vscode from 'vscode';
import { cleanLine } from '../../diagnosis/cleanLine.ts';
import type { Session } from '../session.ts';
import { cutNotice, followShownPart, shownBytes } from './shownPart.ts';

export const logScheme = 'deployotron-log';
export const logSelector: vscode.DocumentSelector = { scheme: logScheme, language: 'deployotron-log' };

/** Milliseconds between two changes of a growing document: quicker ones are lost by VS Code. */
const growPause = 300;

/** One document for each deployment; opening it again shows the same tab. Its language goes by the ending of the name. */
export function logUri(id: string): vscode.Uri {
  return vscode.Uri.from({ scheme: logScheme, path: `/${id.slice(0, 8)}.deploylog`, query: id });
}

/** The deployment that a log document is of. */
export function deploymentOf(uri: vscode.Uri): string {
  return uri.query;
}

export async function openLog(id: string, line = 0): Promise<vscode.TextEditor> {
  const document = await vscode.workspace.openTextDocument(logUri(id));
  const at = new vscode.Position(line, 0);
  const selection = line ? new vscode.Range(at, at) : undefined;
  return vscode.window.showTextDocument(document, { preview: false, selection });
}

/** The log files as read-only documents, which grow while somebody looks and the deployment runs. */
export function registerLogDocuments(session: Session): vscode.Disposable {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const texts = new Map<string, string>();
  const followed = new Map<string, AbortController>();

  /** Resolves with the first piece, so that a finished log is there at once, and goes on in the background. */
  const follow = async (uri: vscode.Uri): Promise<void> => {
    const id = deploymentOf(uri);
    const app = await session.app();
    const stop = new AbortController();
    followed.set(id, stop);
    let lines: string[] = [];
    const grow = () => {
      if (lines.length === 0) return;
      texts.set(id, shorten(`${texts.get(id) ?? ''}${lines.join('\n')}\n`));
      lines = [];
      changed.fire(uri);
    };
    const timer = setInterval(grow, growPause);
    try {
      for await (const line of followShownPart(app, id, stop.signal)) lines.push(cleanLine(line));
    } finally {
      clearInterval(timer);
      grow();
      followed.delete(id);
    }
  };

  return vscode.Disposable.from(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(logScheme, {
      onDidChange: changed.event,
      provideTextDocumentContent(uri) {
        const id = deploymentOf(uri);
        if (!texts.has(id)) {
          texts.set(id, '');
          void follow(uri).catch((error) => session.output.error(String(error)));
        }
        return texts.get(id);
      },
    }),
    // VS Code drops word of a change that comes while the document is being opened.
    vscode.workspace.onDidOpenTextDocument((document) => {
      const { uri } = document;
      if (uri.scheme === logScheme && document.getText() !== texts.get(deploymentOf(uri))) changed.fire(uri);
    }),
    vscode.workspace.onDidCloseTextDocument(({ uri, isClosed }) => {
      // A document that gets its language is said to be closed and opened, and stays.
      if (uri.scheme !== logScheme || !isClosed) return;
      followed.get(deploymentOf(uri))?.abort();
      texts.delete(deploymentOf(uri));
    }),
  );
}

/** What has grown too long loses a quarter of it at the front, so that this is seldom done. */
function shorten(text: string): string {
  if (text.length <= shownBytes * 1.25) return text;
  const from = text.indexOf('\n', text.length - shownBytes) + 1;
  return `${cutNotice(from)}\n${text.slice(from)}`;
}
