import * as vscode from 'vscode';
import type { CredentialsStatus, StoredCredential } from '../../credentials.ts';
import { fail } from '../../shared/errors.ts';
import { pickFrom } from '../ask.ts';
import { noteCredentials } from '../contextKeys.ts';
import { storageWords } from '../secrets.ts';
import type { Session } from '../session.ts';
import { ago } from '../words.ts';
import type { Command } from './command.ts';

/** Who am I, and what is stored; never a value. */
export const credentialsStatus: Command = {
  id: 'deployotron.credentialsStatus',
  async run(session) {
    const core = await import('../../credentials.ts');
    const title = vscode.l10n.t('Asking AWS who you are');
    const status = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () =>
      core.credentialsStatus(session.host),
    );
    noteCredentials({ aws: status.aws.account !== '', claude: status.claude });
    const { aws, git, claude } = status;
    const items = [
      aws.account
        ? {
            label: `$(pass) ${vscode.l10n.t('AWS account {0}', aws.account)}`,
            description: aws.identity,
            detail: awsDetail(aws),
          }
        : {
            label: `$(circle-slash) ${vscode.l10n.t('AWS')}`,
            description: aws.problem,
            detail: aws.remedy,
            command: 'deployotron.setUpAwsCredentials',
          },
      {
        label: `$(${git.length ? 'pass' : 'circle-outline'}) ${vscode.l10n.t('git token')}`,
        description: git.length ? git.join(', ') : vscode.l10n.t('none'),
        command: 'deployotron.setUpGitCredentials',
      },
      {
        label: `$(${claude ? 'pass' : 'circle-outline'}) ${vscode.l10n.t('Claude API key')}`,
        description: claude ? vscode.l10n.t('stored') : vscode.l10n.t('none'),
        command: 'deployotron.setUpClaudeKey',
      },
      {
        label: `$(lock) ${vscode.l10n.t('Secret storage')}`,
        description: storageWords[await session.secrets.persistence()],
        command: 'deployotron.setUpVault',
      },
    ];
    const chosen = await pickFrom(items, {
      title: vscode.l10n.t('Credentials'),
      placeHolder: vscode.l10n.t('Enter changes the one that is marked'),
    });
    if (chosen && 'command' in chosen && chosen.command) await vscode.commands.executeCommand(chosen.command);
    return status;
  },
};

function awsDetail({ source, profile, region, expiresAt }: CredentialsStatus['aws']): string {
  const from =
    source === 'profile'
      ? vscode.l10n.t('profile {0}', profile)
      : source === 'stored'
        ? vscode.l10n.t('stored keys')
        : vscode.l10n.t('environment or default profile');
  const minutes = expiresAt === undefined ? undefined : Math.round((expiresAt - Date.now() / 1000) / 60);
  const expiry =
    minutes === undefined
      ? ''
      : minutes > 0
        ? vscode.l10n.t('expires in {0} min', minutes)
        : vscode.l10n.t('expired {0}', ago(expiresAt ?? 0));
  return [from, region, expiry].filter(Boolean).join(' · ');
}

/** Removes one of the stored credentials, after asking. */
export const removeCredentials: Command = {
  id: 'deployotron.removeCredentials',
  async run(session) {
    const items = await storedItems(session);
    if (items.length === 0)
      throw fail(
        'Usage',
        vscode.l10n.t('No credentials are stored.'),
        vscode.l10n.t('Profiles in ~/.aws and environment variables are yours to remove.'),
      );
    const chosen = await pickFrom(items, {
      title: vscode.l10n.t('Remove credentials'),
      placeHolder: vscode.l10n.t('Which ones?'),
    });
    if (!chosen) return;
    const remove = vscode.l10n.t('Remove');
    const question = vscode.l10n.t('Remove {0}?', chosen.label);
    if ((await vscode.window.showWarningMessage(question, { modal: true }, remove)) !== remove) return;
    const { removeCredential } = await import('../../credentials.ts');
    await removeCredential(session.host, chosen.which);
    noteCredentials({
      ...(chosen.which === 'aws' && { aws: false }),
      ...(chosen.which === 'claude' && { claude: false }),
    });
    void vscode.window.showInformationMessage(vscode.l10n.t('{0}: removed.', chosen.label));
  },
};

async function storedItems(session: Session): Promise<{ label: string; which: StoredCredential }[]> {
  const { storedCredentials } = await import('../../credentials.ts');
  const { aws, git, claude } = await storedCredentials(session.host);
  return [
    ...(aws ? [{ label: vscode.l10n.t('AWS access keys'), which: 'aws' as const }] : []),
    ...git.map((gitServer) => ({ label: vscode.l10n.t('git token for {0}', gitServer), which: { gitServer } })),
    ...(claude ? [{ label: vscode.l10n.t('Claude API key'), which: 'claude' as const }] : []),
  ];
}
