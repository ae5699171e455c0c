import * as vscode from 'vscode';
import { isFinished, isResumable } from '../shared/models.ts';
import type { Session } from './session.ts';

/** So many of the newest deployments decide what the palette offers. */
const lookedAt = 50;

/** What menus and welcome views ask for. Until the history is open, `loaded` is false and the palette hides nothing. */
export function keepContextKeys(session: Session): vscode.Disposable {
  const refresh = async () => {
    const app = await session.app();
    const [projects, deployments] = await Promise.all([app.listProjects(), app.listDeployments({ limit: lookedAt })]);
    setKeys({
      loaded: true,
      hasProjects: projects.length > 0,
      hasDeployments: deployments.length > 0,
      hasFailed: deployments.some(({ status }) => isFinished(status) && status !== 'success'),
      hasSucceeded: deployments.some(({ status }) => status === 'success'),
      hasInterrupted: deployments.some(isResumable),
      hasUrl: deployments.some(({ facts }) => facts.url),
      running: deployments.some(({ status }) => !isFinished(status)),
    });
  };
  return session.feed.onHistory(() => void refresh().catch((error) => session.output.error(String(error))));
}

/** For the welcome view: a newcomer without Docker is told so before the first attempt. */
export async function lookForDocker(): Promise<void> {
  const { examineDocker } = await import('../doctor.ts');
  noteDocker((await examineDocker()).ok);
}

/** What the doctor or a deployment found out about Docker. */
export function noteDocker(ready: boolean): void {
  setKeys({ docker: ready ? 'ready' : 'missing' });
}

/** What was found out about credentials; what is not given stays as it is known. */
export function noteCredentials({ aws, claude }: { aws?: boolean; claude?: boolean }): void {
  setKeys({ ...(aws !== undefined && { awsReady: aws }), ...(claude !== undefined && { claudeReady: claude }) });
}

function setKeys(keys: Record<string, boolean | string>): void {
  for (const [name, value] of Object.entries(keys))
    void vscode.commands.executeCommand('setContext', `deployotron.${name}`, value);
}
