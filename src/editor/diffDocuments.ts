import * as vscode from 'vscode';

const scheme = 'deployotron-diff';
const texts = new Map<string, string>();

interface Change {
  path: string;
  /** Undefined for a file that is not there yet. */
  before: string | undefined;
  after: string;
}

/** Shows a change that is not made yet as a diff of two read-only documents. `key` tells changes of the same path apart. */
export async function showDiff(key: string, { path, before, after }: Change, title: string): Promise<void> {
  const side = (name: string, text: string) => {
    const uri = vscode.Uri.from({ scheme, path: `/${path}`, query: `${key}:${name}` });
    texts.set(uri.query + uri.path, text);
    return uri;
  };
  await vscode.commands.executeCommand('vscode.diff', side('before', before ?? ''), side('after', after), title, {
    preview: false,
  });
}

export function registerDiffDocuments(): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(scheme, {
    provideTextDocumentContent: ({ query, path }) => texts.get(query + path) ?? '',
  });
}
