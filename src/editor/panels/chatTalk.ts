import * as vscode from 'vscode';
import type { App } from '../../app.ts';
import type { ChatEvent, ContextItem, Conversation, Proposal } from '../../shared/chat.ts';
import { toFailure } from '../../shared/errors.ts';
import type { Deployment, Project } from '../../shared/models.ts';
import { approve } from '../claude/approve.ts';
import { reviewProposal } from '../claude/proposals.ts';
import { workspaceFor } from '../claude/workspace.ts';
import type { Session } from '../session.ts';
import { titleOf } from '../words.ts';
import { applyChatEvent, newExchange, type ShownExchange } from './chatFacts.ts';

/** A conversation to go on with, or what a new one is about: ids, all absent for nothing in particular. */
export interface Subject {
  conversation?: string;
  project?: string;
  deployment?: string;
}

/** What the chat of this window shows; it outlives the page, which is gone as soon as it is hidden. */
export interface Shown extends Subject {
  title: string;
  /** The subject in words. */
  about: string;
  exchanges: ShownExchange[];
  /** The evidence for the next question. */
  chips: ContextItem[];
  isGathering: boolean;
  /** Ids of the proposals that were applied. */
  applied: Set<string>;
}

export type Talk = ReturnType<typeof createTalk>;

const kept = 'chat';
/** Ids of proposals that were applied, the latest; a conversation is not this window's alone to write. */
const keptApplied = 'chat.applied';
const appliedAtMost = 200;

let only: Talk | undefined;
/** There is one in a window. */
export function talkOf(session: Session): Talk {
  only ??= createTalk(session);
  return only;
}

