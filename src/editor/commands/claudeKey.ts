import * as vscode from 'vscode';
import { toFailure } from '../../shared/errors.ts';
import { askText } from '../ask.ts';
import { noteCredentials } from '../contextKeys.ts';
import type { Session } from '../session.ts';
import type { Command } from './command.ts';

/** The key for Claude, asked for in a masked box, shown to the API, and kept as a secret. */
export const setUpClaudeKey: Command = {
  id: 'deployotron.setUpClaudeKey',
  async run(session) {
    const { host } = session;
    const key = await askText({
      title: vscode.l10n.t('Claude API key'),
      prompt: vscode.l10n.t('A key of your own from platform.claude.com. It is sent to Anthropic alone.'),
      placeholder: 'sk-ant-…',
      secret: true,
      check: (said) =>
        /^sk-ant-\S{10,}$/.test(said) ? undefined : vscode.l10n.t('A key begins with sk-ant- and has no spaces.'),
    });
    if (typeof key !== 'string') return;
    const found = await check(session, key);
    if (found === 'unchecked' && !(await keepsUnchecked())) return;
    const { storeClaudeKey } = await import('../../credentials.ts');
    await storeClaudeKey(host, key);
    noteCredentials({ claude: true });
    void vscode.window.showInformationMessage(
      found === 'accepted'
        ? vscode.l10n.t('The Claude API key works, and is kept.')
        : vscode.l10n.t('The Claude API key is kept. It has not been checked.'),
    );
  },
};

/** @throws DeployError ClaudeKeyRejected and whatever else the API says of the key */
async function check(session: Session, key: string): Promise<'accepted' | 'unchecked'> {
  const app = await session.app();
  const title = vscode.l10n.t('Checking the Claude API key');
  try {
    await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, () =>
      app.checkClaudeKey(key),
    );
    return 'accepted';
  } catch (error) {
    const passing = ['ClaudeUnreachable', 'ClaudeOverloaded', 'ClaudeRateLimited', 'ClaudeCutOff'];
    if (!passing.includes(toFailure(error).code)) throw error;
    return 'unchecked';
  }
}

async function keepsUnchecked(): Promise<boolean> {
  const keep = vscode.l10n.t('Keep Anyway');
  const question = vscode.l10n.t('The Claude API could not be reached, so the key is not checked.');
  return (await vscode.window.showWarningMessage(question, { modal: true }, keep)) === keep;
}
