import { fail } from '../shared/errors.ts';
import { atLeast, isFargateSize } from '../shared/fargate.ts';
import type { CpuArchitecture, Environment, Project } from '../shared/models.ts';

/** One service as the generators see it; every text in it comes from outside. */
export interface ServicePlan {
  project: string;
  environment: Environment;
  region: string;
  cluster: string;
  service: string;
  repository: string;
  port: number;
  /** Path that answers 2xx or 3xx when the app is well. */
  healthPath: string;
  /** Takes the place of the image's own CMD; empty where the image knows it. */
  command: readonly string[];
  cpu: number;
  memory: number;
  cpuArchitecture: CpuArchitecture;
  desiredCount: number;
  variables: Readonly<Record<string, string>>;
  /** Variable name → ARN. */
  secrets: Readonly<Record<string, string>>;
  subnets: readonly string[];
  securityGroups: readonly string[];
  assignPublicIp: boolean;
  /** Roles of the user's own; empty for one that is made. */
  executionRoleArn: string;
  taskRoleArn: string;
}

/** What was recognised in the project's files, as far as its infrastructure depends on it. */
export interface Recognised {
  port: number;
  healthPath: string;
  command: readonly string[];
}

/** The plan of a project: what is set, and the same defaults as a deployment's. @throws DeployError InvalidOption */
export function servicePlan(project: Project, region: string, recognised: Recognised): ServicePlan {
  const { options } = project;
  return {
    project: project.name,
    environment: project.environment,
    region,
    cluster: project.awsCluster,
    service: project.awsService,
    repository: project.ecrRepository,
    port: recognised.port,
    healthPath: recognised.healthPath || '/',
    command: recognised.command,
    ...checkedSize(options.cpu ?? 256, options.memory ?? 512),
    cpuArchitecture: options.cpuArchitecture ?? 'X86_64',
    desiredCount: options.desiredCount ?? 1,
    variables: options.environment ?? {},
    secrets: options.secrets ?? {},
    subnets: options.subnets ?? [],
    securityGroups: options.securityGroups ?? [],
    assignPublicIp: options.assignPublicIp ?? true,
    executionRoleArn: options.executionRoleArn ?? '',
    taskRoleArn: options.taskRoleArn ?? '',
  };
}

function checkedSize(cpu: number, memory: number): { cpu: number; memory: number } {
  if (isFargateSize({ cpu, memory })) return { cpu, memory };
  const next = atLeast({ cpu, memory });
  const rule = next
    ? `the next size that Fargate offers is ${next.cpu} and ${next.memory}`
    : 'Fargate has none so large';
  throw fail('InvalidOption', 'The size of a task', `${cpu} CPU units and ${memory} MiB`, rule);
}
