import path from 'node:path';
import * as vscode from 'vscode';
import type { Balancer } from '../../infrastructure/terraform/wishes.ts';
import { type Environment, environments } from '../../shared/models.ts';
import { type Ask, askChoice, askInTurn, askText, back, type Choice, skip } from '../ask.ts';
import { generateInto } from '../generate.ts';
import { localFolderOf } from '../localFolder.ts';
import { projectFor } from '../targets.ts';
import type { Command } from './command.ts';

type Kind = 'public' | 'balancer' | 'https' | 'express';

interface Answers {
  kind: Kind;
  https: string;
  environments: Environment[];
  adopt: boolean;
}

/** Writes a Terraform module for a project's service, which leaves image and revision to the deployments. */
export const generateTerraform: Command = {
  id: 'deployotron.generateTerraform',
  async run(session, target) {
    const project = await projectFor(session, target);
    if (!project) return undefined;
    const folder = localFolderOf(project);
    const answers = await askInTurn<Answers>([askKind, askHttps, askEnvironments(project.environment), askAdopt]);
    if (!answers) return undefined;
    const app = await session.app();
    const [{ terraformFiles }, { httpsBalancer }] = await Promise.all([
      import('../../infrastructure/terraform/index.ts'),
      import('../../infrastructure/terraform/wishes.ts'),
    ]);
    const balancer: Balancer | undefined =
      answers.kind === 'https'
        ? httpsBalancer(answers.https)
        : answers.kind === 'balancer'
          ? { https: undefined }
          : undefined;
    const files = terraformFiles(await app.planService(project, folder), {
      environments: answers.environments,
      balancer,
      express: answers.kind === 'express',
      adopted: answers.adopt ? await app.existing(project) : undefined,
    });
    const into = { folder: path.join(folder, 'infra'), memory: '.deployotron.json' };
    return generateInto(vscode.l10n.t('Terraform for {0}', project.name), into, files);
  },
};

const title = vscode.l10n.t('Generate Terraform');

const askKind: Ask<Answers> = async ({ kind }, place) => {
  const choices: Choice<Kind>[] = [
    {
      label: vscode.l10n.t('Load balancer with HTTPS'),
      detail: vscode.l10n.t('HTTP is redirected; needs a certificate or a domain in Route 53'),
      value: 'https',
    },
    { label: vscode.l10n.t('Load balancer'), detail: vscode.l10n.t('HTTP on port 80'), value: 'balancer' },
    {
      label: vscode.l10n.t('Public address'),
      detail: vscode.l10n.t('The cheapest: each task has an address of its own'),
      value: 'public',
    },
    {
      label: vscode.l10n.t('ECS Express Mode'),
      detail: vscode.l10n.t('One resource; AWS makes balancer, certificate and scaling'),
      value: 'express',
    },
  ];
  const chosen = await askChoice<Kind>({
    ...place,
    title,
    placeholder: vscode.l10n.t('How is it reached?'),
    choices,
    active: kind,
  });
  return chosen === undefined || chosen === back ? chosen : { kind: chosen };
};

const askHttps: Ask<Answers> = async ({ kind, https }, place) => {
  if (kind !== 'https') return skip;
  const { httpsBalancer } = await import('../../infrastructure/terraform/wishes.ts');
  const text = await askText({
    ...place,
    title,
    value: https,
    prompt: vscode.l10n.t('ARN of a certificate, or a domain in Route 53'),
    placeholder: 'app.example.com',
    check: (said) => void httpsBalancer(said),
  });
  return typeof text === 'string' ? { https: text } : text;
};

function askEnvironments(own: Environment): Ask<Answers> {
  return async () => {
    const items = environments.map((label) => ({ label, picked: label === own }));
    const chosen = await vscode.window.showQuickPick(items, {
      canPickMany: true,
      ignoreFocusOut: true,
      title,
      placeHolder: vscode.l10n.t('For which environments? Each gets a file of values.'),
    });
    return chosen?.length ? { environments: chosen.map(({ label }) => label) } : undefined;
  };
}

const askAdopt: Ask<Answers> = async (_answers, place) => {
  const choices: Choice<'new' | 'adopt'>[] = [
    { label: vscode.l10n.t('New infrastructure'), value: 'new' },
    {
      label: vscode.l10n.t('Take over what exists in AWS'),
      detail: vscode.l10n.t('By import blocks; AWS is asked what is there'),
      value: 'adopt',
    },
  ];
  const chosen = await askChoice<'new' | 'adopt'>({
    ...place,
    title,
    placeholder: vscode.l10n.t('What is there already?'),
    choices,
  });
  return chosen === undefined || chosen === back ? chosen : { adopt: chosen === 'adopt' };
};
