import * as vscode from 'vscode';
import { toFailure } from '../../shared/errors.ts';
import type { DeployEvent } from '../../shared/events.ts';
import type { Session } from '../session.ts';
import { monitorFacts } from './monitorFacts.ts';
import { fillPage, panelIcon, type Tell } from './page.ts';
import { sendLog } from './sendLog.ts';

/** Milliseconds between two messages of events. */
const pause = 100;

const open = new Map<string, vscode.WebviewPanel>();

/** Shows the deployment; one panel for each, which comes to the front when it is there already. */
export function openMonitor(session: Session, id: string): void {
  const there = open.get(id);
  if (there) there.reveal();
  else restoreMonitor(session, newPanel(), id);
}

function newPanel(): vscode.WebviewPanel {
  return vscode.window.createWebviewPanel('deployotron.monitor', 'Deployotron', vscode.ViewColumn.Active);
}

/** Fills a panel that VS Code has kept over a reload, or a new one. */
export function restoreMonitor(session: Session, panel: vscode.WebviewPanel, id: string): void {
  open.set(id, panel);
  let stop = new AbortController();
  panel.iconPath = panelIcon(session);
  panel.onDidDispose(() => {
    stop.abort();
    open.delete(id);
  });
  // A hidden page is gone, and comes back with `ready`.
  panel.onDidChangeViewState(() => !panel.visible && stop.abort());
  fillPage(session, panel.webview, 'monitor', {
    ready(tell) {
      stop.abort();
      stop = new AbortController();
      const setTitle = (title: string) => {
        panel.title = title;
      };
      watch(session, id, tell, setTitle, stop.signal).catch((error) => session.output.error(String(error)));
    },
  });
}

/** A snapshot, then events and lines, until `signal`. */
async function watch(
  session: Session,
  id: string,
  tell: Tell,
  setTitle: (title: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const app = await session.app();
  let waiting: DeployEvent[] = [];

  const snapshot = async () => {
    const facts = await monitorFacts(app, id, undefined);
    // What was seen since is in this; telling it again would fold it twice.
    const progress = session.feed.progressOf(id) ?? facts.progress;
    waiting = [];
    setTitle(facts.project.name);
    if (!signal.aborted) tell({ type: 'monitor', monitor: { ...facts, progress } });
  };
  const snapshotOrWord = () =>
    snapshot().catch((error) => {
      // One that has just begun is not in the history yet; word will come when it is.
      const isBeginning = session.feed.progressOf(id) !== undefined || app.running().some((each) => each.id === id);
      if (toFailure(error).code !== 'DeploymentNotFound') session.output.error(String(error));
      else if (!isBeginning) tell({ type: 'missing' });
    });

  const pass = () => {
    if (waiting.length > 0) tell({ type: 'events', events: waiting });
    waiting = [];
  };
  const listeners = [
    session.feed.onHistory(() => void snapshotOrWord()),
    session.feed.onEvent((event) => {
      if (event.deploymentId !== id || event.type === 'log') return;
      if (waiting.length === 0) setTimeout(() => !signal.aborted && pass(), pause);
      waiting.push(event);
    }),
  ];
  signal.addEventListener('abort', () => {
    for (const listener of listeners) listener.dispose();
  });
  await snapshotOrWord();
  await sendLog(app.followLog(id, signal), (from, lines) => !signal.aborted && tell({ type: 'log', from, lines }));
}
