import * as vscode from 'vscode';
import { type Failure, type RemedyAction, toFailure } from '../shared/errors.ts';
import type { Session } from './session.ts';

/** What each remedy is called on a button, and the command that does it. */
export const remedies: Record<RemedyAction, { label: string; command: `deployotron.${string}` }> = {
  retry: { label: vscode.l10n.t('Retry'), command: 'deployotron.retry' },
  'show-log': { label: vscode.l10n.t('Show Log'), command: 'deployotron.showLogs' },
  'set-aws-credentials': { label: vscode.l10n.t('Set Up AWS'), command: 'deployotron.setUpAwsCredentials' },
  'set-git-credentials': { label: vscode.l10n.t('Set Up Git'), command: 'deployotron.setUpGitCredentials' },
  'set-claude-key': { label: vscode.l10n.t('Set Up Claude'), command: 'deployotron.setUpClaudeKey' },
  'choose-claude-model': { label: vscode.l10n.t('Open Settings'), command: 'deployotron.openSettings' },
  'set-up-vault': { label: vscode.l10n.t('Set Up Credential File'), command: 'deployotron.setUpVault' },
  'edit-project': { label: vscode.l10n.t('Edit Project'), command: 'deployotron.editProject' },
  'start-sandbox': { label: vscode.l10n.t('Start Sandbox'), command: 'deployotron.startSandbox' },
  'show-running': { label: vscode.l10n.t('Show Deployment'), command: 'deployotron.showDeployment' },
  'raise-memory': { label: vscode.l10n.t('Raise Memory'), command: 'deployotron.applyRemedy' },
  'set-health-path': { label: vscode.l10n.t('Set Health Path'), command: 'deployotron.applyRemedy' },
  'set-port': { label: vscode.l10n.t('Set Port'), command: 'deployotron.applyRemedy' },
  'set-variable': { label: vscode.l10n.t('Set Variable'), command: 'deployotron.applyRemedy' },
  rebuild: { label: vscode.l10n.t('Rebuild'), command: 'deployotron.applyRemedy' },
  'roll-back': { label: vscode.l10n.t('Roll Back'), command: 'deployotron.rollBack' },
  'open-file': { label: vscode.l10n.t('Open File'), command: 'deployotron.applyRemedy' },
};

export function remedyButton({ remedy }: Failure): { label: string; command: string } | undefined {
  return remedy.action && remedies[remedy.action];
}

/** Tells whatever was thrown. */
export function showFailure(session: Session, error: unknown): void {
  tellFailure(session, toFailure(error));
}

/**
 * Tells a failure: the sentence, what to do, and that as a button. `id` is the deployment that it is about, if any.
 * The buttons work after this has returned, so that nobody waits for a notification.
 */
export function tellFailure(session: Session, failure: Failure, id?: string): void {
  if (failure.code === 'Cancelled') return;
  session.output.error(`${failure.message} ${failure.remedy.text}${failure.detail ? `\n${failure.detail}` : ''}`);
  const remedy = remedyButton(failure);
  const show = id ? [{ label: vscode.l10n.t('Show Deployment'), command: 'deployotron.showDeployment' }] : [];
  const buttons = [...(remedy ? [remedy] : []), ...show];
  void vscode.window
    .showErrorMessage(`${failure.message} ${failure.remedy.text}`, ...buttons.map(({ label }) => label))
    .then((label) => {
      const chosen = buttons.find((button) => button.label === label);
      return chosen && vscode.commands.executeCommand(chosen.command, id);
    });
}
