import * as vscode from 'vscode';
import type { App } from '../../app.ts';
import type { Deployment, Project } from '../../shared/models.ts';
import { pickFrom } from '../ask.ts';
import { readyTarget } from '../readyTarget.ts';
import { projectFor } from '../targets.ts';
import { watchRun } from '../watchRun.ts';
import { ago, titleOf } from '../words.ts';
import type { Command } from './command.ts';

/** Goes back to an earlier success, after naming what will run and where. */
export const rollBack: Command = {
  id: 'deployotron.rollBack',
  async run(session, target) {
    const app = await session.app();
    const named = await namedDeployment(app, target);
    const project = named ? await app.getProject(named.projectId) : await projectFor(session, target);
    if (!project) return undefined;
    const to = named?.status === 'success' ? named : await pickSuccess(app, project);
    if (!to || !(await isConfirmed(project, to))) return undefined;
    const ready = await readyTarget(session, project);
    return watchRun(session, ready, await app.rollback(ready, to.id));
  },
};

async function namedDeployment(app: App, target: unknown): Promise<Deployment | undefined> {
  const id = typeof target === 'string' ? target : (target as { deployment?: Deployment } | undefined)?.deployment?.id;
  return id ? app.getDeployment(id) : undefined;
}

/** The one before what runs is the first that is offered. @throws DeployError NothingToRollBackTo */
async function pickSuccess(app: App, project: Project): Promise<Deployment | undefined> {
  const targets = await app.rollbackTargets(project);
  const items = targets.map((deployment) => ({
    label: titleOf(deployment),
    description: ago(deployment.startedAt),
    detail: deployment.imageTag,
    deployment,
  }));
  const chosen = await pickFrom(items, {
    title: vscode.l10n.t('Roll back {0}', project.name),
    placeHolder: vscode.l10n.t('To which version?'),
  });
  return chosen?.deployment;
}

async function isConfirmed(project: Project, to: Deployment): Promise<boolean> {
  const rollBackNow = vscode.l10n.t('Roll Back');
  const question = vscode.l10n.t('Roll {0} back to {1}?', project.name, titleOf(to));
  const detail = vscode.l10n.t(
    'Service {0} in cluster {1} will run {2} again. The running version serves until that one is healthy.',
    project.awsService,
    project.awsCluster,
    to.imageTag,
  );
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, rollBackNow)) === rollBackNow;
}
