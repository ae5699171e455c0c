import * as vscode from 'vscode';
import type { Session } from './session.ts';
import type { createTree } from './tree.ts';

/** The sidebar's view: the tree, and a badge for what runs or has failed unseen. */
export function registerProjectsView(session: Session, tree: ReturnType<typeof createTree>): vscode.Disposable {
  const view = vscode.window.createTreeView('deployotron.projects', { treeDataProvider: tree, showCollapseAll: true });
  const unseen = new Set<string>();
  const paint = () => {
    const running = session.feed.running().length;
    const tooltip = [
      running && vscode.l10n.t('{0} running', running),
      unseen.size && vscode.l10n.t('{0} failed', unseen.size),
    ].filter(Boolean);
    view.badge = tooltip.length ? { value: running + unseen.size, tooltip: tooltip.join(', ') } : undefined;
  };
  return vscode.Disposable.from(
    view,
    session.feed.onEvent((event) => {
      if (event.type === 'deployment-finished' && event.failure && event.failure.code !== 'Cancelled')
        unseen.add(event.deploymentId);
      if (event.type === 'deployment-started' || event.type === 'deployment-finished') paint();
    }),
    view.onDidChangeSelection(({ selection }) => {
      for (const node of selection) if (node.type === 'deployment') unseen.delete(node.deployment.id);
      paint();
    }),
    view.onDidChangeVisibility(({ visible }) => {
      if (visible) return;
      unseen.clear();
      paint();
    }),
  );
}
