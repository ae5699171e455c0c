import * as vscode from 'vscode';
import { ensureSandbox, removeSandbox } from '../sandbox.ts';
import type { Command } from './command.ts';

export const startSandbox: Command = {
  id: 'deployotron.startSandbox',
  async run(session) {
    const endpoint = await ensureSandbox(session);
    void vscode.window.showInformationMessage(vscode.l10n.t('The sandbox runs at {0}', endpoint));
    return endpoint;
  },
};

export const stopSandbox: Command = {
  id: 'deployotron.stopSandbox',
  async run(session) {
    const stop = vscode.l10n.t('Stop and Remove');
    const detail = vscode.l10n.t('Its services, images and logs are removed. The history of deployments stays.');
    const question = vscode.l10n.t('Stop the sandbox?');
    if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, stop)) === stop)
      await removeSandbox(session);
  },
};
