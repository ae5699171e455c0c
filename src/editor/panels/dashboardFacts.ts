import { basename } from 'node:path';
import type { App } from '../../app.ts';
import { rollbackTargets } from '../../deploy/rollbackTargets.ts';
import type { Deployment, Project } from '../../shared/models.ts';
import type { Progress } from '../../shared/progress.ts';
import type { Dashboard, ProjectCard } from '../../shared/protocol.ts';
import { deploymentRow, targetFact } from './rows.ts';

/** How many of the newest deployments are listed. */
const shown = 12;
/** How far back the running version of a project is looked for. */
const lookedAt = 50;

type ProgressOf = (id: string) => Progress | undefined;

export async function dashboardFacts(
  app: App,
  progressOf: ProgressOf,
  place: Pick<Dashboard, 'folder' | 'isTrusted'>,
): Promise<Dashboard> {
  const [projects, newest] = await Promise.all([app.listProjects(), app.listDeployments({ limit: shown })]);
  const names = new Map(projects.map(({ id, name }) => [id, name]));
  const { region } = app.host.settings();
  const cards = projects.map(async (project) => {
    const history = await app.listDeployments({ projectId: project.id, limit: lookedAt });
    return projectCard(project, history, progressOf, region, rollbackTargets(history).length > 0);
  });
  return {
    ...place,
    projects: await Promise.all(cards),
    deployments: newest.map((each) => deploymentRow(each, names.get(each.projectId) ?? '', progressOf(each.id))),
  };
}

function projectCard(
  project: Project,
  [latest, ...earlier]: readonly Deployment[],
  progressOf: ProgressOf,
  region: string,
  canRollBack: boolean,
): ProjectCard {
  const row = (each: Deployment) => deploymentRow(each, project.name, progressOf(each.id));
  const live = [latest, ...earlier].find((each) => each?.status === 'success');
  return {
    id: project.id,
    name: project.name,
    environment: project.environment,
    framework: project.kind || (project.framework === 'other' ? '' : project.framework),
    source: sourceName(project),
    target: targetFact(project, region),
    latest: latest && row(latest),
    live: live && row(live),
    canRollBack,
  };
}

/** What is deployed, as a person calls it. */
function sourceName({ repositoryUrl, branch }: Project): string {
  const url = URL.parse(repositoryUrl);
  const isRemote = url?.host || /^[\w.-]+@/.test(repositoryUrl);
  const name = url?.host ? url.host + url.pathname.replace(/\.git$/, '') : repositoryUrl;
  return [isRemote ? name : basename(repositoryUrl), branch].filter(Boolean).join(', ');
}
