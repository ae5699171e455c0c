import * as vscode from 'vscode';

/** Ours, by its name: a development extension may lack a publisher. */
export function extension(): vscode.Extension<unknown> {
  const found = vscode.extensions.all.find(({ packageJSON }) => packageJSON.name === 'deployotron');
  if (!found) throw new Error('The extension is not in this VS Code.');
  return found;
}
