import type { TokenUsage } from './chat.ts';
import { failure } from './eventShape.ts';
import { type Check, type Checked, either, flag, id, list, maybe, number, oneOf, shape, text } from './shape.ts';

/** The chat as the page gets it. */

const chip = shape({ label: text, kind: text, bytes: number });
export type Chip = Checked<typeof chip>;

const usage: Check<TokenUsage> = shape({
  model: text,
  inputTokens: number,
  outputTokens: number,
  cacheReadTokens: number,
  cacheWriteTokens: number,
  cost: maybe(shape({ dollars: number, pricesOf: text })),
});

/** A proposal is told by its summary and what it would change; its text is shown as a difference, in the editor. */
const answerPart = either(
  either(
    shape({ type: oneOf(['text', 'thinking']), text }),
    shape({ type: oneOf(['tool']), what: text, state: oneOf(['running', 'done', 'refused', 'failed']) }),
  ),
  shape({ type: oneOf(['proposal']), proposalId: id, summary: text, changes: list(text), isApplied: flag }),
);
export type ChatPart = Checked<typeof answerPart>;

export const chatExchange = shape({
  question: text,
  chips: list(chip),
  parts: list(answerPart),
  ending: oneOf(['answering', 'complete', 'length', 'stopped', 'failed']),
  failure: maybe(failure),
  usage: maybe(usage),
  /** The API is busy: asked again at this time, in milliseconds since 1970; after a failure by the user alone. */
  waiting: maybe(shape({ until: number, reason: text })),
});
export type ChatExchange = Checked<typeof chatExchange>;

export const chat = shape({
  hasKey: flag,
  model: text,
  /** Newest first; `updatedAt` in Unix seconds. */
  conversations: list(shape({ id, title: text, about: text, updatedAt: number })),
  /** The one that is shown; absent for one that has not begun. */
  conversation: maybe(id),
  title: text,
  /** What it is about, in words; empty when about nothing in particular. */
  about: text,
  /** What goes along with the next question. */
  chips: list(chip),
  isGathering: flag,
  exchanges: list(chatExchange),
});
export type Chat = Checked<typeof chat>;
