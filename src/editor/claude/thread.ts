import * as vscode from 'vscode';
import type { LogError } from '../../diagnosis/logErrors.ts';
import type { ChatEvent, ContextItem, Proposal } from '../../shared/chat.ts';
import { deploymentOf } from '../log/document.ts';
import type { Session } from '../session.ts';
import { approve } from './approve.ts';
import { reviewEvidence } from './evidence.ts';
import { withoutImages } from './markdown.ts';
import { workspaceFor } from './workspace.ts';

/** Milliseconds between two drawings of an answer that streams in. */
const repaintPause = 120;

const claude = { name: 'Claude' };
const us = { name: 'Deployotron' };

/** A talk at a line of a log: the thread, and what it is about. */
interface Talk {
  thread: vscode.CommentThread;
  conversation?: string;
  stop?: AbortController;
}

/** Talks with Claude at the error's line, in the editor itself. */
export type Threads = ReturnType<typeof createThreads>;

export function createThreads(session: Session) {
  const controller = vscode.comments.createCommentController('deployotron', 'Deployotron');
  controller.options = {
    prompt: vscode.l10n.t('Ask Claude'),
    placeHolder: vscode.l10n.t('Ask on about this error…'),
  };
  const talks = new Map<vscode.CommentThread, Talk>();
  const proposals = new Map<string, Proposal>();

  const open = (uri: vscode.Uri, range: vscode.Range): Talk => {
    const known = [...talks.values()].find(
      ({ thread }) => thread.uri.toString() === uri.toString() && thread.range?.start.line === range.start.line,
    );
    if (known) {
      known.thread.collapsibleState = vscode.CommentThreadCollapsibleState.Expanded;
      return known;
    }
    const thread = controller.createCommentThread(uri, range, []);
    thread.collapsibleState = vscode.CommentThreadCollapsibleState.Expanded;
    thread.canReply = true;
    const talk: Talk = { thread };
    talks.set(thread, talk);
    return talk;
  };

  return {
    dispose: () => controller.dispose(),
    proposal: (id: string) => proposals.get(id),
    conversationOf: (thread: vscode.CommentThread) => talks.get(thread)?.conversation,

    /** What the rules say, with no key and no network. */
    explain(document: vscode.TextDocument, range: vscode.Range, error: LogError): void {
      const { thread } = open(document.uri, range);
      thread.label = vscode.l10n.t('What this error means');
      const text = new vscode.MarkdownString();
      text.appendText(error.cause ?? error.message);
      if (error.remedy) text.appendMarkdown('\n\n').appendText(error.remedy);
      if (!thread.comments.some(({ author }) => author === us)) add(thread, us, text);
    },

    /** Asks about lines of a log; the evidence is shown before it is sent. */
    async ask(document: vscode.TextDocument, range: vscode.Range, question: string): Promise<void> {
      const id = deploymentOf(document.uri);
      const app = await session.app();
      const deployment = await app.getDeployment(id);
      const project = await app.getProject(deployment.projectId);
      const workspace = await workspaceFor(project);
      const { contextItem } = await import('../../assistant/context.ts');
      const excerpt = contextItem(
        'selection',
        vscode.l10n.t('lines {0} to {1} of the log', range.start.line + 1, range.end.line + 1),
        document.getText(new vscode.Range(range.start.line, 0, range.end.line + 1, 0)),
        await app.secretsOf(project),
      );
      const gathered = await app.claudeContext({ deployment: id, workspace });
      const context = await reviewEvidence([excerpt, ...gathered]);
      if (!context) return;
      const talk = open(document.uri, range);
      talk.thread.label = vscode.l10n.t('Claude about {0}', project.name);
      showFromTop(document, range);
      await answer(talk, question, { deployment: id, workspace, context });
    },

    /** Goes on in a thread. */
    async reply(thread: vscode.CommentThread, question: string): Promise<void> {
      const talk = talks.get(thread) ?? { thread };
      talks.set(thread, talk);
      const id = deploymentOf(thread.uri);
      const app = await session.app();
      const { projectId } = await app.getDeployment(id);
      add(thread, { name: vscode.l10n.t('You') }, new vscode.MarkdownString().appendText(question));
      await answer(talk, question, { deployment: id, workspace: await workspaceFor(await app.getProject(projectId)) });
    },

    stop: (thread: vscode.CommentThread) => talks.get(thread)?.stop?.abort(),
    close(thread: vscode.CommentThread) {
      talks.get(thread)?.stop?.abort();
      talks.delete(thread);
      thread.dispose();
    },
  };

  /** Lets an answer stream into the thread. */
  async function answer(
    talk: Talk,
    question: string,
    wishes: { deployment: string; context?: ContextItem[]; workspace: Awaited<ReturnType<typeof workspaceFor>> },
  ): Promise<void> {
    const { thread } = talk;
    const app = await session.app();
    const stop = new AbortController();
    talk.stop = stop;
    thread.contextValue = 'answering';
    const shown = streamInto(thread);
    const asked = { ...wishes, conversation: talk.conversation, approve, signal: stop.signal };
    for await (const event of app.askClaude(question, asked)) {
      if (event.type === 'asked') talk.conversation = event.conversationId;
      if (event.type === 'proposal') {
        proposals.set(event.proposal.id, event.proposal);
        add(thread, us, proposalText(event.proposal));
      }
      shown.take(event);
    }
    shown.end();
    thread.contextValue = '';
    talk.stop = undefined;
  }
}

