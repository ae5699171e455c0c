import { randomUUID } from 'node:crypto';
import { type Claude, connectClaude } from '../services/claude.ts';
import type { ApprovalRequest, ChatEvent, ContextItem, Conversation, Exchange } from '../shared/chat.ts';
import { fail, toFailure } from '../shared/errors.ts';
import type { Deployment, Project } from '../shared/models.ts';
import { redactOutgoing } from '../shared/redactOutgoing.ts';
import { loadChat, saveChat } from '../storage/chats.ts';
import { secretKeys } from '../storage/credentials.ts';
import { answer } from './answer.ts';
import type { EventOf } from './answering.ts';
import { deploymentContext, workspaceContext } from './context.ts';
import type { AssistantApp, Desk } from './desk.ts';
import { outgoing } from './prompt.ts';
import { knownSecrets } from './secrets.ts';
import type { Workspace } from './workspace.ts';

export interface AskWishes {
  /** Id of a conversation to go on with; else a new one begins. */
  conversation?: string;
  /** Id or name of the project that it is about. */
  project?: string;
  /** Id of the deployment that it is about. */
  deployment?: string;
  /** What goes along with the question; absent: what `contextFor` gathers, for a new conversation. */
  context?: ContextItem[];
  /** The open folder; without one no file is read. */
  workspace?: Workspace;
  /** Another model than that of the settings. */
  model?: string;
  /** Asks the user, once for each change. Without it nothing that changes something is done. */
  approve?(request: ApprovalRequest): Promise<boolean>;
  /** Stops the answer; what has come is kept. */
  signal?: AbortSignal;
}

/**
 * Asks a question, and gives what happens until the answer has ended. Never throws: the last event is `done` or `failure`.
 * The conversation is stored as far as it came, also when the reader goes away in the middle.
 */
export async function* askClaude(app: AssistantApp, question: string, wishes: AskWishes): AsyncGenerator<ChatEvent> {
  let conversationId = wishes.conversation ?? '';
  try {
    const claude = await connect(app);
    const conversation = await open(app, wishes);
    conversationId = conversation.id;
    const desk = await deskFor(app, conversation, wishes.workspace);
    const secrets = await secretsFor(desk);
    const isNew = conversation.exchanges.length === 0;
    const context = wishes.context ?? (isNew ? await contextFor(app, wishes) : []);
    const exchange = newExchange(question, context, secrets);
    conversation.title ||= exchange.question.replace(/\s+/g, ' ').trim().slice(0, 80);
    for await (const event of talk({ claude, desk, conversation, exchange, secrets, wishes })) {
      yield { ...event, conversationId };
    }
  } catch (error) {
    yield { type: 'failure', failure: toFailure(error), conversationId };
  }
}

/** The evidence for a question about a project or a deployment, to be shown as chips and perhaps removed before it is sent. */
export async function contextFor(app: AssistantApp, wishes: AskWishes): Promise<ContextItem[]> {
  const { deployment, project } = await subjectOf(app, wishes);
  const secrets = await secretsFor({ app, project, workspace: wishes.workspace });
  const log = deployment && !deployment.logs ? await tailOf(app.readLog(deployment.id)) : (deployment?.logs ?? '');
  const ran = deployment?.evidence?.logLines.flatMap(({ lines }) => lines).join('\n') ?? '';
  const about = deployment && project ? deploymentContext(deployment, project, log, secrets) : [];
  const { workspace } = wishes;
  return [...about, ...(workspace ? await workspaceContext(workspace, project, `${ran}\n${log}`, secrets) : [])];
}

export const analysisQuestion =
  'Analyse this deployment by its logs and events: what happened, what is the cause if it failed, and what should I change? If it succeeded, say what in the logs deserves attention.';

export const dockerfileQuestion =
  'Write a Dockerfile for this project as an expert would (several stages, the lock file first, small, not as root, PORT honoured, no secret in any layer), and propose it as a change. Read what you need first.';

