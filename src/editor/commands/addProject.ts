import * as vscode from 'vscode';
import { checkProjectName, suggestProjectName } from '../../deploy/names.ts';
import { checkBranch, parseRepositoryUrl } from '../../services/gitUrl.ts';
import { type Environment, environments } from '../../shared/models.ts';
import { type Ask, askChoice, askInTurn, askText, back, type Choice } from '../ask.ts';
import { newServiceNetwork } from '../network.ts';
import { ensureSandbox } from '../sandbox.ts';
import type { Session } from '../session.ts';
import type { Command } from './command.ts';

interface Answers {
  repositoryUrl: string;
  branch: string;
  name: string;
  environment: Environment;
  target: 'sandbox' | 'aws';
}

/** A project from a git repository; gives the id of the new project. */
export const addProject: Command = {
  id: 'deployotron.addProject',
  async run(session) {
    const answers = await askInTurn<Answers>([askRepository, askBranch, askName(session), askEnvironment, askTarget]);
    if (!answers) return undefined;
    const { target, ...project } = answers;
    const options =
      target === 'sandbox'
        ? { endpoint: await ensureSandbox(session) }
        : await newServiceNetwork(session, undefined, answers.name, {});
    if (!options) return undefined;
    const added = await (await session.app()).addProject({ ...project, options });
    const deployNow = vscode.l10n.t('Deploy');
    void vscode.window
      .showInformationMessage(vscode.l10n.t('Project {0} is there.', added.name), deployNow)
      .then((chosen) => chosen && vscode.commands.executeCommand('deployotron.deployAgain', added.id));
    return added.id;
  },
};

const title = vscode.l10n.t('Add a project');

const askRepository: Ask<Answers> = async ({ repositoryUrl }, place) => {
  const text = await askText({
    ...place,
    title,
    value: repositoryUrl,
    prompt: vscode.l10n.t('Address of the git repository (https or ssh), or the path of a folder'),
    placeholder: 'https://github.com/you/app.git',
    check: (said) => void parseRepositoryUrl(said),
  });
  return typeof text === 'string' ? { repositoryUrl: text } : text;
};

const askBranch: Ask<Answers> = async ({ branch }, place) => {
  const text = await askText({
    ...place,
    title,
    value: branch,
    prompt: vscode.l10n.t('Branch or tag. Empty: the default branch, or a folder as it lies.'),
    check: (said) => (said ? void checkBranch(said) : undefined),
  });
  return typeof text === 'string' ? { branch: text } : text;
};

function askName(session: Session): Ask<Answers> {
  return async ({ repositoryUrl = '', name }, place) => {
    const app = await session.app();
    const text = await askText({
      ...place,
      title,
      value: name ?? suggestProjectName(parseRepositoryUrl(repositoryUrl).url),
      prompt: vscode.l10n.t('Name of the project, and of its ECS service'),
      async check(said) {
        checkProjectName(said);
        return (await app.findProject(said)) ? vscode.l10n.t('There is a project of this name already.') : undefined;
      },
    });
    return typeof text === 'string' ? { name: text } : text;
  };
}

const askEnvironment: Ask<Answers> = async ({ environment }, place) => {
  const choices: Choice<Environment>[] = environments.map((value) => ({ label: value, value }));
  const chosen = await askChoice<Environment>({
    ...place,
    title,
    placeholder: vscode.l10n.t('What is it for?'),
    choices,
    active: environment,
  });
  return chosen === undefined || chosen === back ? chosen : { environment: chosen };
};

const askTarget: Ask<Answers> = async ({ target }, place) => {
  const choices: Choice<Answers['target']>[] = [
    {
      label: `$(vm) ${vscode.l10n.t('Local sandbox')}`,
      description: vscode.l10n.t('no AWS account needed'),
      value: 'sandbox',
    },
    { label: `$(cloud) ${vscode.l10n.t('AWS')}`, value: 'aws' },
  ];
  const placeholder = vscode.l10n.t('Where does it go?');
  const chosen = await askChoice<Answers['target']>({ ...place, title, placeholder, choices, active: target });
  return chosen === undefined || chosen === back ? chosen : { target: chosen };
};
