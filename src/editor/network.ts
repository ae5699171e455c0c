import * as vscode from 'vscode';
import type { DefaultVpc } from '../deploy/defaultNetwork.ts';
import type { Project, ProjectOptions } from '../shared/models.ts';
import { type Ask, askChoice, askInTurn, askText, back, type Choice, skip } from './ask.ts';
import type { Session } from './session.ts';

interface Network {
  place: 'default' | 'own';
  subnets: string[];
  securityGroups: string[];
}

/**
 * The options of a project on AWS. A service that exists has its network; for a new one it is asked once, with the
 * default VPC as the first answer. Undefined when the user leaves. @throws DeployError of the AWS group
 */
export async function newServiceNetwork(
  session: Session,
  known: Project | undefined,
  service: string,
  options: ProjectOptions,
): Promise<ProjectOptions | undefined> {
  if (known?.options.subnets) return options;
  const app = await session.app();
  const { newProject } = await import('../deploy/newProject.ts');
  const now = Math.floor(Date.now() / 1000);
  const project = known ?? {
    ...newProject({ name: service, repositoryUrl: '/', options }),
    id: '',
    createdAt: now,
    updatedAt: now,
  };
  const title = vscode.l10n.t('Looking for service {0}', project.awsService);
  const looking = <T>(look: () => Promise<T>) =>
    vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, look);
  if (await looking(() => app.serviceExists(project))) return options;
  // Who may not look for it can still type subnets in.
  const vpc = await looking(() => app.defaultVpc(project).catch(() => undefined));
  const network = await askInTurn<Network>([askVpc(vpc), askSubnets, askSecurityGroups]);
  if (!network) return undefined;
  const { subnets, securityGroups } = network;
  return network.place === 'default' ? options : { ...options, subnets, securityGroups };
}

const title = vscode.l10n.t('Network of the new service');

/** The default VPC is used as the core uses it for a service without subnets. */
function askVpc(vpc: DefaultVpc | undefined): Ask<Network> {
  return async ({ place: active }, place) => {
    if (!vpc) return skip;
    const choices: Choice<Network['place']>[] = [
      {
        label: vscode.l10n.t('Default VPC'),
        description: vpc.id,
        detail: vscode.l10n.t('Public addresses; a security group of its own lets everyone in on the port of the app'),
        value: 'default',
      },
      {
        label: vscode.l10n.t('Other subnets…'),
        detail: vscode.l10n.t('Name subnets and security groups of your own'),
        value: 'own',
      },
    ];
    const placeholder = vscode.l10n.t('Where do its tasks run?');
    const chosen = await askChoice<Network['place']>({ ...place, title, placeholder, choices, active });
    return chosen === undefined || chosen === back ? chosen : { place: chosen };
  };
}

const askSubnets: Ask<Network> = async ({ place: vpc }, place) => {
  if (vpc === 'default') return skip;
  const text = await askText({
    ...place,
    title,
    prompt: vscode.l10n.t(
      'Subnets that its tasks run in, with commas. VPC › Subnets in the AWS console lists them; those of the default VPC will do.',
    ),
    placeholder: 'subnet-0a1b2c3d, subnet-4e5f6a7b',
    check: (said) =>
      isList(said, 'subnet') ? undefined : vscode.l10n.t('Ids such as subnet-0a1b2c3d, with commas between them.'),
  });
  return typeof text === 'string' ? { subnets: listOf(text) } : text;
};

const askSecurityGroups: Ask<Network> = async ({ place: vpc }, place) => {
  if (vpc === 'default') return skip;
  const text = await askText({
    ...place,
    title,
    prompt: vscode.l10n.t(
      'Security groups that let the port of the app in, with commas. Empty: the default one of the VPC.',
    ),
    placeholder: 'sg-0a1b2c3d',
    check: (said) =>
      said === '' || isList(said, 'sg')
        ? undefined
        : vscode.l10n.t('Ids such as sg-0a1b2c3d, with commas between them.'),
  });
  return typeof text === 'string' ? { securityGroups: listOf(text) } : text;
};

function isList(text: string, prefix: string): boolean {
  const parts = listOf(text);
  return parts.length > 0 && parts.every((part) => new RegExp(`^${prefix}-[0-9a-f]{8,17}$`).test(part));
}

function listOf(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}
