import * as vscode from 'vscode';
import type { Command } from './command.ts';

/** Keeps secrets in an encrypted file from now on, for where VS Code's own storage forgets them. */
export const setUpVault: Command = {
  id: 'deployotron.setUpVault',
  async run({ secrets }) {
    await secrets.useVault();
    if (!secrets.vault.isOpen()) return;
    void vscode.window.showInformationMessage(
      vscode.l10n.t(
        'Credentials are kept in an encrypted file from now on; its passphrase is asked for once in a window. Those that were stored before have to be entered again.',
      ),
    );
  },
};
