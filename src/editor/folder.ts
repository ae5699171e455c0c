import * as vscode from 'vscode';
import { fail } from '../shared/errors.ts';

/**
 * The folder that is meant: the one in the explorer, the only one, or the chosen one of several. Undefined when the
 * user leaves. @throws DeployError when there is none that Docker could build.
 */
export async function workspaceFolder(target: unknown): Promise<string | undefined> {
  if (target instanceof vscode.Uri) return pathOf(target);
  const folders = vscode.workspace.workspaceFolders ?? [];
  const [only, another] = folders;
  if (!only)
    throw fail(
      'Usage',
      vscode.l10n.t('No folder is open.'),
      vscode.l10n.t('Open the folder of your app, or add a project from a git repository.'),
    );
  if (!another) return pathOf(only.uri);
  const chosen = await vscode.window.showWorkspaceFolderPick({
    placeHolder: vscode.l10n.t('Which folder is to be deployed?'),
  });
  return chosen && pathOf(chosen.uri);
}

function pathOf(uri: vscode.Uri): string {
  if (uri.scheme === 'file') return uri.fsPath;
  throw fail(
    'Usage',
    vscode.l10n.t('This folder is not on a disk ({0}), so Docker cannot build it.', uri.scheme),
    vscode.l10n.t('Add a project from its git repository, or open a clone of it.'),
  );
}

/** A command can be called by its id, whatever the menus hide. @throws DeployError */
export function requireTrust(): void {
  if (vscode.workspace.isTrusted) return;
  throw fail(
    'Usage',
    vscode.l10n.t('This folder is in Restricted Mode; a build would run its code.'),
    vscode.l10n.t('Trust the folder first (Workspaces: Manage Workspace Trust).'),
  );
}
