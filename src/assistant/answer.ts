import { randomUUID } from 'node:crypto';
import { type Claude, streamTurn, type Turn } from '../services/claude.ts';
import type {
  AnswerPart,
  ApprovalRequest,
  ChatBlock,
  ChatEvent,
  ChatTurn,
  Ending,
  Exchange,
  ToolState,
} from '../shared/chat.ts';
import { addUsage } from '../shared/claudePrices.ts';
import { fail, toFailure } from '../shared/errors.ts';
import { redactOutgoing } from '../shared/redactOutgoing.ts';
import { createStreamRedactor } from '../shared/redactStream.ts';
import type { Desk } from './desk.ts';
import { earlierTurns, outgoing, questionTurn, systemPrompt, toolResult } from './prompt.ts';
import { shorten } from './shorten.ts';
import { tools } from './tools/index.ts';

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

type ToolCall = Extract<ChatBlock, { type: 'tool_use' }>;

/** More rounds are a model that goes in circles. */
const mostRounds = 25;
const longestResult = 40 * 1024;

/** The tool loop: a turn, the tools that it wants, and again, until an answer stands. Never throws. */
export async function* answer(to: Answering): AsyncGenerator<EventOf> {
  const { exchange } = to;
  try {
    for (let round = 1; ; round += 1) {
      const turn = yield* nextTurn(to, round < mostRounds);
      const calls = turn.content.filter((block) => block.type === 'tool_use');
      if (turn.stopReason === 'tool_use' && calls.length > 0) yield* useTools(to, turn, calls);
      else if (turn.stopReason === 'pause_turn') exchange.turns.push(spoken(turn.content));
      else return yield* finish(to, turn);
    }
  } catch (error) {
    yield* breakOff(to, error);
  }
}

async function* nextTurn(to: Answering, mayUseTools: boolean): AsyncGenerator<EventOf, Turn> {
  const { exchange, model } = to;
  const asked = [...earlierTurns(to.earlier), questionTurn(exchange.question, exchange.context), ...exchange.turns];
  const stream = streamTurn(
    to.claude,
    {
      model,
      maxTokens: to.maxTokens,
      system: systemPrompt,
      turns: outgoing(asked, to.secrets),
      tools: tools.map(({ definition }) => definition),
      mayUseTools,
    },
    to.signal,
  );
  const turn = yield* show(to, stream);
  exchange.usage = addUsage(exchange.usage, model, turn.tokens);
  return turn;
}

/** Passes on what comes; text and thinking go through the net for secrets, piece by piece. */
async function* show(to: Answering, stream: ReturnType<typeof streamTurn>): AsyncGenerator<EventOf, Turn> {
  const net = createStreamRedactor(to.secrets);
  let saying: 'text' | 'thinking' = 'text';
  const say = function* (text: string): Generator<EventOf> {
    if (!text) return;
    addText(to.exchange.answer, saying, text);
    yield { type: saying, text };
  };
  try {
    for (;;) {
      const next = await stream.next();
      if (next.done) {
        yield* say(net.end());
        return next.value;
      }
      const event = next.value;
      if (event.type === 'waiting') {
        yield event;
        continue;
      }
      if (event.type !== saying) yield* say(net.end());
      saying = event.type;
      yield* say(net.push(event.text));
    }
  } catch (error) {
    yield* say(net.end());
    throw error;
  } finally {
    // Nothing is given here: the reader may have gone away.
    await stream.return(undefined as never);
  }
}

/** One part for a text, however many pieces it came in. */
function addText(answer: AnswerPart[], type: 'text' | 'thinking', text: string): void {
  const last = answer.at(-1);
  if (last?.type === type) last.text += text;
  else answer.push({ type, text });
}

