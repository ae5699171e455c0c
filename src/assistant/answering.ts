import type { Claude } from '../services/claude.ts';
import type { ApprovalRequest, ChatEvent, Exchange } from '../shared/chat.ts';
import type { Desk } from './desk.ts';

/** An event before it knows its conversation. */
export type EventOf<Event = ChatEvent> = Event extends ChatEvent ? Omit<Event, 'conversationId'> : never;

export interface Answering {
  claude: Claude;
  desk: Desk;
  earlier: readonly Exchange[];
  /** Filled as the answer comes, so that what has come is there whenever it ends. */
  exchange: Exchange;
  secrets: readonly string[];
  model: string;
  maxTokens: number;
  approve(request: ApprovalRequest): Promise<boolean>;
  signal: AbortSignal;
}
