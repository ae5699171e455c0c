import * as vscode from 'vscode';
import type { LogError } from '../../diagnosis/logErrors.ts';
import { logScheme } from './document.ts';

/** Milliseconds of rest after which a growing log is read anew. */
const restMs = 400;

/** The errors of every log that is open, found by the same rules as the causes of a failure. */
export interface Readings extends vscode.Disposable {
  errorsOf(document: vscode.TextDocument): readonly LogError[];
  /** The error that a line belongs to; lines count from 0 as VS Code's do. */
  errorAt(document: vscode.TextDocument, line: number): LogError | undefined;
  onChange: vscode.Event<vscode.TextDocument>;
}

export function readLogs(): Readings {
  const changed = new vscode.EventEmitter<vscode.TextDocument>();
  const found = new Map<string, readonly LogError[]>();
  const waiting = new Map<string, NodeJS.Timeout>();

  const read = async (document: vscode.TextDocument) => {
    waiting.delete(document.uri.query);
    const { findLogErrors } = await import('../../diagnosis/logErrors.ts');
    if (document.isClosed) return;
    found.set(document.uri.query, findLogErrors(document.getText()));
    changed.fire(document);
  };
  const readSoon = (document: vscode.TextDocument) => {
    if (document.uri.scheme !== logScheme) return;
    clearTimeout(waiting.get(document.uri.query));
    waiting.set(
      document.uri.query,
      setTimeout(() => void read(document), restMs),
    );
  };

  const listening = vscode.Disposable.from(
    changed,
    vscode.workspace.onDidOpenTextDocument(readSoon),
    vscode.workspace.onDidChangeTextDocument(({ document }) => readSoon(document)),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => found.delete(uri.query)),
  );
  const errorsOf = (document: vscode.TextDocument) => found.get(document.uri.query) ?? [];
  return {
    errorsOf,
    errorAt: (document, line) =>
      errorsOf(document).find((error) => error.line <= line + 1 && line + 1 <= error.lastLine) ??
      errorsOf(document).find(({ again }) => again.includes(line + 1)),
    onChange: changed.event,
    dispose() {
      for (const timer of waiting.values()) clearTimeout(timer);
      listening.dispose();
    },
  };
}