/** The turn and the results of all its tools come into the conversation together: one without the other is refused. */
async function* useTools(to: Answering, turn: Turn, calls: readonly ToolCall[]): AsyncGenerator<EventOf> {
  const results: ChatBlock[] = [];
  for (const call of calls) results.push(yield* useTool(to, call));
  to.signal.throwIfAborted();
  to.exchange.turns.push(spoken(turn.content), { role: 'user', content: results });
}

async function* useTool(to: Answering, call: ToolCall): AsyncGenerator<EventOf, ChatBlock> {
  const part: AnswerPart & { type: 'tool' } = {
    type: 'tool',
    id: call.id,
    tool: call.name,
    what: call.name,
    state: 'running',
  };
  to.exchange.answer.push(part);
  const now = (state: ToolState): EventOf => ({ ...Object.assign(part, { state }) });
  const tell = (text: string, isError = false) =>
    toolResult(call.id, call.name, shorten(redactOutgoing(text, to.secrets), longestResult), isError);
  try {
    const tool = tools.find(({ definition }) => definition.name === call.name);
    if (!tool) throw fail('Usage', `There is no tool ${call.name}.`, 'Use another one.');
    part.what = redactOutgoing(tool.what(call.input), to.secrets);
    yield now('running');
    if (tool.approval) {
      const request = { id: randomUUID(), ...(await tool.approval(call.input, to.desk)) };
      yield { type: 'approval', request };
      if (!(await unlessStopped(to.signal, to.approve(request)))) {
        yield now('refused');
        return tell('The user did not agree. Nothing was done. Do not ask again unless the user wants it.', true);
      }
    }
    const { text, proposal } = await tool.run(call.input, to.desk);
    yield now('done');
    if (proposal) {
      to.exchange.answer.push({ type: 'proposal', proposal });
      yield { type: 'proposal', proposal };
    }
    return tell(text);
  } catch (error) {
    to.signal.throwIfAborted();
    const { message, remedy } = toFailure(error);
    yield now('failed');
    return tell(`${message} ${remedy.text}`, true);
  }
}

/** A question to the user that is still open when the answer is stopped counts for nothing. */
function unlessStopped<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

function* finish({ exchange, model }: Answering, turn: Turn): Generator<EventOf> {
  if (turn.stopReason === 'refusal') {
    // What was declined is not gone on from.
    exchange.turns = [];
    yield* end(exchange, 'failed', fail('ClaudeRefused', turn.explanation));
  } else if (turn.stopReason === 'model_context_window_exceeded') {
    keepText(exchange, turn.content);
    yield* end(exchange, 'failed', fail('ClaudeTooLong', `${model} reached the end of its context window.`));
  } else {
    keepText(exchange, turn.content);
    yield* end(exchange, turn.stopReason === 'max_tokens' ? 'length' : 'complete');
  }
}

/** What had come stays, marked with how it ended. */
function* breakOff({ exchange, signal }: Answering, error: unknown): Generator<EventOf> {
  const last = exchange.answer.at(-1);
  keepText(exchange, last?.type === 'text' ? [{ type: 'text', text: last.text }] : []);
  for (const part of exchange.answer) if (part.type === 'tool' && part.state === 'running') part.state = 'failed';
  if (signal.aborted) yield* end(exchange, 'stopped');
  else yield* end(exchange, 'failed', error);
}

function* end(exchange: Exchange, ending: Ending, error?: unknown): Generator<EventOf> {
  exchange.ending = ending;
  if (exchange.usage) yield { type: 'usage', usage: exchange.usage };
  if (ending !== 'failed') return yield { type: 'done', ending };
  exchange.failure = toFailure(error);
  yield { type: 'failure', failure: exchange.failure };
}

/** The last turn as it can be gone on from: its text alone, since a use of a tool without its result is refused. */
function keepText(exchange: Exchange, content: readonly ChatBlock[]): void {
  const texts = content.filter(({ type }) => type === 'text');
  if (texts.length > 0) exchange.turns.push({ role: 'assistant', content: texts });
}

const spoken = (content: ChatBlock[]): ChatTurn => ({ role: 'assistant', content });
