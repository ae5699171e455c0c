import { streamTurn, type Turn } from '../services/claude.ts';
import type { AnswerPart, ChatBlock, Ending, Exchange } from '../shared/chat.ts';
import { addUsage } from '../shared/claudePrices.ts';
import { fail, toFailure } from '../shared/errors.ts';
import { createStreamRedactor } from '../shared/redactStream.ts';
import type { Answering, EventOf } from './answering.ts';
import { earlierTurns, outgoing, questionTurn, systemPrompt } from './prompt.ts';
import { tools } from './tools/index.ts';
import { useTools } from './useTools.ts';

/** More rounds are a model that goes in circles. */
const mostRounds = 25;

/** The tool loop: a turn, the tools that it wants, and again, until an answer stands. Never throws. */
export async function* answer(to: Answering): AsyncGenerator<EventOf> {
  const { exchange } = to;
  try {
    for (let round = 1; ; round += 1) {
      const turn = yield* nextTurn(to, round < mostRounds);
      const calls = turn.content.filter((block) => block.type === 'tool_use');
      if (turn.stopReason === 'tool_use' && calls.length > 0) yield* useTools(to, turn, calls);
      else if (turn.stopReason === 'pause_turn') exchange.turns.push({ role: 'assistant', content: turn.content });
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
