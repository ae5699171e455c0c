import * as vscode from 'vscode';
import type { App } from '../app.ts';
import { fail } from '../shared/errors.ts';
import type { Deployment, Project } from '../shared/models.ts';
import { pickFrom } from './ask.ts';
import type { Session } from './session.ts';
import { ago, statuses, titleOf } from './words.ts';

/** What a command was called on, as far as it says it: a node of the tree, or an id. */
interface Called {
  project?: { id: string };
  deployment?: { id: string; projectId: string };
  deploymentId?: string;
}

/** The project that is meant; asks when there are several, and gives undefined when the user backs out. */
export async function projectFor(session: Session, target: unknown): Promise<Project | undefined> {
  const app = await session.app();
  const id = idOf(target, ({ project, deployment }) => project?.id ?? deployment?.projectId);
  if (id) return app.getProject(id);
  return pickProject(await app.listProjects());
}

/** The deployment that is meant; without a target, one of the newest that `fits`. */
export async function deploymentFor(
  session: Session,
  target: unknown,
  fits: (deployment: Deployment) => boolean = () => true,
): Promise<Deployment | undefined> {
  const app = await session.app();
  const id = idOf(target, ({ deployment, deploymentId }) => deployment?.id ?? deploymentId);
  if (id) return app.getDeployment(id);
  const projectId = idOf(target, ({ project }) => project?.id);
  const found = (await app.listDeployments({ projectId, limit: 100 })).filter(fits);
  return pickDeployment(app, found);
}

function idOf(target: unknown, read: (called: Called) => string | undefined): string | undefined {
  if (typeof target === 'string') return target;
  return target && typeof target === 'object' ? read(target) : undefined;
}

async function pickProject(projects: readonly Project[]): Promise<Project | undefined> {
  const [only, another] = projects;
  if (!only)
    throw fail('Usage', vscode.l10n.t('There is no project yet.'), vscode.l10n.t('Deploy a folder, or add a project.'));
  if (!another) return only;
  const items = projects.map((project) => ({
    label: project.name,
    description: project.environment,
    detail: project.repositoryUrl,
    project,
  }));
  const chosen = await pickFrom(items, { placeHolder: vscode.l10n.t('Which project?') });
  return chosen?.project;
}

async function pickDeployment(app: App, deployments: readonly Deployment[]): Promise<Deployment | undefined> {
  const [only, another] = deployments;
  if (!only)
    throw fail('Usage', vscode.l10n.t('There is no such deployment.'), vscode.l10n.t('Deploy something first.'));
  if (!another) return only;
  const names = new Map((await app.listProjects()).map(({ id, name }) => [id, name]));
  const items = deployments.map((deployment) => ({
    label: `$(${statuses[deployment.status].icon.replace('~spin', '')}) ${titleOf(deployment)}`,
    description: `${names.get(deployment.projectId) ?? ''} · ${statuses[deployment.status].label}`,
    detail: ago(deployment.startedAt),
    deployment,
  }));
  const chosen = await pickFrom(items, { placeHolder: vscode.l10n.t('Which deployment?') });
  return chosen?.deployment;
}