/** So that what stands below the line has room. */
function showFromTop(document: vscode.TextDocument, range: vscode.Range): void {
  const editor = vscode.window.visibleTextEditors.find((each) => each.document === document);
  editor?.revealRange(range, vscode.TextEditorRevealType.AtTop);
}

function add(thread: vscode.CommentThread, author: vscode.CommentAuthorInformation, body: vscode.MarkdownString): void {
  thread.comments = [...thread.comments, { author, body, mode: vscode.CommentMode.Preview }];
}

/** The link is ours, and to this command alone; the summary is Claude's, and stays text. */
function proposalText({ id, summary }: Proposal): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.isTrusted = { enabledCommands: ['deployotron.reviewProposal'] };
  text.appendText(summary).appendMarkdown('\n\n');
  const told = encodeURIComponent(JSON.stringify([id]));
  return text.appendMarkdown(`[${vscode.l10n.t('Review the change…')}](command:deployotron.reviewProposal?${told})`);
}

/** One comment of Claude's that grows; drawn in pauses, since each drawing replaces all comments of the thread. */
function streamInto(thread: vscode.CommentThread) {
  const comment: vscode.Comment = { author: claude, body: '', mode: vscode.CommentMode.Preview };
  let text = '';
  let doing = vscode.l10n.t('thinking…');
  let timer: NodeJS.Timeout | undefined;
  const paint = () => {
    timer = undefined;
    const body = new vscode.MarkdownString(withoutImages(text));
    if (doing) body.appendMarkdown('\n\n').appendText(doing);
    const others = thread.comments.filter((each) => each !== comment);
    thread.comments = [...others, Object.assign(comment, { body })];
  };
  paint();
  return {
    take(event: ChatEvent) {
      doing = doingOf(event) ?? doing;
      if (event.type === 'text') text += event.text;
      if (event.type === 'failure') text += `\n\n${plain(`${event.failure.message} ${event.failure.remedy.text}`)}`;
      if (event.type === 'usage') comment.label = usageText(event.usage);
      timer ??= setTimeout(paint, repaintPause);
    },
    end() {
      clearTimeout(timer);
      doing = '';
      paint();
    },
  };
}

function doingOf(event: ChatEvent): string | undefined {
  switch (event.type) {
    case 'tool':
      return event.state === 'running' ? `${event.what}…` : '';
    case 'waiting':
      return vscode.l10n.t('{0} Trying again in {1} s.', event.reason, event.seconds);
    case 'text':
      return '';
    case 'done':
      return event.ending === 'stopped' ? vscode.l10n.t('(stopped)') : '';
    default:
      return undefined;
  }
}

function plain(text: string): string {
  return new vscode.MarkdownString().appendText(text).value;
}

export function usageText({
  inputTokens,
  outputTokens,
  cost,
}: {
  inputTokens: number;
  outputTokens: number;
  cost?: { dollars: number };
}): string {
  const tokens = vscode.l10n.t('{0} tokens in, {1} out', inputTokens, outputTokens);
  return cost ? `${tokens}, $${cost.dollars.toFixed(cost.dollars < 0.01 ? 4 : 2)}` : tokens;
}
