import * as vscode from 'vscode';
import type { RunningDeployment } from '../deploy/orchestrator.ts';
import type { Deployment, Project } from '../shared/models.ts';
import { forgetStart, rememberStart } from './interrupted.ts';
import type { Session } from './session.ts';
import { showFailure, tellFailure } from './showFailure.ts';

/** Shows a deployment that was just started here, and tells its end. Returns its id as soon as it runs. */
export async function watchRun(session: Session, project: Project, running: RunningDeployment): Promise<string> {
  await rememberStart(session, running.id);
  void running.done
    .finally(() => forgetStart(session, running.id))
    .then(
      (ended) => tellEnd(session, project, ended),
      (error) => showFailure(session, error),
    );
  const open = vscode.workspace.getConfiguration('deployotron').get('monitor.open') !== 'never';
  if (open) await vscode.commands.executeCommand('deployotron.showDeployment', running.id);
  return running.id;
}

async function tellEnd(session: Session, project: Project, ended: Deployment): Promise<void> {
  if (ended.failure) return tellFailure(session, ended.failure, ended.id);
  if (!vscode.workspace.getConfiguration('deployotron').get('notifications.success', true)) return;
  const { url } = ended.facts;
  const open = vscode.l10n.t('Open App');
  const log = vscode.l10n.t('Show Log');
  const text = url
    ? vscode.l10n.t('{0} is up and healthy at {1}', project.name, url)
    : vscode.l10n.t('{0} is up and healthy.', project.name);
  const chosen = await vscode.window.showInformationMessage(text, ...(url ? [open, log] : [log]));
  if (chosen === open) await vscode.commands.executeCommand('deployotron.openUrl', ended.id);
  if (chosen === log) await vscode.commands.executeCommand('deployotron.showLogs', ended.id);
}
