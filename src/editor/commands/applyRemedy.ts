import * as vscode from 'vscode';
import type { App } from '../../app.ts';
import type { ActionParameters } from '../../shared/cause.ts';
import { type Failure, fail, type Remedy, type RemedyAction } from '../../shared/errors.ts';
import type { Project, ProjectOptions } from '../../shared/models.ts';
import { askText } from '../ask.ts';
import { costOfChange } from '../costOfChange.ts';
import { readyTarget } from '../readyTarget.ts';
import type { Session } from '../session.ts';
import { deploymentFor } from '../targets.ts';
import { watchRun } from '../watchRun.ts';
import type { Command } from './command.ts';

/** Does what the cause of a failed deployment asks for: changes the project's setting and deploys again, or opens the file. */
export const applyRemedy: Command = {
  id: 'deployotron.applyRemedy',
  async run(session, target) {
    const deployment = await deploymentFor(session, target, ({ failure }) => failure !== undefined);
    const remedy = remedyOf(deployment?.failure, (target as { cause?: string } | undefined)?.cause);
    if (!deployment || !remedy?.action) return undefined;
    const app = await session.app();
    const project = await app.getProject(deployment.projectId);
    const parameters = remedy.parameters ?? {};
    if (remedy.action === 'open-file') return openFile(project, parameters);
    const change = await changeFor(remedy.action, parameters, project);
    if (!change) return undefined;
    return deployWith(session, app, project, change);
  },
};

/** The failure's main remedy, or that of the cause with this code. */
export function remedyOf(
  failure: Failure | undefined,
  cause: string | undefined,
): Pick<Remedy, 'action' | 'parameters'> | undefined {
  return cause === undefined ? failure?.remedy : failure?.causes?.find(({ code }) => code === cause);
}

interface Change {
  options: ProjectOptions;
  rebuild: boolean;
}

/** Undefined when the user leaves. */
async function changeFor(
  action: RemedyAction,
  parameters: ActionParameters,
  { options }: Project,
): Promise<Change | undefined> {
  const { cpu, memory, healthPath, port, variable = '', platform } = parameters;
  switch (action) {
    case 'raise-memory':
      return { options: { ...options, ...(cpu && { cpu }), ...(memory && { memory }) }, rebuild: false };
    case 'rebuild': {
      const cpuArchitecture = platform === 'linux/arm64' ? 'ARM64' : 'X86_64';
      return { options: { ...options, cpuArchitecture }, rebuild: true };
    }
    case 'set-health-path': {
      const said =
        healthPath ?? (await ask(vscode.l10n.t('Path that answers when the app is well'), '/health', /^\/\S*$/));
      return said ? { options: { ...options, healthPath: said }, rebuild: false } : undefined;
    }
    case 'set-port': {
      const said = port ?? Number(await ask(vscode.l10n.t('Port that the app listens on'), '3000', /^\d{1,5}$/));
      return said ? { options: { ...options, port: said }, rebuild: false } : undefined;
    }
    case 'set-variable': {
      const value = await ask(
        vscode.l10n.t('Value of {0}. It is plain text in the task definition: no secrets.', variable),
        '',
        /\S/,
      );
      return value
        ? { options: { ...options, environment: { ...options.environment, [variable]: value } }, rebuild: false }
        : undefined;
    }
    default:
      throw fail('Usage', vscode.l10n.t('Nothing can be changed for this failure.'), vscode.l10n.t('Look at its log.'));
  }
}

async function ask(prompt: string, placeholder: string, shape: RegExp): Promise<string | undefined> {
  const check = (said: string) =>
    shape.test(said) ? undefined : vscode.l10n.t('It looks like this: {0}', placeholder || 'value');
  const said = await askText({ title: vscode.l10n.t('What is missing'), prompt, placeholder, check });
  return typeof said === 'string' ? said : undefined;
}

async function deployWith(session: Session, app: App, project: Project, { options, rebuild }: Change): Promise<string> {
  const cost = await costOfChange(app, project, options);
  if (cost) void vscode.window.showInformationMessage(cost);
  const changed = await readyTarget(session, await app.updateProject(project.id, { options }));
  return watchRun(session, changed, await app.deploy(changed, { rebuild, force: false }));
}

/** A file that a log names is opened only inside the project's own folder. */
async function openFile(
  { repositoryUrl }: Project,
  { file = '', line = 1, column = 1 }: ActionParameters,
): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.fsPath === repositoryUrl)?.uri;
  const uri = folder && vscode.Uri.joinPath(folder, file);
  if (!folder || !uri?.path.startsWith(`${folder.path}/`))
    throw fail(
      'Usage',
      vscode.l10n.t('{0} is not in a folder that is open here.', file),
      vscode.l10n.t('Open the folder of the project first.'),
    );
  const at = new vscode.Position(Math.max(0, line - 1), Math.max(0, column - 1));
  await vscode.window.showTextDocument(uri, { selection: new vscode.Range(at, at) });
}
