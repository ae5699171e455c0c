import * as vscode from 'vscode';
import { fail } from '../shared/errors.ts';
import type { Project } from '../shared/models.ts';

/** The folder of a project that lies on this computer. @throws DeployError for one that is cloned from elsewhere */
export function localFolderOf({ name, repositoryUrl }: Project): string {
  if (!/^[a-z][a-z0-9+.-]+:\/\/|@/i.test(repositoryUrl)) return repositoryUrl;
  const folders = vscode.workspace.workspaceFolders ?? [];
  const [only, another] = folders;
  // Whoever has the clone open means it.
  if (only && !another && only.uri.scheme === 'file') return only.uri.fsPath;
  throw fail(
    'Usage',
    vscode.l10n.t('The files of {0} are not in a folder that is open here.', name),
    vscode.l10n.t('Open a clone of {0} first.', repositoryUrl),
  );
}
