import * as vscode from 'vscode';
import type { App } from '../app.ts';
import { type Deployment, isResumable } from '../shared/models.ts';

/** Tells of deployments whose window was closed or reloaded under way, and offers what can be done for each. */
export async function tellInterrupted(app: App): Promise<void> {
  for (const deployment of app.interrupted) {
    const project = await app.getProject(deployment.projectId);
    void offer(project.name, deployment);
  }
}

async function offer(name: string, deployment: Deployment): Promise<void> {
  const resume = vscode.l10n.t('Resume Watching');
  const retry = vscode.l10n.t('Retry');
  const show = vscode.l10n.t('Show Deployment');
  const resumable = isResumable(deployment);
  const text = resumable
    ? vscode.l10n.t('The deployment of {0} was interrupted while ECS was rolling it out; ECS goes on without us.', name)
    : vscode.l10n.t(
        'The deployment of {0} was interrupted before it reached ECS; the running version was left alone.',
        name,
      );
  const chosen = await vscode.window.showWarningMessage(text, ...(resumable ? [resume] : []), retry, show);
  const commands = { [resume]: 'resumeWatching', [retry]: 'retry', [show]: 'showDeployment' };
  if (chosen) await vscode.commands.executeCommand(`deployotron.${commands[chosen]}`, deployment.id);
}
