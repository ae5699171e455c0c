import * as vscode from 'vscode';
import { checkEcsName, checkProjectName, checkRepositoryName } from '../deploy/names.ts';
import type { ProjectChange } from '../deploy/newProject.ts';
import { checkBranch, parseRepositoryUrl } from '../services/gitUrl.ts';
import { cpuArchitectures, environments, type Project, type ProjectOptions } from '../shared/models.ts';

/** One value of a project, as it is shown, checked and set. An empty text of an option means: as it is detected or inherited. */
export interface ProjectField {
  label: string;
  hint: string;
  read(project: Project): string;
  /** What is wrong with a text; a thrown error is said by its message. */
  check(text: string): string | undefined;
  change(text: string, project: Project): ProjectChange;
}

type OptionName = { [Name in keyof ProjectOptions]-?: Name }[keyof ProjectOptions];

/** In the order in which people look for them. */
export const projectFields: readonly ProjectField[] = [
  own('name', vscode.l10n.t('Name'), vscode.l10n.t('Letters, digits, - and _'), checkProjectName),
  own(
    'repositoryUrl',
    vscode.l10n.t('Source'),
    vscode.l10n.t('A git address (https or ssh), or a folder'),
    parseRepositoryUrl,
  ),
  own(
    'branch',
    vscode.l10n.t('Branch'),
    vscode.l10n.t('Empty: the default branch, or a folder as it lies'),
    (said) => said && checkBranch(said),
  ),
  own('environment', vscode.l10n.t('Environment'), environments.join(', '), oneOf(environments)),
  own('awsCluster', vscode.l10n.t('ECS cluster'), vscode.l10n.t('Made when it is missing'), (said) =>
    checkEcsName('The cluster', said),
  ),
  own('awsService', vscode.l10n.t('ECS service'), vscode.l10n.t('Made when it is missing'), (said) =>
    checkEcsName('The service', said),
  ),
  own('ecrRepository', vscode.l10n.t('ECR repository'), vscode.l10n.t('Made when it is missing'), checkRepositoryName),
  text('region', vscode.l10n.t('Region'), 'eu-central-1', /^[a-z]{2}(-[a-z]+)+-\d$/),
  text('profile', vscode.l10n.t('AWS profile'), vscode.l10n.t('A profile of ~/.aws'), /^\S+$/),
  text(
    'folder',
    vscode.l10n.t('Folder of the app'),
    vscode.l10n.t('Inside the source, for a repository with several apps'),
    /^[^/\\].*$/,
  ),
  text('dockerfilePath', vscode.l10n.t('Dockerfile'), vscode.l10n.t('Relative to the folder of the app'), /^[^/\\].*$/),
  whole('port', vscode.l10n.t('Port'), vscode.l10n.t('That the app listens on'), 1, 65_535),
  text('healthPath', vscode.l10n.t('Health path'), '/health', /^\/\S*$/),
  text('installCommand', vscode.l10n.t('Install command'), 'npm ci', /\S/),
  text('buildCommand', vscode.l10n.t('Build command'), 'npm run build', /\S/),
  text('startCommand', vscode.l10n.t('Start command'), 'node server.js', /\S/),
  text('outputFolder', vscode.l10n.t('Output folder'), vscode.l10n.t('That a static build leaves'), /^[^/\\].*$/),
  whole('cpu', vscode.l10n.t('CPU'), vscode.l10n.t('Units of a task: 256, 512, 1024 …'), 128, 196_608),
  whole('memory', vscode.l10n.t('Memory'), vscode.l10n.t('MiB of a task: 512, 1024, 2048 …'), 4, 1_048_576),
  text('cpuArchitecture', vscode.l10n.t('CPU architecture'), cpuArchitectures.join(', '), /^(X86_64|ARM64)$/),
  whole('desiredCount', vscode.l10n.t('Tasks'), vscode.l10n.t('How many are to run'), 0, 5_000),
  pairs('environment', vscode.l10n.t('Environment variables'), vscode.l10n.t('NAME=value, with commas; never secrets')),
  pairs(
    'secrets',
    vscode.l10n.t('Secrets'),
    vscode.l10n.t('NAME=arn of Secrets Manager or Parameter Store, with commas'),
  ),
  list('subnets', vscode.l10n.t('Subnets'), 'subnet-0a1b2c3d, subnet-4e5f6a7b', /^subnet-[0-9a-f]+$/),
  list('securityGroups', vscode.l10n.t('Security groups'), 'sg-0a1b2c3d', /^sg-[0-9a-f]+$/),
  text(
    'executionRoleArn',
    vscode.l10n.t('Execution role'),
    'arn:aws:iam::123456789012:role/ecsTaskExecutionRole',
    /^arn:aws[\w-]*:iam::\d{12}:role\/\S+$/,
  ),
  text(
    'taskRoleArn',
    vscode.l10n.t('Task role'),
    vscode.l10n.t('That the app itself has'),
    /^arn:aws[\w-]*:iam::\d{12}:role\/\S+$/,
  ),
  text(
    'targetGroupArn',
    vscode.l10n.t('Target group'),
    vscode.l10n.t('Of a load balancer, for a new service'),
    /^arn:aws[\w-]*:elasticloadbalancing:\S+$/,
  ),
  whole(
    'rolloutMinutes',
    vscode.l10n.t('Minutes to watch'),
    vscode.l10n.t('Before the verdict is: timed out'),
    1,
    1_440,
  ),
];