interface Talk {
  claude: Claude;
  desk: Desk;
  conversation: Conversation;
  exchange: Exchange;
  secrets: readonly string[];
  wishes: AskWishes;
}

async function* talk({ claude, desk, conversation, exchange, secrets, wishes }: Talk): AsyncGenerator<EventOf> {
  const { host } = desk.app;
  const { claudeModel, claudeMaxTokens: maxTokens } = host.settings();
  const { exchanges: earlier, ...summary } = conversation;
  const { question, context } = exchange;
  yield { type: 'asked', conversation: summary, question, context };
  try {
    yield* answer({
      claude,
      desk,
      earlier,
      exchange,
      secrets,
      model: wishes.model || claudeModel,
      maxTokens,
      approve: wishes.approve ?? (async () => false),
      signal: wishes.signal ?? new AbortController().signal,
    });
  } finally {
    // Another window may have gone on with it meanwhile.
    const now = await loadChat(host.storageDir, conversation.id).catch(() => conversation);
    const updatedAt = Math.floor(Date.now() / 1000);
    const kept = { ...exchange, turns: outgoing(exchange.turns, secrets) };
    await saveChat(host.storageDir, { ...now, updatedAt, exchanges: [...now.exchanges, kept] });
  }
}

/** @throws DeployError ClaudeKeyMissing */
async function connect({ host }: AssistantApp): Promise<Claude> {
  const key = await host.secrets.get(secretKeys.anthropicKey);
  if (!key) throw fail('ClaudeKeyMissing');
  return connectClaude(key, host.settings().claudeBaseUrl);
}

/** The one that goes on, or a new one, which has no title yet. */
async function open(app: AssistantApp, wishes: AskWishes): Promise<Conversation> {
  if (wishes.conversation) return loadChat(app.host.storageDir, wishes.conversation);
  const { project, deployment } = await subjectOf(app, wishes);
  const now = Math.floor(Date.now() / 1000);
  return {
    id: randomUUID(),
    title: '',
    projectId: project?.id ?? '',
    deploymentId: deployment?.id ?? '',
    createdAt: now,
    updatedAt: now,
    exchanges: [],
  };
}

async function subjectOf(
  app: AssistantApp,
  wishes: Pick<AskWishes, 'project' | 'deployment'>,
): Promise<{ project?: Project; deployment?: Deployment }> {
  const deployment = wishes.deployment ? await app.getDeployment(wishes.deployment) : undefined;
  const name = deployment?.projectId ?? wishes.project;
  return { deployment, project: name ? await app.getProject(name) : undefined };
}

/** A project that was removed meanwhile leaves a conversation about nothing in particular. */
async function deskFor(app: AssistantApp, { projectId }: Conversation, workspace?: Workspace): Promise<Desk> {
  const project = projectId ? await app.getProject(projectId).catch(() => undefined) : undefined;
  return { app, workspace, project };
}

async function secretsFor({ app, project, workspace }: Desk): Promise<string[]> {
  const [known, more] = await Promise.all([knownSecrets(app.host, workspace?.root, project), app.secretsOf(project)]);
  return [...new Set([...known, ...more])];
}

const tailLines = 2_000;

async function tailOf(lines: AsyncIterable<string>): Promise<string> {
  const kept: string[] = [];
  for await (const line of lines) {
    kept.push(line);
    if (kept.length > tailLines) kept.shift();
  }
  return kept.join('\n');
}

/** Nothing secret comes into it, whoever made the evidence: it is stored, too. */
function newExchange(question: string, given: readonly ContextItem[], secrets: readonly string[]): Exchange {
  const at = Math.floor(Date.now() / 1000);
  const context = given.map((item) => {
    const text = redactOutgoing(item.text, secrets);
    return { ...item, text, bytes: Buffer.byteLength(text) };
  });
  return { at, question: redactOutgoing(question, secrets), context, answer: [], ending: 'stopped', turns: [] };
}
