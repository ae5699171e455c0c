import * as vscode from 'vscode';
import { fail } from '../../shared/errors.ts';
import { placesIn } from '../../shared/places.ts';
import type { ChatWish } from '../../shared/protocol.ts';
import { pickFrom } from '../ask.ts';
import { openEvidence } from '../claude/evidence.ts';
import { findSource, showLocation } from '../log/source.ts';
import type { Session } from '../session.ts';
import { ago, titleOf } from '../words.ts';
import type { Shown, Subject, Talk } from './chatTalk.ts';

/** Does what the page of the chat wishes. */
export async function workOn(session: Session, talk: Talk, wish: ChatWish): Promise<unknown> {
  switch (wish.type) {
    case 'ask':
      return talk.ask(wish.question);
    case 'stop-answer':
      return talk.stop();
    case 'new-chat':
      return talk.show(undefined);
    case 'open-chat':
      return talk.show({ conversation: wish.conversationId });
    case 'delete-chat':
      return deleteChat(session, talk, wish.conversationId);
    case 'choose-subject':
      return chooseSubject(session, talk);
    case 'remove-chip':
      return talk.removeChip(wish.chip);
    case 'open-evidence':
      return openChip(talk.shown, wish.exchange, wish.chip);
    case 'review-proposal':
      return talk.review(wish.proposalId);
    case 'copy-code':
      return vscode.env.clipboard.writeText(await codeOf(textOf(talk.shown, wish), wish.block));
    case 'insert-code':
      return insert(await codeOf(textOf(talk.shown, wish), wish.block));
    case 'open-place':
      return openPlace(textOf(talk.shown, wish), wish.place);
  }
}

function textOf({ exchanges }: Shown, { exchange, part }: { exchange: number; part: number }): string {
  const found = exchanges[exchange]?.answer[part];
  return found?.type === 'text' ? found.text : '';
}

/** The block as the page counts them: by the same parser, in the order of the text. */
async function codeOf(markdown: string, block: number): Promise<string> {
  const { default: MarkdownIt } = await import('markdown-it');
  const tokens = new MarkdownIt({ html: false }).parse(markdown, {});
  const blocks = tokens.filter(({ type }) => type === 'fence' || type === 'code_block');
  return blocks[block]?.content ?? '';
}

/** As text, at the cursor or over the selection. */
async function insert(code: string): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const isDone = await editor?.edit((edit) => edit.replace(editor.selection, code));
  if (!isDone)
    throw fail(
      'Usage',
      vscode.l10n.t('There is no text that can be changed.'),
      vscode.l10n.t('Open the file, put the cursor where the code belongs, and insert it then.'),
    );
}

/** Only inside the folders that are open here. */
async function openPlace(markdown: string, number: number): Promise<void> {
  const place = placesIn(markdown)[number];
  const found = place && (await findSource(place));
  if (found) return showLocation(found);
  throw fail(
    'Usage',
    vscode.l10n.t('{0} is in no folder that is open here.', place?.file ?? '?'),
    vscode.l10n.t('Open the folder of the project.'),
  );
}

async function openChip({ exchanges, chips }: Shown, exchange: number | undefined, at: number): Promise<void> {
  const item = (exchange === undefined ? chips : exchanges[exchange]?.context)?.[at];
  if (item) await openEvidence(item);
}

async function deleteChat(session: Session, talk: Talk, conversation: string): Promise<void> {
  const { title } = await (await session.app()).getChat(conversation);
  const remove = vscode.l10n.t('Delete');
  const question = vscode.l10n.t('Delete the conversation “{0}”?', title);
  if ((await vscode.window.showWarningMessage(question, { modal: true }, remove)) === remove)
    await talk.remove(conversation);
}

/** How many of the newest deployments are offered. */
const offered = 30;

async function chooseSubject(session: Session, talk: Talk): Promise<void> {
  const app = await session.app();
  const [projects, deployments] = await Promise.all([app.listProjects(), app.listDeployments({ limit: offered })]);
  const names = new Map(projects.map(({ id, name }) => [id, name]));
  const choices: (vscode.QuickPickItem & { subject: Subject })[] = [
    { label: vscode.l10n.t('Nothing in particular'), subject: {} },
    ...projects.map(({ id, name, environment }) => ({
      label: `$(package) ${name}`,
      description: environment,
      subject: { project: id },
    })),
    ...deployments.map((deployment) => ({
      label: `$(rocket) ${titleOf(deployment)}`,
      description: `${names.get(deployment.projectId) ?? ''} · ${ago(deployment.startedAt)}`,
      subject: { deployment: deployment.id },
    })),
  ];
  const placeHolder = vscode.l10n.t('A new conversation begins with the evidence of what you choose');
  const chosen = await pickFrom(choices, { placeHolder, matchOnDescription: true });
  if (chosen) await talk.show(chosen.subject);
}
