import * as vscode from 'vscode';
import type { Chat } from '../../shared/chatShape.ts';
import type { Session } from '../session.ts';
import { showFailure } from '../showFailure.ts';
import { chipOf, exchangeFact } from './chatFacts.ts';
import { type Shown, type Subject, talkOf } from './chatTalk.ts';
import { workOn } from './chatWork.ts';
import { fillPage, type Tell, until } from './page.ts';

/** Milliseconds between two drawings of an answer that comes. */
const pause = 60;

/** The page that is there now, if any, and what it is to be told as soon as it is. */
let page: Tell | undefined;
let draft: string | undefined;

/** The view of the sidebar where Claude is asked. */
export function fillChat(session: Session, view: vscode.WebviewView): void {
  const talk = talkOf(session);
  const stop = fillPage(session, view.webview, 'chat', {
    async ready(tell, signal) {
      page = tell;
      const all = () => void tellAll(session, talk.shown, tell).catch((error) => session.output.error(String(error)));
      const one = tellInPauses(talk.shown, tell);
      talk.onChange((exchange) => (exchange === undefined ? all() : one(exchange)));
      until(signal, [
        session.secrets.onDidChange(all),
        vscode.workspace.onDidChangeConfiguration(
          (change) => change.affectsConfiguration('deployotron.claude') && all(),
        ),
      ]);
      signal.addEventListener('abort', () => {
        if (page === tell) page = undefined;
      });
      all();
      passDraft();
      await talk.restore();
    },
    chat: (wish) => void workOn(session, talk, wish).catch((error) => showFailure(session, error)),
  });
  view.onDidDispose(stop);
  // A hidden page is gone, and comes back with `ready`.
  view.onDidChangeVisibility(() => !view.visible && stop());
}

/** Shows this conversation, or begins one about this; `question` comes into the box, for the user to send. */
export async function showChat(session: Session, subject: Subject, question?: string): Promise<void> {
  await talkOf(session).show(subject);
  draft = question;
  passDraft();
}

function passDraft(): void {
  if (page && draft !== undefined) page({ type: 'draft', text: draft });
  if (page) draft = undefined;
}

async function tellAll({ host, app: open }: Session, shown: Shown, tell: Tell): Promise<void> {
  const [{ storedCredentials }, app] = await Promise.all([import('../../credentials.ts'), open()]);
  const [{ claude }, chats, projects] = await Promise.all([
    storedCredentials(host),
    app.listChats(),
    app.listProjects(),
  ]);
  const names = new Map(projects.map(({ id, name }) => [id, name]));
  const chat: Chat = {
    hasKey: claude,
    model: host.settings().claudeModel,
    conversations: chats.map(({ id, title, projectId, updatedAt }) => ({
      id,
      title,
      about: names.get(projectId) ?? '',
      updatedAt,
    })),
    conversation: shown.conversation,
    title: shown.title,
    about: shown.about,
    chips: shown.chips.map(chipOf),
    isGathering: shown.isGathering,
    exchanges: shown.exchanges.map((exchange) => exchangeFact(exchange, shown.applied)),
  };
  tell({ type: 'chat', chat });
}

/** Tells the exchange a pause after it has changed, as it is then. */
function tellInPauses(shown: Shown, tell: Tell): (number: number) => void {
  let isDue = false;
  return (number) => {
    if (isDue) return;
    isDue = true;
    setTimeout(() => {
      isDue = false;
      const exchange = shown.exchanges[number];
      if (exchange) tell({ type: 'exchange', number, exchange: exchangeFact(exchange, shown.applied) });
    }, pause);
  };
}
