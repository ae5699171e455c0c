import * as vscode from 'vscode';
import { askText } from '../ask.ts';
import { noteCredentials } from '../contextKeys.ts';
import type { Command } from './command.ts';

/** The key for Claude, asked for in a masked box and kept as a secret. */
export const setUpClaudeKey: Command = {
  id: 'deployotron.setUpClaudeKey',
  async run({ host }) {
    const key = await askText({
      title: vscode.l10n.t('Claude API key'),
      prompt: vscode.l10n.t('A key of your own from console.anthropic.com. It is sent to Anthropic alone.'),
      placeholder: 'sk-ant-…',
      secret: true,
      check: (said) =>
        /^sk-ant-\S{10,}$/.test(said) ? undefined : vscode.l10n.t('A key begins with sk-ant- and has no spaces.'),
    });
    if (typeof key !== 'string') return;
    const { storeClaudeKey } = await import('../../credentials.ts');
    await storeClaudeKey(host, key);
    noteCredentials({ claude: true });
    void vscode.window.showInformationMessage(vscode.l10n.t('The Claude API key is kept.'));
  },
};
