import { checkBranch, parseRepositoryUrl } from '../services/gitUrl.ts';
import type { Environment, Project, ProjectOptions } from '../shared/models.ts';
import { checkEcsName, checkProjectName, checkRepositoryName, repositoryNameFor } from './names.ts';

/** What a user says of a new project; what is absent follows from the name. */
export interface NewProject {
  name: string;
  /** A git URL, or the absolute path of a folder. */
  repositoryUrl: string;
  branch?: string;
  environment?: Environment;
  awsCluster?: string;
  awsService?: string;
  ecrRepository?: string;
  options?: ProjectOptions;
}

export type ProjectChange = Partial<NewProject>;

export const defaultCluster = 'deployotron';

/** A whole project of what the user said. @throws DeployError for a name that AWS would refuse. */
export function newProject(input: NewProject): Omit<Project, 'id' | 'createdAt' | 'updatedAt'> {
  const name = checkProjectName(input.name);
  const said = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
  const defaults = { branch: '', awsCluster: defaultCluster, awsService: name, ecrRepository: repositoryNameFor(name) };
  const project = {
    framework: 'other',
    kind: '',
    environment: 'development',
    options: {},
    ...defaults,
    ...said,
  } as Omit<Project, 'id' | 'createdAt' | 'updatedAt'>;
  return { ...project, ...checkedChange(project) };
}

/** What is there is checked, and stands as it will be stored. @throws DeployError for a value that AWS or git would refuse. */
export function checkedChange(change: ProjectChange): ProjectChange {
  if (change.name !== undefined) checkProjectName(change.name);
  if (change.awsCluster !== undefined) checkEcsName('The cluster', change.awsCluster);
  if (change.awsService !== undefined) checkEcsName('The service', change.awsService);
  if (change.ecrRepository !== undefined) checkRepositoryName(change.ecrRepository);
  if (change.branch) checkBranch(change.branch);
  const repository = change.repositoryUrl === undefined ? undefined : parseRepositoryUrl(change.repositoryUrl);
  return { ...change, ...(repository && { repositoryUrl: repository.url }) };
}
