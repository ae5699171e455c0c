import * as vscode from 'vscode';
import { toFailure } from '../../shared/errors.ts';
import type { DeployEvent } from '../../shared/events.ts';
import { followShownPart } from '../log/shownPart.ts';
import type { Session } from '../session.ts';
import { monitorFacts } from './monitorFacts.ts';
import { fillPanel, type Tell, until } from './page.ts';
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
  panel.onDidDispose(() => open.delete(id));
  const setTitle = (title: string) => {
    panel.title = title;
  };
  fillPanel(session, panel, 'monitor', {
    async ready(tell, signal) {
      const app = await session.app();
      const waiting: DeployEvent[] = [];
      const snapshot = () => tellSnapshot(session, id, waiting, tell, setTitle);
      until(signal, [session.feed.onHistory(snapshot), passEvents(session, id, waiting, tell)]);
      await snapshot();
      await sendLog(followShownPart(app, id, signal), (from, lines) => tell({ type: 'log', from, lines }));
    },
  });
}

/** Where the deployment stands. What was `waiting` is in it; telling that again would fold it twice. */
async function tellSnapshot(
  session: Session,
  id: string,
  waiting: DeployEvent[],
  tell: Tell,
  setTitle: (title: string) => void,
): Promise<void> {
  const app = await session.app();
  try {
    const facts = await monitorFacts(app, id, session.feed.progressOf(id));
    waiting.length = 0;
    setTitle(facts.project.name);
    tell({ type: 'monitor', monitor: { ...facts, progress: session.feed.progressOf(id) ?? facts.progress } });
  } catch (error) {
    // One that has just begun is not in the history yet; word will come when it is.
    const isBeginning = session.feed.progressOf(id) !== undefined || app.running().some((each) => each.id === id);
    if (toFailure(error).code !== 'DeploymentNotFound') session.output.error(String(error));
    else if (!isBeginning) tell({ type: 'missing' });
  }
}

/** Hands on the events of the deployment, several at a time; its log comes from the file, which has it from the start. */
function passEvents(session: Session, id: string, waiting: DeployEvent[], tell: Tell): vscode.Disposable {
  const pass = () => {
    if (waiting.length > 0) tell({ type: 'events', events: waiting.splice(0) });
  };
  return session.feed.onEvent((event) => {
    if (event.deploymentId !== id || event.type === 'log') return;
    if (waiting.length === 0) setTimeout(pass, pause);
    waiting.push(event);
  });
}
