import * as vscode from 'vscode';
import type { LogError } from '../../diagnosis/logErrors.ts';
import { logSelector } from './document.ts';
import type { Readings } from './readings.ts';
import { findSource } from './source.ts';

/** What the commands for an error are told: which document, and the error's line from 0. */
export interface ErrorPlace {
  uri: vscode.Uri;
  line: number;
}

/**
 * Marks the errors of a log: in Problems and for F8, with lenses above, and with a hover. In a read-only document a
 * quick fix cannot be reached by keyboard, so lenses, hover links and menus are the ways to ask.
 */
export function registerMarks(readings: Readings): vscode.Disposable {
  const problems = vscode.languages.createDiagnosticCollection('deployotron');
  const lensesChanged = new vscode.EventEmitter<void>();

  const mark = async (document: vscode.TextDocument) => {
    const errors = readings.errorsOf(document);
    problems.set(
      document.uri,
      errors.map((error) => diagnosticOf(document, error)),
    );
    lensesChanged.fire();
    if (vscode.window.activeTextEditor?.document === document) await noteErrors(errors.length > 0);
  };
  return vscode.Disposable.from(
    problems,
    lensesChanged,
    readings.onChange((document) => void mark(document)),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => problems.delete(uri)),
    vscode.window.onDidChangeActiveTextEditor(
      (editor) => editor && void noteErrors(readings.errorsOf(editor.document).length > 0),
    ),
    vscode.languages.registerCodeLensProvider(logSelector, {
      onDidChangeCodeLenses: lensesChanged.event,
      provideCodeLenses: (document) => readings.errorsOf(document).flatMap((error) => lensesOf(document, error)),
    }),
    vscode.languages.registerHoverProvider(logSelector, {
      provideHover(document, { line }) {
        const error = readings.errorAt(document, line);
        return error && new vscode.Hover(hoverText(document, error));
      },
    }),
  );
}

function noteErrors(has: boolean): Thenable<unknown> {
  return vscode.commands.executeCommand('setContext', 'deployotron.logHasErrors', has);
}

/** Only what is a cause is loud; what follows from it is a hint. */
function diagnosticOf(document: vscode.TextDocument, error: LogError): vscode.Diagnostic {
  const severity = error.root ? vscode.DiagnosticSeverity.Error : vscode.DiagnosticSeverity.Information;
  const message = [error.message, error.cause, error.remedy].filter(Boolean).join('\n');
  const diagnostic = new vscode.Diagnostic(rangeOf(document, error), message, severity);
  diagnostic.source = 'Deployotron';
  if (error.code) diagnostic.code = error.code;
  return diagnostic;
}

export function rangeOf(document: vscode.TextDocument, { line }: LogError): vscode.Range {
  return document.lineAt(Math.min(line, document.lineCount) - 1).range;
}

function lensesOf(document: vscode.TextDocument, error: LogError): vscode.CodeLens[] {
  if (!error.root) return [];
  const range = rangeOf(document, error);
  return actionsOf(document, error).map(
    ({ title, command, place }) => new vscode.CodeLens(range, { title, command, arguments: [place] }),
  );
}

/** What can be done with an error, in the order in which it is offered everywhere. */
function actionsOf(document: vscode.TextDocument, error: LogError) {
  const place: ErrorPlace = { uri: document.uri, line: error.line - 1 };
  return [
    ...(error.cause ? [{ title: vscode.l10n.t('Explain'), command: 'deployotron.explainError', place }] : []),
    { title: vscode.l10n.t('Ask Claude about this error'), command: 'deployotron.askAboutError', place },
    ...(error.source ? [{ title: vscode.l10n.t('Open source'), command: 'deployotron.openErrorSource', place }] : []),
  ];
}

/** Text from the log stays text; the links are ours, and only to these commands. */
function hoverText(document: vscode.TextDocument, error: LogError): vscode.MarkdownString {
  const text = new vscode.MarkdownString(undefined, true);
  const actions = actionsOf(document, error);
  text.isTrusted = { enabledCommands: actions.map(({ command }) => command) };
  text.appendText(error.cause ?? error.message);
  if (error.remedy) text.appendMarkdown('\n\n').appendText(error.remedy);
  if (error.count > 1) text.appendMarkdown('\n\n').appendText(vscode.l10n.t('{0} times in this log', error.count));
  const links = actions.map(({ title, command, place }) => {
    const told = encodeURIComponent(JSON.stringify([{ uri: place.uri.toJSON(), line: place.line }]));
    return `[${title}](command:${command}?${told})`;
  });
  return text.appendMarkdown(`\n\n${links.join(' · ')}`);
}

/** The source that an error names, marked there too, where a quick fix works; `undefined` when no open folder has it. */
export async function sourceOf(error: LogError | undefined): Promise<vscode.Location | undefined> {
  return error?.source && findSource(error.source);
}
