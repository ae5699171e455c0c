import type * as vscode from 'vscode';
import type { DeployEvent } from '../shared/events.ts';
import type { Deployment, Project } from '../shared/models.ts';
import { readyTarget } from './readyTarget.ts';
import type { Session } from './session.ts';
import { watchRun } from './watchRun.ts';

/** What other extensions get: `vscode.extensions.getExtension('deployotron.deployotron')?.activate()`. */
export interface DeployotronApi {
  version: 1;
  listProjects(): Promise<Project[]>;
  /** Starts a deployment of a known project, by name or id, and gives its id. Rejects with a sentence as its message. */
  deploy(project: string): Promise<string>;
  getDeployment(id: string): Promise<Deployment>;
  /** Everything that happens in any deployment, of this window or another. */
  onEvent: vscode.Event<DeployEvent>;
}

export function exportedApi(session: Session): DeployotronApi {
  return {
    version: 1,
    listProjects: async () => (await session.app()).listProjects(),
    async deploy(name) {
      const app = await session.app();
      const project = await readyTarget(session, await app.getProject(name));
      return watchRun(session, project, await app.deploy(project, { rebuild: false, force: false }));
    },
    getDeployment: async (id) => (await session.app()).getDeployment(id),
    onEvent: session.feed.onEvent,
  };
}
