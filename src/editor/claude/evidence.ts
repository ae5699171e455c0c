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
