import * as vscode from 'vscode';
import type { FileChange, Files } from '../infrastructure/generated.ts';
import type { Target } from '../infrastructure/generatedFolder.ts';
import { showDiff } from './diffDocuments.ts';

/**
 * Writes generated files into a folder, after showing them: what is new in a list, what changes as a diff. Edited files
 * are named in the question. Gives the paths that were written, or undefined when the user leaves.
 */
export async function generateInto(title: string, target: Target, generated: Files): Promise<string[] | undefined> {
  const { changesIn, writeChanges } = await import('../infrastructure/generatedFolder.ts');
  const changes = await changesIn(target, generated);
  const news = changes.filter(({ kind }) => kind !== 'same');
  if (news.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('{0}: nothing has changed.', title));
    return [];
  }
  for (const change of news.filter(({ kind }) => kind !== 'new'))
    await showDiff('generated', change, vscode.l10n.t('{0} (generated anew)', change.path));
  if (!(await isConfirmed(title, target, news))) return undefined;
  await writeChanges(target, changes);
  const [first] = news.filter(({ kind }) => kind !== 'obsolete');
  if (first) await vscode.window.showTextDocument(vscode.Uri.joinPath(vscode.Uri.file(target.folder), first.path));
  return news.map(({ path }) => path);
}

const words: Record<FileChange['kind'], string> = {
  new: vscode.l10n.t('new'),
  same: vscode.l10n.t('unchanged'),
  outdated: vscode.l10n.t('updated'),
  edited: vscode.l10n.t('edited by you, would be replaced'),
  obsolete: vscode.l10n.t('not needed any more'),
};

async function isConfirmed(title: string, { folder }: Target, changes: readonly FileChange[]): Promise<boolean> {
  const write = vscode.l10n.t('Write');
  const lines = changes.map(({ path, kind }) => `${path} (${words[kind]})`);
  const detail = `${vscode.l10n.t('In {0}:', folder)}\n\n${lines.join('\n')}`;
  return (await vscode.window.showWarningMessage(title, { modal: true, detail }, write)) === write;
}
