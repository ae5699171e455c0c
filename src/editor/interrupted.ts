import * as vscode from 'vscode';
import type { App } from '../app.ts';
import { type Deployment, isResumable } from '../shared/models.ts';
import type { Session } from './session.ts';

/** The deployments that were started in this workspace, by their ids, until their end was seen. */
const startedHere = 'deploymentsStartedHere';

/** Remembers a deployment in case that this window is closed or reloaded under way. */
export async function rememberStart({ context }: Session, id: string): Promise<void> {
  await context.workspaceState.update(startedHere, [...started(context), id]);
}

export async function forgetStart({ context }: Session, id: string): Promise<void> {
  const others = started(context).filter((each) => each !== id);
  await context.workspaceState.update(startedHere, others);
}

function started({ workspaceState }: vscode.ExtensionContext): string[] {
  return workspaceState.get<string[]>(startedHere, []);
}

/**
 * Tells of deployments whose window was closed or reloaded under way, and offers what can be done for each. The process
 * of a reloaded window may live on for a while, so those that were started here are watched to their end.
 */
export async function tellInterrupted(session: Session, app: App): Promise<void> {
  const found = app.interrupted.map(({ id }) => id);
  for (const id of new Set([...found, ...started(session.context)])) void tellIfInterrupted(session, app, id);
}

async function tellIfInterrupted(session: Session, app: App, id: string): Promise<void> {
  try {
    for await (const _ of app.followEvents(id, new AbortController().signal));
    const deployment = await app.getDeployment(id);
    if (deployment.status !== 'interrupted') return;
    const project = await app.getProject(deployment.projectId);
    await offer(project.name, deployment);
  } catch (error) {
    session.output.warn(String(error));
  } finally {
    await forgetStart(session, id);
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
