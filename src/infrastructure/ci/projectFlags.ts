import type { Project, ProjectOptions } from '../../shared/models.ts';

type Flag = readonly [name: string, value: string | number | undefined];

/**
 * The flags of `deployotron projects add` that describe a project; pure. Without endpoint and profile, which belong to
 * the computer, not to the project.
 */
export function projectFlags(project: Project, region: string): string[] {
  const { options } = project;
  const flags: Flag[] = [
    ['environment', project.environment],
    ['region', region],
    ['cluster', project.awsCluster],
    ['service', project.awsService],
    ['repository', project.ecrRepository],
    ...appFlags(options),
    ['cpu', options.cpu],
    ['memory', options.memory],
    ['architecture', options.cpuArchitecture],
    ['desired-count', options.desiredCount],
    ...pairs('env', options.environment),
    ...pairs('secret', options.secrets),
    ['subnets', options.subnets?.join(',')],
    ['security-groups', options.securityGroups?.join(',')],
    ['execution-role', options.executionRoleArn],
    ['task-role', options.taskRoleArn],
    ['target-group', options.targetGroupArn],
    ['grace-period', options.healthCheckGracePeriodSeconds],
    ['rollout-minutes', options.rolloutMinutes],
  ];
  const set = flags.filter(([, value]) => value !== undefined && value !== '');
  return [
    ...set.map(([name, value]) => `--${name}=${value}`),
    ...(options.assignPublicIp === false ? ['--no-assign-public-ip'] : []),
  ];
}

function appFlags(options: ProjectOptions): Flag[] {
  return [
    ['folder', options.folder],
    ['kind', options.kind],
    ['language-version', options.languageVersion],
    ['package-manager', options.packageManager],
    ['install-command', options.installCommand],
    ['build-command', options.buildCommand],
    ['start-command', options.startCommand],
    ['output-folder', options.outputFolder],
    ['dockerfile', options.dockerfilePath],
    ['port', options.port],
    ['health-path', options.healthPath],
  ];
}

function pairs(name: string, values: Record<string, string> = {}): Flag[] {
  return Object.entries(values).map(([key, value]): Flag => [name, `${key}=${value}`]);
}
