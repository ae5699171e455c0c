import * as vscode from 'vscode';
import { pickFrom } from '../ask.ts';
import { openChat } from '../panels/index.ts';
import { deploymentFor } from '../targets.ts';
import type { Command } from './command.ts';

/** Opens the chat: as it was left, or with a new conversation about the project or deployment that it was called on. */
export const askClaude: Command = {
  id: 'deployotron.askClaude',
  async run(session, target) {
    const { project, deployment, deploymentId } = (target ?? {}) as {
      project?: { id: string };
      deployment?: { id: string };
      deploymentId?: string;
    };
    const about = typeof target === 'string' ? target : (deployment?.id ?? deploymentId);
    await openChat(session, about ? { deployment: about } : project && { project: project.id });
  },
};

/** Shows the evidence of a deployment and the question why it ended so: Enter sends both. */
export const analyzeLogs: Command = {
  id: 'deployotron.analyzeLogs',
  async run(session, target) {
    const isFailed = ({ failure }: { failure?: unknown }) => failure !== undefined;
    const deployment = await deploymentFor(session, target, target ? undefined : isFailed);
    if (!deployment) return;
    const question = vscode.l10n.t(
      'What happened in this deployment, what is the cause if it failed, and what should I change?',
    );
    await openChat(session, { deployment: deployment.id }, question);
  },
};

/** Asks the API for the models of the key, and writes the setting. */
export const chooseClaudeModel: Command = {
  id: 'deployotron.chooseClaudeModel',
  async run(session) {
    const app = await session.app();
    const title = vscode.l10n.t('Asking Claude for its models');
    const models = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () =>
      app.listClaudeModels(),
    );
    const { claudeModel } = session.host.settings();
    const items = models.map(({ id, name, isDeprecated }) => ({
      label: name,
      description: id === claudeModel ? vscode.l10n.t('{0} (in use)', id) : id,
      detail: isDeprecated ? vscode.l10n.t('Will be switched off.') : undefined,
      id,
    }));
    const chosen = await pickFrom(items, {
      title: vscode.l10n.t('Claude model'),
      placeHolder: vscode.l10n.t('Which model answers?'),
      matchOnDescription: true,
    });
    if (!chosen) return;
    const settings = vscode.workspace.getConfiguration('deployotron');
    await settings.update('claude.model', chosen.id, vscode.ConfigurationTarget.Global);
  },
};
