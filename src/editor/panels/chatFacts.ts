import type {
  AnswerPart,
  ChatEvent,
  ContextItem,
  Ending,
  Exchange,
  Proposal,
  SettingsChange,
} from '../../shared/chat.ts';
import type { ChatExchange, ChatPart, Chip } from '../../shared/chatShape.ts';
import type { Failure } from '../../shared/errors.ts';

/** An exchange as it is shown: a stored one, or one whose answer comes now. */
export interface ShownExchange extends Pick<Exchange, 'question' | 'context' | 'answer' | 'failure' | 'usage'> {
  ending: Ending | 'answering';
  /** Not on its way yet: one that fails so is stored nowhere. */
  isUnasked?: boolean;
  waiting?: ChatExchange['waiting'];
}

export function newExchange(question: string, context: ContextItem[]): ShownExchange {
  return { question, context, answer: [], ending: 'answering', isUnasked: true };
}

/** What an event makes of the exchange; `now` is milliseconds since 1970. Pure. */
export function applyChatEvent(exchange: ShownExchange, event: ChatEvent, now: number): ShownExchange {
  const { waiting, ...going } = exchange;
  switch (event.type) {
    case 'asked':
      return { ...going, isUnasked: false, question: event.question, context: event.context };
    case 'text':
    case 'thinking':
      return { ...going, answer: withWords(going.answer, event) };
    case 'tool':
      return { ...going, answer: withTool(going.answer, event) };
    case 'proposal':
      return { ...going, answer: [...going.answer, { type: 'proposal', proposal: event.proposal }] };
    case 'waiting':
      return { ...going, waiting: { until: now + event.seconds * 1000, reason: event.reason } };
    case 'usage':
      return { ...going, usage: event.usage };
    case 'failure':
      return { ...going, ending: 'failed', failure: event.failure, waiting: waitOf(event.failure, now) };
    case 'done':
      return { ...going, ending: event.ending };
    case 'approval':
      return going;
  }
}

function waitOf({ message, remedy }: Failure, now: number): ShownExchange['waiting'] {
  const { seconds } = remedy.parameters ?? {};
  return seconds === undefined ? undefined : { until: now + seconds * 1000, reason: message };
}

function withWords(answer: AnswerPart[], { type, text }: { type: 'text' | 'thinking'; text: string }): AnswerPart[] {
  const last = answer.at(-1);
  if (last?.type === type) return [...answer.slice(0, -1), { type, text: last.text + text }];
  return [...answer, { type, text }];
}

function withTool(answer: AnswerPart[], { id, tool, what, state }: ChatEvent & { type: 'tool' }): AnswerPart[] {
  const part: AnswerPart = { type: 'tool', id, tool, what, state };
  const at = answer.findIndex((each) => each.type === 'tool' && each.id === id);
  return at < 0 ? [...answer, part] : answer.with(at, part);
}

export const chipOf = ({ label, kind, bytes }: ContextItem): Chip => ({ label, kind, bytes });

/** As the page gets it: no evidence, and nothing of the texts of a proposal. */
export function exchangeFact(shown: ShownExchange, applied: ReadonlySet<string>): ChatExchange {
  const { question, context, answer, ending, failure, usage, waiting } = shown;
  return {
    question,
    chips: context.map(chipOf),
    parts: answer.map((part) => partFact(part, applied)),
    ending,
    failure,
    usage,
    waiting,
  };
}

function partFact(part: AnswerPart, applied: ReadonlySet<string>): ChatPart {
  switch (part.type) {
    case 'text':
    case 'thinking':
      return { type: part.type, text: part.text };
    case 'tool':
      return { type: 'tool', what: part.what, state: part.state };
    case 'proposal': {
      const { id, summary } = part.proposal;
      const isApplied = applied.has(id);
      return { type: 'proposal', proposalId: id, summary, changes: changesOf(part.proposal), isApplied };
    }
  }
}

/** What a proposal would change, a line each. */
function changesOf(proposal: Proposal): string[] {
  if (proposal.kind === 'settings') return settingsOf(proposal.settings);
  return proposal.files.map(({ path, diff }) => {
    const added = diff.match(/^\+(?!\+\+ )/gm)?.length ?? 0;
    const removed = diff.match(/^-(?!-- )/gm)?.length ?? 0;
    return `${path}  +${added} −${removed}`;
  });
}

function settingsOf({ environmentNames = [], ...values }: SettingsChange): string[] {
  const set = Object.entries(values).map(([name, value]) => `${name}: ${value}`);
  return [...set, ...environmentNames];
}
