import path from 'node:path';
import type { App } from '../app.ts';
import { suggestProjectName } from '../deploy/names.ts';
import { newProject } from '../deploy/newProject.ts';
import type { Project } from '../shared/models.ts';
import { optionsFrom, type ProjectFlags } from './options.ts';

/** The project of a folder with what the flags say; one that is not known is taken as it would be added. Stores nothing. */
export async function folderProject(
  app: App,
  dir: string,
  { project: name, ...flags }: ProjectFlags & { project?: string },
): Promise<Project> {
  const folder = path.resolve(dir);
  const here = (await app.listProjects()).filter((each) => each.repositoryUrl === folder);
  const known = name ? await app.findProject(name) : here.length === 1 ? here[0] : undefined;
  const values = {
    name: known?.name ?? name ?? suggestProjectName(folder),
    repositoryUrl: folder,
    branch: flags.branch ?? known?.branch,
    environment: flags.environment ?? known?.environment,
    awsCluster: flags.cluster ?? known?.awsCluster,
    awsService: flags.service ?? known?.awsService,
    ecrRepository: flags.repository ?? known?.ecrRepository,
    options: { ...known?.options, ...optionsFrom(flags) },
  };
  const set = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
  return { id: known?.id ?? '', createdAt: 0, updatedAt: 0, ...newProject(set as typeof values & { branch: string }) };
}