function createTalk(session: Session) {
  const applied = new Set(session.context.workspaceState.get<string[]>(keptApplied, []));
  const shown: Shown = { title: '', about: '', exchanges: [], chips: [], isGathering: false, applied };
  let tell: (exchange?: number) => void = () => undefined;
  let stop: AbortController | undefined;
  let gathered: Promise<void> = Promise.resolve();
  /** Each subject has its own; what is gathered for an earlier one comes too late. */
  let turn = 0;

  const talk = {
    shown,
    /** Calls `listener` when something has changed: in one exchange alone, or in all. The last listener counts. */
    onChange(listener: (exchange?: number) => void) {
      tell = listener;
    },
    /** What was shown before a reload or a restart, unless something is shown already. */
    async restore() {
      const before = session.context.workspaceState.get<Subject>(kept, {});
      if (turn === 0) await show(Object.values(before).some(Boolean) ? before : undefined);
    },
    show,
    ask,
    stop: () => stop?.abort(),
    removeChip(at: number) {
      shown.chips = shown.chips.filter((_, each) => each !== at);
      tell();
    },
    async remove(conversation: string) {
      if (conversation === shown.conversation) await show(undefined);
      await (await session.app()).deleteChat(conversation);
      tell();
    },
    async review(proposalId: string) {
      const proposal = proposalIn(shown.exchanges, proposalId);
      if (proposal && (await reviewProposal(session, proposal))) {
        applied.add(proposalId);
        await session.context.workspaceState.update(keptApplied, [...applied].slice(-appliedAtMost));
      }
      tell();
    },
  };
  return talk;

  /** Undefined: a new conversation about the project of the open folder, where there is one. An answer that comes is stopped, and kept. */
  async function show(subject: Subject | undefined): Promise<void> {
    stop?.abort();
    turn += 1;
    const mine = turn;
    const app = await session.app();
    const stored = subject?.conversation ? await app.getChat(subject.conversation).catch(() => undefined) : undefined;
    const named = stored ? subjectOf(stored) : (subject ?? (await ofOpenFolder(app)));
    const { project, deployment } = await lookUp(app, named);
    if (mine !== turn) return;
    Object.assign(shown, {
      conversation: stored?.id,
      project: project?.id,
      deployment: deployment?.id,
      title: stored?.title ?? '',
      about: [project?.name, deployment && titleOf(deployment)].filter(Boolean).join(' · '),
      exchanges: stored?.exchanges ?? [],
      chips: [],
      isGathering: !stored,
    });
    keep();
    tell();
    gathered = stored ? Promise.resolve() : gather(app, project, mine);
  }

  async function gather(app: App, project: Project | undefined, mine: number): Promise<void> {
    const { deployment } = shown;
    const workspace = await workspaceFor(project);
    const chips = await app.claudeContext({ project: project?.id, deployment, workspace }).catch((error) => {
      session.output.error(String(error));
      return [];
    });
    if (mine !== turn) return;
    shown.chips = chips;
    shown.isGathering = false;
    tell();
  }

  async function ask(question: string): Promise<void> {
    if (shown.exchanges.at(-1)?.ending === 'answering') return;
    const mine = turn;
    const before = shown.exchanges.filter(({ isUnasked }) => !isUnasked);
    shown.exchanges = [...before, newExchange(question, shown.chips)];
    stop = new AbortController();
    tell();
    const take = (event: ChatEvent) => mine === turn && answered(before.length, event);
    try {
      const app = await session.app();
      await gathered;
      const context = shown.chips;
      shown.chips = [];
      for await (const event of answerTo(app, question, context, stop.signal)) take(event);
      if (mine === turn) await settle(app, context);
    } catch (error) {
      take({ type: 'failure', failure: toFailure(error), conversationId: '' });
    }
    tell();
  }

  async function* answerTo(app: App, question: string, context: ContextItem[], signal: AbortSignal) {
    const { conversation, project, deployment } = shown;
    const { project: about } = await lookUp(app, { project, deployment });
    const workspace = await workspaceFor(about);
    yield* app.askClaude(question, { conversation, project, deployment, workspace, context, approve, signal });
  }

  function answered(number: number, event: ChatEvent): void {
    const exchange = shown.exchanges[number];
    if (exchange) shown.exchanges[number] = applyChatEvent(exchange, event, Date.now());
    if (event.type === 'asked') begun(event.conversationId, event.conversation.title);
    tell(event.type === 'asked' ? undefined : number);
  }

  function begun(conversation: string, title: string): void {
    Object.assign(shown, { conversation, title });
    keep();
  }

  /** What was stored is what counts. Of a question that came to nothing, the evidence is there again for the next one. */
  async function settle(app: App, context: ContextItem[]): Promise<void> {
    const stored = shown.conversation && (await app.getChat(shown.conversation).catch(() => undefined));
    const waiting = shown.exchanges.at(-1)?.waiting;
    if (stored)
      shown.exchanges = stored.exchanges.map((each, at, { length }) =>
        at === length - 1 ? { ...each, waiting } : each,
      );
    if (!stored || stored.exchanges.at(-1)?.turns.length === 0) shown.chips = context;
  }

  function keep(): void {
    const { conversation, project, deployment } = shown;
    void session.context.workspaceState.update(kept, { conversation, project, deployment } satisfies Subject);
  }

  async function ofOpenFolder(app: App): Promise<Subject> {
    const folders = vscode.workspace.workspaceFolders?.map(({ uri }) => uri.fsPath) ?? [];
    const project = (await app.listProjects()).find(({ repositoryUrl }) => folders.includes(repositoryUrl));
    return { project: project?.id };
  }
}

const subjectOf = ({ projectId, deploymentId }: Conversation): Subject => ({
  project: projectId || undefined,
  deployment: deploymentId || undefined,
});

/** What has been removed meanwhile is no subject any more. */
async function lookUp(
  app: App,
  { project: id, deployment }: Subject,
): Promise<{ project?: Project; deployment?: Deployment }> {
  const unlessGone = (error: unknown): undefined => {
    if (!/NotFound$/.test(toFailure(error).code)) throw error;
  };
  const found = deployment ? await app.getDeployment(deployment).catch(unlessGone) : undefined;
  const projectId = found?.projectId ?? id;
  const project = projectId ? await app.getProject(projectId).catch(unlessGone) : undefined;
  return { project, deployment: project && found };
}

function proposalIn(exchanges: readonly ShownExchange[], id: string): Proposal | undefined {
  const parts = exchanges.flatMap(({ answer }) => answer);
  return parts
    .flatMap((part) => (part.type === 'proposal' ? part.proposal : []))
    .find((proposal) => proposal.id === id);
}
