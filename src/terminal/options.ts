import { type Command, Option } from 'commander';
import { fail } from '../shared/errors.ts';
import {
  type AppOptions,
  appOptionsOf,
  type CpuArchitecture,
  cpuArchitectures,
  type Environment,
  environments,
  type ProjectOptions,
} from '../shared/models.ts';
import { buildCachePlaces } from '../shared/settings.ts';
import { type OnFailure, onFailureChoices } from './host.ts';

/** What is said of an app, as commander gives it. */
export interface AppFlags {
  port?: number;
  healthPath?: string;
  folder?: string;
  kind?: string;
  languageVersion?: string;
  packageManager?: string;
  installCommand?: string;
  buildCommand?: string;
  startCommand?: string;
  outputFolder?: string;
  dockerfile?: string;
}

/** The flags by which a project is described. */
export interface ProjectFlags extends AppFlags {
  branch?: string;
  environment?: Environment;
  cluster?: string;
  service?: string;
  repository?: string;
  region?: string;
  endpoint?: string;
  profile?: string;
  cpu?: number;
  memory?: number;
  architecture?: CpuArchitecture;
  desiredCount?: number;
  env?: string[];
  secret?: string[];
  subnets?: string[];
  securityGroups?: string[];
  assignPublicIp?: boolean;
  executionRole?: string;
  taskRole?: string;
  targetGroup?: string;
  gracePeriod?: number;
  rolloutMinutes?: number;
  onFailure?: OnFailure;
}

/** Adds the flags for everything that can be set for a project. */
export function withProjectFlags(command: Command): Command {
  return withSizeFlags(withAppFlags(withAwsFlags(command)))
    .option('-b, --branch <name>', 'branch or tag; none: the default branch, or a local folder as it lies')
    .addOption(new Option('-e, --environment <name>', 'what the service is for').choices(environments))
    .option('--cluster <name>', 'ECS cluster (default: deployotron)')
    .option('--service <name>', 'ECS service (default: the name of the project)')
    .option('--repository <name>', 'ECR repository (default: the name of the project)')
    .option('--env <NAME=value>', 'plain environment variable, may be repeated; no secrets', collect)
    .option('--secret <NAME=arn>', 'variable from Secrets Manager or Parameter Store, may be repeated', collect)
    .option('--subnets <ids>', 'subnets of a new service, with commas', list)
    .option('--security-groups <ids>', 'security groups of a new service, with commas', list)
    .option('--no-assign-public-ip', 'give the tasks of a new service no public address')
    .option('--execution-role <arn>', 'role with which ECS pulls the image and writes logs')
    .option('--task-role <arn>', 'role that the app itself has')
    .option('--target-group <arn>', 'target group of a load balancer, for a new service')
    .option('--grace-period <seconds>', 'time in which health checks may fail', wholeNumber('--grace-period', 0, 7_200))
    .option(
      '--rollout-minutes <number>',
      'how long to watch the rollout (default: 5)',
      wholeNumber('--rollout-minutes', 1, 1_440),
    );
}

/** How much runs. */
export function withSizeFlags(command: Command): Command {
  return command
    .option('--cpu <units>', 'CPU units of a task: 256, 512, 1024 …', wholeNumber('--cpu', 128, 196_608))
    .option('--memory <MiB>', 'memory of a task', wholeNumber('--memory', 4, 1_048_576))
    .addOption(new Option('--architecture <name>', 'CPU architecture of the tasks').choices(cpuArchitectures))
    .option('--desired-count <number>', 'tasks to run', wholeNumber('--desired-count', 0, 5_000));
}

