import * as vscode from 'vscode';
import { fail } from '../../shared/errors.ts';
import { logScheme } from '../log/document.ts';
import { type ErrorPlace, rangeOf, sourceOf } from '../log/marks.ts';
import { showLocation } from '../log/source.ts';
import type { Session } from '../session.ts';
import type { Command } from './command.ts';

/** Says by the rules alone what an error means, at its line. */
export const explainError: Command = {
  id: 'deployotron.explainError',
  async run(session, target) {
    const { document, error } = await errorFor(session, target);
    if (!error?.cause) {
      throw fail(
        'Usage',
        vscode.l10n.t('No rule knows this line.'),
        vscode.l10n.t('Ask Claude about it, or look at the lines above.'),
      );
    }
    session.threads.explain(document, rangeOf(document, error), error);
  },
};

/** Asks Claude about an error, or about the lines that are selected; the answer comes at that line. */
export const askAboutError: Command = {
  id: 'deployotron.askAboutError',
  async run(session, target) {
    const { document, error, line } = await errorFor(session, target);
    const selection = vscode.window.activeTextEditor?.selection;
    const isSelected = !target && selection && !selection.isEmpty;
    const last = error ? error.lastLine - 1 : line;
    const range = isSelected
      ? new vscode.Range(selection.start, selection.end)
      : new vscode.Range(error ? error.line - 1 : line, 0, last, document.lineAt(last).text.length);
    const question = isSelected
      ? vscode.l10n.t('What do these lines of the log mean, and what should I do about them?')
      : vscode.l10n.t('Why does this error happen, and what should I change?');
    await session.threads.ask(document, range, question);
  },
};

/** Opens the file and line of the open folder that an error names. */
export const openErrorSource: Command = {
  id: 'deployotron.openErrorSource',
  async run(session, target) {
    const { error } = await errorFor(session, target);
    const found = await sourceOf(error);
    if (found) return showLocation(found);
    throw fail(
      'Usage',
      error?.source
        ? vscode.l10n.t('{0} is in no folder that is open here.', error.source.file)
        : vscode.l10n.t('This error names no file.'),
      vscode.l10n.t('Open the folder of the project.'),
    );
  },
};

/** Where a command was called: from a lens or a hover, from the line numbers' menu, or at the cursor. */
async function errorFor(session: Session, target: unknown) {
  const place = placeOf(target);
  if (place?.uri.scheme !== logScheme)
    throw fail(
      'Usage',
      vscode.l10n.t('This is no log of a deployment.'),
      vscode.l10n.t('Open one with Deployotron: Show Logs.'),
    );
  const document = await vscode.workspace.openTextDocument(place.uri);
  const line = Math.min(place.line, document.lineCount - 1);
  return { document, line, error: session.readings.errorAt(document, line) };
}

function placeOf(target: unknown): ErrorPlace | undefined {
  const given = target as
    | { uri?: Parameters<typeof vscode.Uri.from>[0]; line?: number; lineNumber?: number }
    | undefined;
  const active = vscode.window.activeTextEditor;
  // The menu of the line numbers counts from 1.
  const line = given?.line ?? (given?.lineNumber === undefined ? undefined : given.lineNumber - 1);
  if (given?.uri && line !== undefined) return { uri: vscode.Uri.from(given.uri), line };
  return active && { uri: active.document.uri, line: active.selection.active.line };
}
