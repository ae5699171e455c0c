import { setTimeout as delay } from 'node:timers/promises';
import type Anthropic from '@anthropic-ai/sdk';
import type { ChatBlock, ChatTurn } from '../shared/chat.ts';
import type { RequestTokens } from '../shared/claudePrices.ts';
import { fail } from '../shared/errors.ts';
import { claudeFailure, mayPass, retryAfter } from './claudeErrors.ts';

/** A client of the Claude API; the SDK is loaded when it is first asked for. */
export type Claude = () => Promise<Anthropic>;

/** Without `baseURL`: `ANTHROPIC_BASE_URL`, else the public API. */
export function connectClaude(apiKey: string, baseURL?: string): Claude {
  let client: Promise<Anthropic> | undefined;
  return () => {
    client ??= load(apiKey, baseURL);
    return client;
  };
}

async function load(apiKey: string, baseURL: string | undefined): Promise<Anthropic> {
  const { default: Client } = await import('@anthropic-ai/sdk');
  // Its log would go to stdout, and its traces to whoever listens; retries are ours, since they are shown.
  const quiet = { logLevel: 'off', openTelemetry: false, maxRetries: 0 } as const;
  return new Client({ apiKey, ...(baseURL && { baseURL }), ...quiet });
}

export interface TurnRequest {
  model: string;
  maxTokens: number;
  system: string;
  turns: readonly ChatTurn[];
  tools: readonly ToolDefinition[];
  /** False: the tools stay known, but may not be used any more. */
  mayUseTools: boolean;
}

export interface ToolDefinition {
  name: string;
  description: string;
  input_schema: { type: 'object'; [key: string]: unknown };
}

export type TurnEvent =
  | { type: 'text'; text: string }
  | { type: 'thinking'; text: string }
  | { type: 'waiting'; seconds: number; reason: string };

export interface Turn {
  content: ChatBlock[];
  stopReason: Anthropic.StopReason;
  /** Why Claude declined, where it says so. */
  explanation: string;
  tokens: RequestTokens;
}

const mostAttempts = 3;
/** A longer wait is better known than sat through. */
const longestWait = 60;
/** Seconds without any event, pings included. */
const silence = 60;

/**
 * Asks for one turn and gives it as it comes. Asks again, with growing pauses or when the API says, what may pass by
 * itself, as long as nothing of the answer has come.
 * @throws DeployError of the Claude group; ClaudeStopped when the signal was aborted
 */
export async function* streamTurn(
  claude: Claude,
  request: TurnRequest,
  signal: AbortSignal,
): AsyncGenerator<TurnEvent, Turn> {
  for (let attempt = 1; ; attempt += 1) {
    let begun = false;
    try {
      const events = attemptTurn(await claude(), request, signal);
      for (;;) {
        const next = await events.next();
        if (next.done) return next.value;
        begun = true;
        yield next.value;
      }
    } catch (error) {
      if (signal.aborted) throw fail('ClaudeStopped');
      const seconds = retryAfter(error) ?? 0.5 * 2 ** (attempt - 1);
      const failure = claudeFailure(error, request.model, begun);
      if (begun || attempt === mostAttempts || seconds > longestWait || !mayPass(error)) throw failure;
      yield { type: 'waiting', seconds, reason: failure.failure.message };
      await delay(seconds * 1000, undefined, { signal }).catch(() => {
        throw fail('ClaudeStopped');
      });
    }
  }
}

async function* attemptTurn(
  client: Anthropic,
  request: TurnRequest,
  signal: AbortSignal,
): AsyncGenerator<TurnEvent, Turn> {
  const silent = new AbortController();
  const stream = client.messages.stream(paramsOf(request), { signal: AbortSignal.any([signal, silent.signal]) });
  const timer = setTimeout(() => silent.abort(), silence * 1000);
  try {
    for await (const event of stream) {
      timer.refresh();
      if (event.type !== 'content_block_delta') continue;
      if (event.delta.type === 'text_delta') yield { type: 'text', text: event.delta.text };
      if (event.delta.type === 'thinking_delta') yield { type: 'thinking', text: event.delta.thinking };
    }
    return turnOf(await stream.finalMessage());
  } catch (error) {
    throw silent.signal.aborted ? new Error(`nothing came for ${silence} seconds`) : error;
  } finally {
    clearTimeout(timer);
    stream.abort();
  }
}

/** What is sent; pure. Sampling parameters do not exist any more, and thinking is the model's own matter. */
export function paramsOf(request: TurnRequest): Anthropic.MessageStreamParams {
  const { model, maxTokens, system, turns, tools, mayUseTools } = request;
  // Models since 5 think by themselves, and say a summary of it when asked to.
  const thinks = /^claude-[a-z]+-[5-9]/.test(model);
  return {
    model,
    max_tokens: maxTokens,
    system,
    messages: turns as Anthropic.MessageParam[],
    tools: tools as Anthropic.Tool[],
    ...(!mayUseTools && { tool_choice: { type: 'none' } }),
    ...(thinks && { thinking: { type: 'adaptive', display: 'summarized' } }),
    cache_control: { type: 'ephemeral' },
  };
}

function turnOf(message: Anthropic.Message): Turn {
  const { content, stop_reason, stop_details, usage } = message;
  return {
    content: content.flatMap(blockOf),
    stopReason: stop_reason ?? 'end_turn',
    explanation: stop_details?.explanation ?? '',
    tokens: {
      inputTokens: usage.input_tokens,
      outputTokens: usage.output_tokens,
      cacheReadTokens: usage.cache_read_input_tokens ?? 0,
      cacheWriteTokens: usage.cache_creation_input_tokens ?? 0,
    },
  };
}

/** Only what is sent back; the API's own tools are not used. */
function blockOf(block: Anthropic.ContentBlock): ChatBlock[] {
  switch (block.type) {
    case 'text':
      // The API refuses empty texts.
      return block.text ? [{ type: 'text', text: block.text }] : [];
    case 'thinking':
      return [{ type: 'thinking', thinking: block.thinking, signature: block.signature }];
    case 'redacted_thinking':
      return [{ type: 'redacted_thinking', data: block.data }];
    case 'tool_use':
      return [{ type: 'tool_use', id: block.id, name: block.name, input: block.input }];
    default:
      return [];
  }
}
