import * as vscode from 'vscode';
import { type Ask, askChoice, askInTurn, askText, type Choice, skip } from '../ask.ts';
import type { Session } from '../session.ts';
import type { Command } from './command.ts';

interface Answers {
  server: string;
  token: string;
}

const servers = ['github.com', 'gitlab.com', 'bitbucket.org'];

/** A token for one git server, for repositories by https; ssh uses the keys that are there. */
export const setUpGitCredentials: Command = {
  id: 'deployotron.setUpGitCredentials',
  async run(session) {
    const answers = await askInTurn<Answers>([askServer, askOtherServer, askToken]);
    if (!answers) return;
    const { server, token } = answers;
    const repository = await repositoryOn(session, server);
    const { storeGitToken } = await import('../../credentials.ts');
    await storeGitToken(session.host, repository ?? `https://${server}/`, token, repository !== undefined);
    const said = repository
      ? vscode.l10n.t('The token was tried with {0}, and is kept.', repository)
      : vscode.l10n.t('The token for {0} is kept. It is tried when a repository of that server is deployed.', server);
    void vscode.window.showInformationMessage(said);
  },
};

const title = vscode.l10n.t('Set up git credentials');

const askServer: Ask<Answers> = async (_answers, place) => {
  const choices: Choice<string>[] = [
    ...servers.map((server) => ({ label: `$(source-control) ${server}`, value: server })),
    { label: `$(server) ${vscode.l10n.t('Another server…')}`, value: '' },
  ];
  const server = await askChoice<string>({ ...place, title, placeholder: vscode.l10n.t('For which server?'), choices });
  return typeof server === 'string' ? { server } : server;
};

const askOtherServer: Ask<Answers> = async ({ server }, place) => {
  if (server) return skip;
  const text = await askText({
    ...place,
    title,
    prompt: vscode.l10n.t('Name of the server, with its port if it has one'),
    placeholder: 'git.example.com',
    check: (said) =>
      URL.parse(`https://${said}/`)?.host === said.toLowerCase()
        ? undefined
        : vscode.l10n.t('A name such as git.example.com or git.example.com:8443.'),
  });
  return typeof text === 'string' ? { server: text.toLowerCase() } : text;
};

const askToken: Ask<Answers> = async ({ server = '' }, place) => {
  const text = await askText({
    ...place,
    title,
    prompt: vscode.l10n.t('An access token of {0} that may read your repositories', server),
    secret: true,
    check: (said) => (said && !/\s/.test(said) ? undefined : vscode.l10n.t('A token has no spaces.')),
  });
  return typeof text === 'string' ? { token: text } : text;
};

/** A repository of that server which a project names: with it the token can be tried. */
async function repositoryOn(session: Session, server: string): Promise<string | undefined> {
  const projects = await (await session.app()).listProjects();
  return projects.find(({ repositoryUrl }) => URL.parse(repositoryUrl)?.host === server)?.repositoryUrl;
}
