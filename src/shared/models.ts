/** The product's vocabulary. Plain data: it goes unchanged to the database, the terminal and the webview. */

export const environments = ['development', 'staging', 'production'] as const;
export type Environment = (typeof environments)[number];

/**
 * How a deployment stands or ended. Everything after `inprogress` is a verdict:
 * - `success`: this very deployment is the service's PRIMARY, COMPLETED, with running = desired > 0
 * - `failed`: it did not come up, and ECS did not go back by itself
 * - `rolledback`: ECS (or the user) went back to an earlier revision
 * - `superseded`: a newer deployment of the same service took its place
 * - `timedout`: the limit of our watch passed while ECS was still going on
 * - `unknown`: AWS could not be asked how it ended
 * - `cancelled`: the user stopped it
 * - `interrupted`: the process that ran it died
 */
export const deploymentStatuses = [
  'pending',
  'inprogress',
  'success',
  'failed',
  'rolledback',
  'superseded',
  'timedout',
  'unknown',
  'cancelled',
  'interrupted',
] as const;
export type DeploymentStatus = (typeof deploymentStatuses)[number];

export function isFinished(status: DeploymentStatus): boolean {
  return status !== 'pending' && status !== 'inprogress';
}

export const frameworkTypes = [
  'nextjs',
  'react',
  'vue',
  'angular',
  'node',
  'python',
  'ruby',
  'go',
  'rust',
  'other',
] as const;
/** The ten families that the product speaks of; every finer recognised kind belongs to one of them. */
export type FrameworkType = (typeof frameworkTypes)[number];

export const cpuArchitectures = ['X86_64', 'ARM64'] as const;
/** ECS's own names, see `runtimePlatform.cpuArchitecture` of RegisterTaskDefinition. */
export type CpuArchitecture = (typeof cpuArchitectures)[number];

/** What the user may say of an app, for a project or in a committed deployotron.json; wins over what was recognised. */
export interface AppOptions {
  /** The folder of the app inside the source, relative. */
  folder?: string;
  /** Path of the Dockerfile to use, relative to that folder. */
  dockerfilePath?: string;
  /** The kind of project that it is to be taken for, such as `django`; an own Dockerfile is passed over then. */
  kind?: string;
  languageVersion?: string;
  packageManager?: string;
  installCommand?: string;
  buildCommand?: string;
  startCommand?: string;
  /** The folder that a build leaves and that is to be served, relative to that of the app. */
  outputFolder?: string;
  port?: number;
  /** Path that answers 2xx or 3xx when the app is well, such as `/health`. */
  healthPath?: string;
}

export const appOptionNames = [
  'folder',
  'dockerfilePath',
  'kind',
  'languageVersion',
  'packageManager',
  'installCommand',
  'buildCommand',
  'startCommand',
  'outputFolder',
  'port',
  'healthPath',
] as const satisfies readonly (keyof AppOptions)[];

/** Those options of a project that are about its app. */
export function appOptionsOf(options: ProjectOptions): AppOptions {
  const set = appOptionNames.filter((name) => options[name] !== undefined);
  return Object.fromEntries(set.map((name) => [name, options[name]]));
}

/** What the user may set for one project; what is absent is detected, inherited from the running service, or a default. */
export interface ProjectOptions extends AppOptions {
  region?: string;
  /** Another AWS than the public one, such as the local sandbox; a URL. */
  endpoint?: string;
  /** Name of a profile in ~/.aws. */
  profile?: string;
  /** vCPU units of the task: 256, 512, 1024 … */
  cpu?: number;
  /** Memory of the task in MiB. */
  memory?: number;
  cpuArchitecture?: CpuArchitecture;
  desiredCount?: number;
  /** Plain environment variables of the container: never secrets. */
  environment?: Record<string, string>;
  /** Variable name → ARN of a Secrets Manager secret or SSM parameter. */
  secrets?: Record<string, string>;
  subnets?: string[];
  securityGroups?: string[];
  assignPublicIp?: boolean;
  executionRoleArn?: string;
  taskRoleArn?: string;
  targetGroupArn?: string;
  /** Seconds that a starting task may fail its load balancer's health check. */
  healthCheckGracePeriodSeconds?: number;
  /** Minutes that the rollout is watched before the verdict is `timedout`; default 5. */
  rolloutMinutes?: number;
}

/** A row of `projects`; times are Unix seconds. */
export interface Project {
  id: string;
  name: string;
  /** A git URL, or the absolute path of a local folder or repository. */
  repositoryUrl: string;
  /** Empty for "deploy what you see" of a folder, or the remote's default branch. */
  branch: string;
  framework: FrameworkType;
  environment: Environment;
  awsCluster: string;
  awsService: string;
  ecrRepository: string;
  createdAt: number;
  updatedAt: number;
  /** The finer kind below `framework`, such as `static`; empty until first detected. */
  kind: string;
  options: ProjectOptions;
}

/** What a deployment was made of and what it left in AWS, as far as it came. */
export interface DeploymentFacts {
  /** `deploy`, or `rollback` to the deployment named in `rollbackTo`. */
  operation: 'deploy' | 'rollback';
  rollbackTo?: string;
  /** True when the working tree had changes that are in no commit. */
  uncommitted?: boolean;
  imageUri?: string;
  imageDigest?: string;
  taskDefinitionArn?: string;
  /** The id that UpdateService returned, `ecs-svc/…`: the deployment that the verdict is about. */
  ecsDeploymentId?: string;
  /** Where the service answers, when that is known. */
  url?: string;
  /** True when nothing had to be built, pushed or registered. */
  unchanged?: boolean;
}

/** A row of `deployments`; times are Unix seconds. */
export interface Deployment {
  id: string;
  projectId: string;
  status: DeploymentStatus;
  commitSha: string;
  commitMessage: string;
  imageTag: string;
  startedAt: number;
  completedAt: number | undefined;
  errorMessage: string;
  /** The last 64 KiB of the log, empty for an old deployment; the whole of it is a file. */
  logs: string;
  facts: DeploymentFacts;
  failure: import('./errors.ts').Failure | undefined;
  evidence: Evidence | undefined;
  /** The process that runs or ran it. */
  holder: Holder | undefined;
}

/** A process, named so that a later one can tell whether it still lives. */
export interface Holder {
  pid: number;
  host: string;
  /** Start time of the process as the system tells it, so that a reused pid is not taken for it; empty where unknown. */
  started: string;
}

/** True when ECS may still be at it although nobody watches, so that the watch can be taken up again. */
export function isResumable({ status, facts }: Pick<Deployment, 'status' | 'facts'>): boolean {
  const unwatched = status === 'interrupted' || status === 'timedout' || status === 'unknown';
  return unwatched && Boolean(facts.ecsDeploymentId && facts.taskDefinitionArn);
}

/** Why it failed, kept because ECS forgets stopped tasks within the hour. */
export interface Evidence {
  /** Unix seconds. */
  takenAt: number;
  stoppedTasks: StoppedTask[];
  /** Newest first. */
  serviceEvents: { at: number; message: string }[];
  /** The last lines that the failed tasks themselves wrote. */
  logLines: { task: string; lines: string[] }[];
}

export interface StoppedTask {
  taskArn: string;
  stopCode: string;
  stoppedReason: string;
  stoppedAt: number | undefined;
  containers: { name: string; exitCode: number | undefined; reason: string }[];
}
