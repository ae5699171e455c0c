import * as vscode from 'vscode';
import { inPauses } from '../inPauses.ts';
import type { Session } from '../session.ts';
import { dashboardFacts } from './dashboardFacts.ts';
import { fillPanel, type Tell, until } from './page.ts';
import { lookAround } from './surroundings.ts';

/** Milliseconds between two drawings while deployments run. */
const pause = 500;

let open: vscode.WebviewPanel | undefined;

/** There is one; it comes to the front when it is there already. */
export function openDashboard(session: Session): void {
  if (open) open.reveal();
  else restoreDashboard(session, newPanel());
}

function newPanel(): vscode.WebviewPanel {
  return vscode.window.createWebviewPanel('deployotron.dashboard', 'Deployotron', vscode.ViewColumn.Active);
}

/** Fills a panel that VS Code has kept over a reload, or a new one. */
export function restoreDashboard(session: Session, panel: vscode.WebviewPanel): void {
  open = panel;
  panel.onDidDispose(() => {
    open = undefined;
  });
  const look = (tell: Tell) => lookAround(session, (surroundings) => tell({ type: 'surroundings', surroundings }));
  fillPanel(session, panel, 'dashboard', {
    refresh: look,
    async ready(tell, signal) {
      const tellSoon = inPauses(pause, () => {
        if (!signal.aborted) tellDashboard(session, tell).catch((error) => session.output.error(String(error)));
      });
      const draw = () => tellSoon('dashboard');
      until(signal, [
        session.feed.onHistory(draw),
        session.feed.onEvent((event) => event.type !== 'log' && draw()),
        vscode.workspace.onDidGrantWorkspaceTrust(draw),
        vscode.workspace.onDidChangeWorkspaceFolders(draw),
        vscode.workspace.onDidChangeConfiguration((change) => change.affectsConfiguration('deployotron') && look(tell)),
        session.secrets.onDidChange(() => look(tell)),
      ]);
      draw();
      await look(tell);
    },
  });
}

async function tellDashboard(session: Session, tell: Tell): Promise<void> {
  const { workspaceFolders, isTrusted } = vscode.workspace;
  const place = { folder: workspaceFolders?.[0]?.name ?? '', isTrusted };
  const dashboard = await dashboardFacts(await session.app(), session.feed.progressOf, place);
  tell({ type: 'dashboard', dashboard });
}