type OwnName = 'name' | 'repositoryUrl' | 'branch' | 'environment' | 'awsCluster' | 'awsService' | 'ecrRepository';

function own(name: OwnName, label: string, hint: string, check: (said: string) => unknown): ProjectField {
  return {
    label,
    hint,
    read: (project) => project[name],
    check: (said) => {
      const objection = check(said);
      return name === 'environment' && typeof objection === 'string' ? objection : undefined;
    },
    change: (said) => ({ [name]: said }),
  };
}

function oneOf(values: readonly string[]) {
  return (said: string) => (values.includes(said) ? undefined : vscode.l10n.t('One of {0}.', values.join(', ')));
}

function text(name: OptionName, label: string, hint: string, shape: RegExp): ProjectField {
  return option(name, label, hint, {
    show: String,
    check: (said) => (shape.test(said) ? undefined : vscode.l10n.t('It looks like this: {0}', hint)),
    parse: (said) => said,
  });
}

function whole(name: OptionName, label: string, hint: string, least: number, most: number): ProjectField {
  const fits = (said: string) => /^\d+$/.test(said) && Number(said) >= least && Number(said) <= most;
  return option(name, label, hint, {
    show: String,
    check: (said) => (fits(said) ? undefined : vscode.l10n.t('A whole number from {0} to {1}.', least, most)),
    parse: Number,
  });
}

function list(name: OptionName, label: string, hint: string, shape: RegExp): ProjectField {
  const parse = (said: string) => said.split(/[\s,]+/).filter(Boolean);
  return option(name, label, hint, {
    show: (value) => (value as string[]).join(', '),
    check: (said) =>
      parse(said).every((each) => shape.test(each)) ? undefined : vscode.l10n.t('It looks like this: {0}', hint),
    parse,
  });
}

function pairs(name: OptionName, label: string, hint: string): ProjectField {
  // A comma inside a value stays there, unless what follows looks like the next name.
  const parts = (said: string) => said.split(/\s*,\s*(?=[A-Za-z_]\w*=)/).filter(Boolean);
  return option(name, label, hint, {
    show: (value) =>
      Object.entries(value as Record<string, string>)
        .map(([key, each]) => `${key}=${each}`)
        .join(', '),
    check: (said) =>
      parts(said).every((each) => /^[A-Za-z_]\w*=/.test(each))
        ? undefined
        : vscode.l10n.t('It looks like this: {0}', hint),
    parse: (said) =>
      Object.fromEntries(
        parts(said).map((each) => [each.slice(0, each.indexOf('=')), each.slice(each.indexOf('=') + 1)]),
      ),
  });
}

interface Form {
  show(value: unknown): string;
  check(said: string): string | undefined;
  parse(said: string): unknown;
}

function option(name: OptionName, label: string, hint: string, { show, check, parse }: Form): ProjectField {
  return {
    label,
    hint,
    read: ({ options }) => (options[name] === undefined ? '' : show(options[name])),
    check: (said) => (said === '' ? undefined : check(said)),
    change: (said, { options }) => {
      const { [name]: _before, ...others } = options;
      return { options: said === '' ? others : { ...others, [name]: parse(said) } };
    },
  };
}
