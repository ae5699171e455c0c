import * as vscode from 'vscode';
import type { ContextItem } from '../../shared/chat.ts';

/**
 * Shows what would go to Claude, each piece with its size, for the user to leave some out. Undefined when the user
 * leaves: then nothing is sent.
 */
export async function reviewEvidence(items: readonly ContextItem[]): Promise<ContextItem[] | undefined> {
  const choices = items.map((item) => ({
    label: item.label,
    description: `${item.kind} · ${(item.bytes / 1024).toFixed(1)} kB`,
    detail: item.text.slice(0, 160).replace(/\s+/g, ' '),
    picked: true,
    item,
  }));
  const chosen = await vscode.window.showQuickPick(choices, {
    canPickMany: true,
    ignoreFocusOut: true,
    title: vscode.l10n.t('This goes to Claude, with secrets masked'),
    placeHolder: vscode.l10n.t('Enter sends; take out what is to stay here'),
  });
  return chosen?.map(({ item }) => item);
}

const scheme = 'deployotron-evidence';
const texts = new Map<string, string>();

/** Opens what a chip stands for, as it is sent: a document that can only be read. */
export async function openEvidence({ id, label, kind, text }: ContextItem): Promise<void> {
  // Its language is told by its name.
  const name = kind === 'file' ? label.replace(/:\d+$/, '') : kind === 'log' ? `${label}.deploylog` : label;
  const uri = vscode.Uri.from({ scheme, path: `/${name}`, query: `${id}:${Date.now()}` });
  texts.set(uri.toString(), text);
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
}

export function registerEvidenceDocuments(): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.workspace.registerTextDocumentContentProvider(scheme, {
      provideTextDocumentContent: (uri) => texts.get(uri.toString()) ?? '',
    }),
    vscode.workspace.onDidCloseTextDocument(({ uri, isClosed }) => isClosed && texts.delete(uri.toString())),
  );
}
