import * as vscode from 'vscode';
import type { SourcePlace } from '../../diagnosis/frames.ts';

/** A path in an image has more in front of it than the same file in the folder: so many parts may be left out. */
const mostLeftOut = 6;

/**
 * The file of an open folder that a log names, at the line that it names. The name is from outside: what would lead out
 * of the folder is not looked for. Undefined when no folder has it.
 */
export async function findSource({ file, line, column }: SourcePlace): Promise<vscode.Location | undefined> {
  const parts = file.split(/[\\/]+/).filter((part) => part && part !== '.');
  if (parts.includes('..')) return undefined;
  for (const folder of vscode.workspace.workspaceFolders ?? []) {
    for (let leftOut = 0; leftOut < Math.min(parts.length, mostLeftOut); leftOut++) {
      const uri = vscode.Uri.joinPath(folder.uri, ...parts.slice(leftOut));
      const stat = await vscode.workspace.fs.stat(uri).then(undefined, () => undefined);
      if (stat?.type === vscode.FileType.File)
        return new vscode.Location(uri, new vscode.Position(Math.max(0, line - 1), Math.max(0, (column ?? 1) - 1)));
    }
  }
  return undefined;
}

export async function showLocation({ uri, range }: vscode.Location): Promise<void> {
  await vscode.window.showTextDocument(uri, { selection: range, viewColumn: vscode.ViewColumn.Beside });
}
