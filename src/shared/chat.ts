import type { Failure } from './errors.ts';

/** A conversation with Claude as plain data: the same for a webview, a comment thread, the terminal and the disk. */

export type ContextKind =
  | 'deployment'
  | 'failure'
  | 'log'
  | 'dockerfile'
  | 'manifest'
  | 'file'
  | 'framework'
  | 'selection';

/** One piece of evidence that goes along with a question; shown as a chip, and removed by leaving it out. */
export interface ContextItem {
  id: string;
  label: string;
  kind: ContextKind;
  /** As it is sent: without secrets, and shortened where it was long. */
  text: string;
  /** Of `text`, in UTF-8. */
  bytes: number;
}

/** What a tool that changes something is about to do. Nothing happens before the user has said yes to this very request. */
export interface ApprovalRequest {
  id: string;
  action: 'start-deployment' | 'roll-back' | 'cancel';
  /** One sentence that names project, service, cluster, account and region. */
  question: string;
  project: string;
  /** Empty where AWS could not be asked. */
  account: string;
  region: string;
  /** A URL where it is another AWS than the public one. */
  endpoint: string;
  cluster: string;
  service: string;
}

export interface FileChange {
  /** Relative to the workspace, with `/`. */
  path: string;
  /** Undefined for a new file. */
  before: string | undefined;
  after: string;
  /** As `diff -u` shows it. */
  diff: string;
}

/** What may be proposed for a project. Values of environment variables are the user's alone: only names are proposed. */
export interface SettingsChange {
  healthPath?: string;
  port?: number;
  cpu?: number;
  memory?: number;
  environmentNames?: string[];
}

/** A change that Claude would make; it stays a text until the user applies it. */
export type Proposal = { id: string; summary: string } & (
  | { kind: 'files'; files: FileChange[] }
  | { kind: 'settings'; project: string; settings: SettingsChange }
);

/** Tokens of one answer, over all its requests, and what they cost where the model's price is known. */
export interface TokenUsage {
  model: string;
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
  /** US dollars, by the list price of `pricesOf` (year-month-day). */
  cost?: { dollars: number; pricesOf: string };
}

export type ToolState = 'running' | 'done' | 'refused' | 'failed';

/** One use of a tool. `what` says it in words: “reads src/server.js”. */
export interface ToolUse {
  id: string;
  tool: string;
  what: string;
  state: ToolState;
}

/** How an answer ended: `length` when the limit of tokens cut it off, `stopped` by the user, `failed` see its failure. */
export type Ending = 'complete' | 'length' | 'stopped' | 'failed';

/** What happens while Claude answers; the CLI's `--json` prints these as they are. */
export type ChatEvent = {
  conversationId: string;
} /** The first one: what goes to Claude along with the question. */ & (
  | { type: 'asked'; conversation: ConversationSummary; question: string; context: ContextItem[] }
  | { type: 'text'; text: string }
  | { type: 'thinking'; text: string }
  /** The same id comes again with each change of state. */
  | ({ type: 'tool' } & ToolUse)
  | { type: 'approval'; request: ApprovalRequest }
  | { type: 'proposal'; proposal: Proposal }
  /** The API is busy or was not reached: asked again after so many seconds. */
  | { type: 'waiting'; seconds: number; reason: string }
  | { type: 'usage'; usage: TokenUsage }
  | { type: 'done'; ending: Exclude<Ending, 'failed'> }
  | { type: 'failure'; failure: Failure }
);

/** What is shown of an answer, in its order. */
export type AnswerPart =
  | { type: 'text'; text: string }
  | { type: 'thinking'; text: string }
  | ({ type: 'tool' } & ToolUse)
  | { type: 'proposal'; proposal: Proposal };

/** A question with its evidence, and how far its answer came. */
export interface Exchange {
  /** Unix seconds. */
  at: number;
  question: string;
  context: ContextItem[];
  answer: AnswerPart[];
  ending: Ending;
  failure?: Failure;
  usage?: TokenUsage;
  /** The answer and its tools' results as the API wants them back; empty when there is nothing to go on from. */
  turns: ChatTurn[];
}

export interface Conversation {
  /** UUID. */
  id: string;
  title: string;
  /** Empty when it is about nothing in particular. */
  projectId: string;
  deploymentId: string;
  /** Unix seconds. */
  createdAt: number;
  updatedAt: number;
  exchanges: Exchange[];
}

export type ConversationSummary = Omit<Conversation, 'exchanges'>;

/** The part of the Messages API's vocabulary that is used here. */
export interface ChatTurn {
  role: 'user' | 'assistant';
  content: ChatBlock[];
}

export type ChatBlock =
  | { type: 'text'; text: string }
  | { type: 'thinking'; thinking: string; signature: string }
  | { type: 'redacted_thinking'; data: string }
  | { type: 'tool_use'; id: string; name: string; input: unknown }
  | { type: 'tool_result'; tool_use_id: string; content: string; is_error?: boolean };