/** What was recognised, said otherwise; each wins over deployotron.json. */
export function withAppFlags(command: Command): Command {
  return command
    .option('--folder <path>', 'the folder of the app inside the source, such as apps/web')
    .option('--kind <name>', 'the kind of project that it is, such as django')
    .option('--language-version <version>', 'version of its language, such as 22')
    .option('--package-manager <name>', 'npm, yarn, pnpm, bun, pip, uv …')
    .option('--install-command <command>', 'how its dependencies are installed')
    .option('--build-command <command>', 'how it is built')
    .option('--start-command <command>', 'how it is started')
    .option('--output-folder <path>', 'the folder that the build leaves and that is served')
    .option('--port <number>', 'port that the app listens on', wholeNumber('--port', 1, 65_535))
    .option('--health-path <path>', 'path that answers 2xx or 3xx when the app is well')
    .option('--dockerfile <path>', 'the Dockerfile to use, relative to the folder of the app');
}

export function withAwsFlags(command: Command): Command {
  return command
    .option('--region <name>', 'AWS region')
    .option('--endpoint <url>', 'another AWS, such as the sandbox')
    .option('--profile <name>', 'profile of ~/.aws')
    .option('--base-image-registry <name>', 'where base images come from (default: Docker Hub)');
}

/** Adds how much of the history stays. */
export function withRetention(command: Command): Command {
  return command
    .option('--keep-days <number>', 'first forget deployments older than this', wholeNumber('--keep-days', 0, 999_999))
    .option(
      '--keep-deployments <number>',
      'first forget all but so many of each project',
      wholeNumber('--keep-deployments', 0, 999_999),
    );
}

/** Adds where layers are kept for builds on other computers. */
export function withBuildCache(command: Command): Command {
  return command.addOption(
    new Option(
      '--build-cache <place>',
      'keep the layers with dependencies in the ECR repository, for computers that have no cache (default: none)',
    ).choices(buildCachePlaces),
  );
}

/** Adds what is to be done when a rollout is certain to fail. */
export function withOnFailure(command: Command): Command {
  return command.addOption(
    new Option(
      '--on-failure <what>',
      'when a rollout is certain to fail: go back at once (rollback), ask, or wait for ECS (default: rollback)',
    ).choices(onFailureChoices),
  );
}

/** The options that were set; those that were not are absent. Pure. */
export function optionsFrom(flags: ProjectFlags): ProjectOptions {
  const options: ProjectOptions = {
    region: flags.region,
    endpoint: flags.endpoint,
    profile: flags.profile,
    ...appOptionsFrom(flags),
    cpu: flags.cpu,
    memory: flags.memory,
    cpuArchitecture: flags.architecture,
    desiredCount: flags.desiredCount,
    environment: flags.env && pairs('--env', flags.env),
    secrets: flags.secret && pairs('--secret', flags.secret),
    subnets: flags.subnets,
    securityGroups: flags.securityGroups,
    // Commander sets a `--no-…` flag to true when it is absent.
    assignPublicIp: flags.assignPublicIp === false ? false : undefined,
    executionRoleArn: flags.executionRole,
    taskRoleArn: flags.taskRole,
    targetGroupArn: flags.targetGroup,
    healthCheckGracePeriodSeconds: flags.gracePeriod,
    rolloutMinutes: flags.rolloutMinutes,
  };
  return onlySet(options);
}

/** The same of the flags about the app. Pure. */
export function appOptionsFrom(flags: AppFlags): AppOptions {
  const { dockerfile } = flags;
  return appOptionsOf(onlySet({ ...flags, dockerfilePath: dockerfile }));
}

function onlySet<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}

export function wholeNumber(name: string, least: number, most: number) {
  return (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw fail('InvalidOption', name, text, `a whole number from ${least} to ${most}`);
  };
}

export function list(text: string): string[] {
  return text
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean);
}

function collect(text: string, before: string[] = []): string[] {
  return [...before, text];
}

function pairs(flag: string, texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf('=');
      if (!/^[A-Za-z_]\w*$/.test(text.slice(0, Math.max(0, at)))) {
        // The value may be a secret that somebody put here by mistake, so it is not repeated.
        throw fail('InvalidOption', flag, text.split('=')[0] ?? '', 'it must look like NAME=value');
      }
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}
