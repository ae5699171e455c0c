import * as vscode from 'vscode';
import type { AwsKeys } from '../../services/aws.ts';
import { type Ask, askChoice, askInTurn, askText, back, type Choice } from '../ask.ts';
import { noteCredentials } from '../contextKeys.ts';
import type { Session } from '../session.ts';
import type { Command } from './command.ts';

type Way = { profile: string } | 'keys';

/** A profile that is there already, or keys; both are tried before they are kept. */
export const setUpAwsCredentials: Command = {
  id: 'deployotron.setUpAwsCredentials',
  async run(session) {
    const way = await askWay();
    if (!way) return;
    if (way === 'keys') await enterKeys(session);
    else await chooseProfile(session, way.profile);
  },
};

async function askWay(): Promise<Way | undefined> {
  const { awsProfiles } = await import('../../services/awsProfiles.ts');
  const profiles = await awsProfiles();
  const choices: Choice<Way>[] = [
    ...profiles.map(({ name, says }) => ({ label: `$(account) ${name}`, description: says, value: { profile: name } })),
    {
      label: `$(key) ${vscode.l10n.t('Enter access keys…')}`,
      detail: vscode.l10n.t("They are kept in VS Code's secret storage, and tried at once."),
      value: 'keys',
    },
  ];
  const placeholder = profiles.length
    ? vscode.l10n.t('A profile of ~/.aws, or access keys')
    : vscode.l10n.t('There is no profile in ~/.aws yet');
  const way = await askChoice<Way>({ title: vscode.l10n.t('Set up AWS credentials'), placeholder, choices });
  return way === back ? undefined : way;
}

async function chooseProfile(session: Session, profile: string): Promise<void> {
  const { checkAwsProfile } = await import('../../credentials.ts');
  const who = await trying(() => checkAwsProfile(session.host, profile));
  await vscode.workspace
    .getConfiguration('deployotron')
    .update('aws.profile', profile, vscode.ConfigurationTarget.Global);
  tell(who.account, who.identity);
}

async function enterKeys(session: Session): Promise<void> {
  const keys = await askInTurn<AwsKeys>([askKeyId, askSecret, askSessionToken]);
  if (!keys) return;
  const { storeAwsKeys } = await import('../../credentials.ts');
  const who = await trying(() => storeAwsKeys(session.host, keys));
  // A profile would win over the keys that were just entered.
  const settings = vscode.workspace.getConfiguration('deployotron');
  if (settings.get('aws.profile')) await settings.update('aws.profile', undefined, vscode.ConfigurationTarget.Global);
  tell(who.account, who.identity);
}

const title = vscode.l10n.t('AWS access keys');

const askKeyId: Ask<AwsKeys> = async (_answers, place) => {
  const text = await askText({
    ...place,
    title,
    prompt: vscode.l10n.t('Access key ID'),
    placeholder: 'AKIA…',
    secret: true,
    check: (said) =>
      /^[A-Z0-9]{16,128}$/.test(said) ? undefined : vscode.l10n.t('16 or more capital letters and digits.'),
  });
  return typeof text === 'string' ? { accessKeyId: text } : text;
};

const askSecret: Ask<AwsKeys> = async (_answers, place) => {
  const text = await askText({
    ...place,
    title,
    prompt: vscode.l10n.t('Secret access key'),
    secret: true,
    check: (said) =>
      said.length >= 16 && !/\s/.test(said) ? undefined : vscode.l10n.t('At least 16 characters, without spaces.'),
  });
  return typeof text === 'string' ? { secretAccessKey: text } : text;
};

const askSessionToken: Ask<AwsKeys> = async (_answers, place) => {
  const text = await askText({
    ...place,
    title,
    prompt: vscode.l10n.t('Session token, for temporary keys only. Empty for others.'),
    secret: true,
  });
  return typeof text === 'string' ? { sessionToken: text || undefined } : text;
};

function trying<T>(work: () => Promise<T>): Promise<T> {
  const title = vscode.l10n.t('Asking AWS who you are');
  return Promise.resolve(vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, work));
}

function tell(account: string, identity: string): void {
  noteCredentials({ aws: true });
  void vscode.window.showInformationMessage(vscode.l10n.t('AWS knows you as {0}, account {1}.', identity, account));
}
