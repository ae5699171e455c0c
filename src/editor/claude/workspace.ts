import * as vscode from 'vscode';
import type { Workspace } from '../../assistant/workspace.ts';
import type { Project } from '../../shared/models.ts';

/** The open folder that a question is about, with what is typed and not yet saved; none in Restricted Mode. */
export async function workspaceFor(project: Project | undefined): Promise<Workspace | undefined> {
  const folders = vscode.workspace.isTrusted ? (vscode.workspace.workspaceFolders ?? []) : [];
  const onDisk = folders.filter(({ uri }) => uri.scheme === 'file');
  const folder = onDisk.find(({ uri }) => uri.fsPath === project?.repositoryUrl) ?? onDisk[0];
  if (!folder) return undefined;
  const { openWorkspace } = await import('../../assistant/workspace.ts');
  const workspace = await openWorkspace(folder.uri.fsPath);
  return {
    root: workspace.root,
    files: workspace.files,
    async read(path) {
      // What may not be read on disk may not be read here either.
      const saved = await workspace.read(path);
      const uri = vscode.Uri.joinPath(folder.uri, path).toString();
      const typed = vscode.workspace.textDocuments.find((each) => each.isDirty && each.uri.toString() === uri);
      return saved && typed ? { text: typed.getText(), size: Buffer.byteLength(typed.getText()) } : saved;
    },
  };
}
