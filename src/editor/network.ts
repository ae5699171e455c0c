import * as vscode from 'vscode';
import type { Project, ProjectOptions } from '../shared/models.ts';
import { type Ask, askInTurn, askText } from './ask.ts';
import type { Session } from './session.ts';

interface Network {
  subnets: string[];
  securityGroups: string[];
}

/**
 * The options of a project on AWS. A service that exists has its network; for a new one, which only the account's
 * owner can know, it is asked once. Undefined when the user leaves. @throws DeployError of the AWS group
 */
export async function newServiceNetwork(
  session: Session,
  known: Project | undefined,
  service: string,
  options: ProjectOptions,
): Promise<ProjectOptions | undefined> {
  if (known?.options.subnets) return options;
  const app = await session.app();
  const { newProject } = await import('../app.ts');
  const now = Math.floor(Date.now() / 1000);
  const project = known ?? {
    ...newProject({ name: service, repositoryUrl: '/', options }),
    id: '',
    createdAt: now,
    updatedAt: now,
  };
  const title = vscode.l10n.t('Looking for service {0}', project.awsService);
  const exists = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () =>
    app.serviceExists(project),
  );
  if (exists) return options;
  const network = await askInTurn<Network>([askSubnets, askSecurityGroups]);
  return network && { ...options, ...network };
}

const title = vscode.l10n.t('Network of the new service');

const askSubnets: Ask<Network> = async (_answers, place) => {
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

const askSecurityGroups: Ask<Network> = async (_answers, place) => {
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
