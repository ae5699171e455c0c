import * as vscode from 'vscode';
import type { Surroundings } from '../../shared/protocol.ts';
import type { Session } from '../session.ts';
import { dashboardFacts } from './dashboardFacts.ts';
import { fillPage, panelIcon, type Tell } from './page.ts';
import { lookAround } from './surroundings.ts';

/** Milliseconds between two drawings while deployments run. */
const pause = 500;

let open: { panel: vscode.WebviewPanel; tell: Tell } | undefined;

/** There is one; it comes to the front when it is there already. */
export function openDashboard(session: Session, tab?: 'overview' | 'settings'): void {
  if (open) open.panel.reveal();
  else
    restoreDashboard(
      session,
      vscode.window.createWebviewPanel('deployotron.dashboard', 'Deployotron', vscode.ViewColumn.Active),
    );
  if (tab) firstTab = tab;
  if (tab) open?.tell({ type: 'tab', tab });
}

/** The page that is being opened cannot hear yet; it is told when it is ready. */
let firstTab: 'overview' | 'settings' | undefined;

/** Fills a panel that VS Code has kept over a reload, or a new one. */
export function restoreDashboard(session: Session, panel: vscode.WebviewPanel): void {
  let stop = new AbortController();
  panel.iconPath = panelIcon(session);
  panel.onDidDispose(() => {
    stop.abort();
    open = undefined;
  });
  panel.onDidChangeViewState(() => !panel.visible && stop.abort());
  const tell = fillPage(session, panel.webview, 'dashboard', {
    ready(tell) {
      stop.abort();
      stop = new AbortController();
      watch(session, tell, stop.signal);
      if (firstTab) tell({ type: 'tab', tab: firstTab });
      firstTab = undefined;
    },
    refresh: (tell) => void lookAround(session, (surroundings) => tell({ type: 'surroundings', surroundings })),
  });
  open = { panel, tell };
}

function watch(session: Session, tell: Tell, signal: AbortSignal): void {
  const draw = async () => {
    const app = await session.app();
    const place = { folder: vscode.workspace.workspaceFolders?.[0]?.name ?? '', isTrusted: vscode.workspace.isTrusted };
    const dashboard = await dashboardFacts(app, session.feed.progressOf, place);
    if (!signal.aborted) tell({ type: 'dashboard', dashboard });
  };
  const drawSoon = atMostEach(pause, () => {
    if (!signal.aborted) draw().catch((error) => session.output.error(String(error)));
  });
  const look = () => {
    const told = (surroundings: Surroundings) => !signal.aborted && tell({ type: 'surroundings', surroundings });
    lookAround(session, told).catch((error) => session.output.error(String(error)));
  };
  const listeners = [
    session.feed.onHistory(drawSoon),
    session.feed.onEvent((event) => event.type !== 'log' && drawSoon()),
    vscode.workspace.onDidGrantWorkspaceTrust(drawSoon),
    vscode.workspace.onDidChangeWorkspaceFolders(drawSoon),
    vscode.workspace.onDidChangeConfiguration((change) => change.affectsConfiguration('deployotron') && look()),
    session.context.secrets.onDidChange(look),
  ];
  signal.addEventListener('abort', () => {
    for (const listener of listeners) listener.dispose();
  });
  drawSoon();
  look();
}

/** Calls `work` at once, and then at most once in a pause; the last call is never lost. */
function atMostEach(milliseconds: number, work: () => void): () => void {
  let isPausing = false;
  let isWanted = false;
  const go = () => {
    isPausing = true;
    isWanted = false;
    work();
    setTimeout(() => {
      isPausing = false;
      if (isWanted) go();
    }, milliseconds);
  };
  return () => {
    isWanted = true;
    if (!isPausing) go();
  };
}
