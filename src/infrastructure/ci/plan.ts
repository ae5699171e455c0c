import type { CpuArchitecture, Environment, Project } from '../../shared/models.ts';
import { projectFlags } from './projectFlags.ts';

/** What a pipeline is made of; every text comes from outside. */
export interface CiPlan {
  project: string;
  environment: Environment;
  region: string;
  cluster: string;
  service: string;
  repository: string;
  cpuArchitecture: CpuArchitecture;
  logGroup: string;
  /** Roles that the tasks get, which the pipeline must be allowed to pass on. */
  taskRoles: readonly string[];
  /** Branch whose pushes are deployed. */
  branch: string;
  /** What describes the project to `deployotron projects add`. */
  flags: readonly string[];
  /** `owner/name` on GitHub, or `owner@id/name@id` where the repository has immutable subject claims. */
  github: string;
  /** AWS account, 12 digits; empty where it is not known. */
  account: string;
  /** The role in AWS; empty for the variable AWS_ROLE_ARN of the repository. */
  roleArn: string;
  /** Variables that the build takes as secrets; each comes from the repository's secret of the same name. */
  buildSecrets: readonly string[];
  /** What npm installs the command from: an address of a tarball; empty for the variable DEPLOYOTRON_PACKAGE. */
  package: string;
}

/** Stands in the policies where the account is not known; the Terraform beside them puts the true one in. */
export const unknownAccount = 'ACCOUNT_ID';
export const unknownGithub = 'OWNER/NAME';

/** What the project's folder tells. */
export interface FolderFacts {
  branch: string;
  remoteUrl: string;
  buildSecrets: readonly string[];
}

/** The plan of a project; what its folder tells fills in what is not set. Pure. */
export function ciPlan(project: Project, region: string, folder: FolderFacts): CiPlan {
  const { executionRoleArn, taskRoleArn, cpuArchitecture = 'X86_64' } = project.options;
  return {
    project: project.name,
    environment: project.environment,
    region,
    cluster: project.awsCluster,
    service: project.awsService,
    repository: project.ecrRepository,
    cpuArchitecture,
    logGroup: `/ecs/${project.awsService}`,
    taskRoles: [executionRoleArn, taskRoleArn].filter((role) => role !== undefined),
    branch: project.branch || folder.branch || 'main',
    flags: projectFlags(project, region),
    github: folder.remoteUrl.match(/github\.com[/:]([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/)?.[1] ?? '',
    account: '',
    roleArn: '',
    buildSecrets: folder.buildSecrets,
    package: '',
  };
}
