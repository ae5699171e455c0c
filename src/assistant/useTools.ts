import { randomUUID } from 'node:crypto';
import type { Turn } from '../services/claude.ts';
import type { AnswerPart, ChatBlock, ToolState } from '../shared/chat.ts';
import { fail, toFailure } from '../shared/errors.ts';
import { redactOutgoing } from '../shared/redactOutgoing.ts';
import type { Answering, EventOf } from './answering.ts';
import { toolResult } from './prompt.ts';
import { shorten } from './shorten.ts';
import { tools } from './tools/index.ts';

export type ToolCall = Extract<ChatBlock, { type: 'tool_use' }>;

const longestResult = 40 * 1024;

/** The turn and the results of all its tools come into the conversation together: one without the other is refused. */
export async function* useTools(to: Answering, turn: Turn, calls: readonly ToolCall[]): AsyncGenerator<EventOf> {
  const results: ChatBlock[] = [];
  for (const call of calls) results.push(yield* useTool(to, call));
  to.signal.throwIfAborted();
  to.exchange.turns.push({ role: 'assistant', content: turn.content }, { role: 'user', content: results });
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
    to.signal.throwIfAborted();
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
