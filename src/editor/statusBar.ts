import * as vscode from 'vscode';
import type { Progress } from '../shared/progress.ts';
import type { Session } from './session.ts';
import { statuses } from './words.ts';

/** Milliseconds that an end stays visible. */
const endStays = 20_000;
/** Milliseconds between two changes of the text. */
const repaintPause = 500;

/** One item: the running step and percent, how many run, or for a while how the last one ended. */
export function createStatusBar(session: Session): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('deployotron.status', vscode.StatusBarAlignment.Left, 10);
  item.name = 'Deployotron';
  let ended: Progress | undefined;
  let hide: NodeJS.Timeout | undefined;
  let next: NodeJS.Timeout | undefined;

  const paint = () => {
    next = undefined;
    const look = lookOf(session.feed.running(), ended);
    if (!look || !vscode.workspace.getConfiguration('deployotron').get('statusBar.enabled', true)) return item.hide();
    item.text = look.text;
    item.tooltip = look.tooltip;
    item.accessibilityInformation = { label: look.tooltip, role: 'button' };
    item.command = look.command;
    item.backgroundColor = look.failed ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
    item.show();
  };

  const listening = session.feed.onEvent((event) => {
    if (event.type === 'log') return;
    if (event.type === 'deployment-finished') {
      ended = session.feed.progressOf(event.deploymentId);
      clearTimeout(hide);
      hide = setTimeout(() => {
        ended = undefined;
        paint();
      }, endStays);
    }
    next ??= setTimeout(paint, event.type === 'step-progress' ? repaintPause : 0);
  });
  return vscode.Disposable.from(item, listening, {
    dispose: () => {
      clearTimeout(hide);
      clearTimeout(next);
    },
  });
}

interface Look {
  text: string;
  tooltip: string;
  command: vscode.Command;
  failed: boolean;
}

/** Pure: what the item says; undefined when there is nothing to say. */
export function lookOf(running: readonly Progress[], ended: Progress | undefined): Look | undefined {
  const [one, another] = running;
  if (one && another) {
    const text = vscode.l10n.t('{0} deployments', running.length);
    return look(`$(sync~spin) ${text}`, running.map(sentence).join('\n'), undefined, false);
  }
  if (one) return look(`$(sync~spin) ${one.projectName}: ${stepText(one)}`, sentence(one), one.deploymentId, false);
  if (!ended) return undefined;
  const { label, icon } = statuses[ended.status];
  const text = `$(${icon.replace('~spin', '')}) ${ended.projectName} ${label}`;
  const tooltip = ended.failure?.message ?? `${ended.projectName} ${label}${ended.url ? `: ${ended.url}` : ''}`;
  return look(text, tooltip, ended.deploymentId, ended.status === 'failed' || ended.status === 'rolledback');
}

function look(text: string, tooltip: string, id: string | undefined, failed: boolean): Look {
  const command = { command: 'deployotron.showDeployment', title: vscode.l10n.t('Show Deployment') };
  return { text, tooltip, failed, command: id ? { ...command, arguments: [id] } : command };
}

function stepText({ steps, percent }: Progress): string {
  const step = steps.find((each) => each.state === 'running');
  return [step?.label ?? vscode.l10n.t('starting'), `${Math.round(percent)} %`].join(' ');
}

function sentence(progress: Progress): string {
  return vscode.l10n.t('Deploying {0}: {1}', progress.projectName, stepText(progress));
}
