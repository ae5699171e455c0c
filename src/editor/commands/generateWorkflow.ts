import * as vscode from 'vscode';
import { type Ask, askInTurn, askText } from '../ask.ts';
import { generateInto } from '../generate.ts';
import { localFolderOf } from '../localFolder.ts';
import { projectFor } from '../targets.ts';
import type { Command } from './command.ts';

interface Answers {
  github: string;
  account: string;
}

/** Writes a GitHub Actions workflow that deploys as the editor does, and the role that it takes in AWS. */
export const generateWorkflow: Command = {
  id: 'deployotron.generateWorkflow',
  async run(session, target) {
    const project = await projectFor(session, target);
    if (!project) return undefined;
    const folder = localFolderOf(project);
    const app = await session.app();
    const [plan, { account }] = await Promise.all([app.planPipeline(project, folder), app.whereIs(project)]);
    const answers = await askInTurn<Answers>([askRepository(plan.github), askAccount(account)]);
    if (!answers) return undefined;
    const { ciFiles } = await import('../../infrastructure/ci/index.ts');
    const files = ciFiles({ ...plan, ...answers });
    const into = { folder, memory: '.github/deployotron/generated.json' };
    return generateInto(vscode.l10n.t('GitHub Actions workflow for {0}', project.name), into, files);
  },
};

const title = vscode.l10n.t('Generate GitHub Actions workflow');

function askRepository(known: string): Ask<Answers> {
  return async (_answers, place) => {
    const text = await askText({
      ...place,
      title,
      value: known,
      prompt: vscode.l10n.t('The repository on GitHub. Empty: to be filled in later.'),
      placeholder: 'owner/name',
      check: (said) =>
        said === '' || /^[\w.-]+(?:@\d+)?\/[\w.-]+(?:@\d+)?$/.test(said)
          ? undefined
          : vscode.l10n.t('It looks like owner/name.'),
    });
    return typeof text === 'string' ? { github: text } : text;
  };
}

function askAccount(known: string): Ask<Answers> {
  return async (_answers, place) => {
    const text = await askText({
      ...place,
      title,
      value: /^\d{12}$/.test(known) ? known : '',
      prompt: vscode.l10n.t('AWS account of the role. Empty: to be filled in later.'),
      placeholder: '123456789012',
      check: (said) =>
        said === '' || /^\d{12}$/.test(said) ? undefined : vscode.l10n.t('An account has twelve digits.'),
    });
    return typeof text === 'string' ? { account: text } : text;
  };
}
