import * as vscode from 'vscode';
import type { AppPlan } from '../frameworks/framework.ts';

const dockerfileScheme = 'deployotron-dockerfile';
const texts = new Map<string, string>();
const changed = new vscode.EventEmitter<vscode.Uri>();

/** Shows the Dockerfile that would be used: the user's own, or the generated one as a read-only document. */
export async function showDockerfile(folder: string, plan: AppPlan, options: vscode.TextDocumentShowOptions = {}) {
  const uri = plan.dockerfile
    ? vscode.Uri.from({ scheme: dockerfileScheme, path: '/Dockerfile', query: folder })
    : vscode.Uri.joinPath(vscode.Uri.file(folder), plan.dockerfilePath);
  if (plan.dockerfile) {
    texts.set(uri.query, plan.dockerfile);
    changed.fire(uri);
  }
  const document = await vscode.workspace.openTextDocument(uri);
  return vscode.window.showTextDocument(document, { preview: true, ...options });
}

export function registerDockerfileDocuments(): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(dockerfileScheme, {
    onDidChange: changed.event,
    provideTextDocumentContent: ({ query }) => texts.get(query) ?? '',
  });
}
