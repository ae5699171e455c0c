import * as vscode from 'vscode';
import { fail } from '../../shared/errors.ts';
import { projectFor } from '../targets.ts';
import type { Command } from './command.ts';

/** Removes a project with its history, after asking; what runs in ECS is left alone. */
export const deleteProject: Command = {
  id: 'deployotron.deleteProject',
  async run(session, target) {
    const project = await projectFor(session, target);
    if (!project) return;
    const app = await session.app();
    const running = (await app.listRunning()).some(({ projectId }) => projectId === project.id);
    if (running)
      throw fail(
        'Usage',
        vscode.l10n.t('{0} is being deployed.', project.name),
        vscode.l10n.t('Wait for its end, or cancel it.'),
      );
    const remove = vscode.l10n.t('Delete');
    const question = vscode.l10n.t('Delete project {0} and its history?', project.name);
    const detail = vscode.l10n.t(
      'Its deployments and their logs are removed from this computer. Service {0} and its images stay as they are.',
      project.awsService,
    );
    if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, remove)) === remove)
      await app.removeProject(project.id);
  },
};
