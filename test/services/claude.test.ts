import { afterEach, describe, expect, test } from 'vitest';
import {
  connectClaude,
  paramsOf,
  streamTurn,
  type Turn,
  type TurnEvent,
  type TurnRequest,
} from '../../src/services/claude.ts';
import { checkKey, listModels } from '../../src/services/claudeModels.ts';
import { toFailure } from '../../src/shared/errors.ts';
import { type FakeClaude, type FakeReply, fakeKey, startFakeClaude } from '../support/fakeClaude.ts';

let server: FakeClaude | undefined;
afterEach(() => server?.close());

const request: TurnRequest = {
  model: 'claude-opus-5-5',
  maxTokens: 1_000,
  system: 'Be brief.',
  turns: [{ role: 'user', content: [{ type: 'text', text: 'Why?' }] }],
  tools: [],
  mayUseTools: true,
};
const hello: FakeReply = { blocks: [{ text: 'Because the port is wrong.' }] };

async function ask(replies: FakeReply[], { signal = new AbortController().signal, key = fakeKey } = {}) {
  server = await startFakeClaude(replies);
  const events: TurnEvent[] = [];
  const stream = streamTurn(connectClaude(key, server.url), request, signal);
  for (;;) {
    const next = await stream.next();
    if (next.done) return { events, turn: next.value as Turn };
    events.push(next.value);
  }
}

const failureOf = (replies: FakeReply[], options = {}) =>
  ask(replies, options).then(
    () => undefined,
    (error) => toFailure(error),
  );
const refusal = (status: number, type: string, message = 'no', more = {}): FakeReply => ({
  status,
  type,
  message,
  ...more,
});

describe('an answer', () => {
  test('comes in pieces, with its thinking, tools and tokens', async () => {
    const { events, turn } = await ask([
      {
        blocks: [{ thinking: 'Look at the log.' }, { text: 'I look at it.' }, { tool: 'get_log', input: { id: 'é' } }],
      },
    ]);
    expect(events.map(({ type }) => type)).toContain('thinking');
    const text = events.flatMap((event) => (event.type === 'text' ? event.text : []));
    expect(text.length).toBe(2);
    expect(text.join('')).toBe('I look at it.');
    expect(turn.content).toMatchObject([
      { type: 'thinking', thinking: 'Look at the log.', signature: 'signed' },
      { type: 'text', text: 'I look at it.' },
      { type: 'tool_use', name: 'get_log', input: { id: 'é' } },
    ]);
    expect(turn.stopReason).toBe('tool_use');
    expect(turn.tokens).toEqual({ inputTokens: 100, outputTokens: 50, cacheReadTokens: 20, cacheWriteTokens: 10 });
  });

  test('is asked for as this version of the API wants it', async () => {
    await ask([hello]);
    expect(server?.headers[0]).toMatchObject({ authorization: `Bearer ${fakeKey}`, 'anthropic-version': '2026-10-21' });
    expect(server?.headers[0]).not.toHaveProperty('anthropic-beta');
    expect(server?.requests[0]).not.toHaveProperty('temperature');
    expect(server?.requests[0]).toMatchObject({ thinking: { type: 'adaptive' }, max_tokens: 1_000 });
  });

  test('is asked for without thinking where a model does not know that', () => {
    expect(paramsOf({ ...request, model: 'claude-haiku-4-5' })).not.toHaveProperty('thinking');
  });
});

describe('what may pass is tried again', () => {
  test.each([
    ['too many questions', refusal(429, 'rate_limit_error', 'slow down', { headers: { 'retry-after': '0' } })],
    ['an overloaded API', refusal(529, 'overloaded_error')],
    ['an API out of order', refusal(500, 'api_error')],
    ['an overload that is told in the stream', { blocks: [{ text: 'Because' }], errorAfter: 2 }],
    ['a stream that breaks before its first word', { blocks: [{ text: 'Because' }], cutAfter: 2 }],
  ] satisfies [string, FakeReply][])('%s', async (_, first) => {
    const { events, turn } = await ask([first, hello]);
    expect(events[0]).toMatchObject({ type: 'waiting' });
    expect(turn.content).toEqual([{ type: 'text', text: 'Because the port is wrong.' }]);
    expect(server?.requests.length).toBe(2);
  });

  test('and given up after three attempts', async () => {
    const overloaded = refusal(529, 'overloaded_error');
    expect(await failureOf([overloaded, overloaded, overloaded, hello])).toMatchObject({ code: 'ClaudeOverloaded' });
    expect(server?.requests.length).toBe(3);
  });

  test('a long wait is told, not sat through', async () => {
    const limited = refusal(429, 'rate_limit_error', 'slow down', { headers: { 'retry-after': '90' } });
    expect(await failureOf([limited, hello])).toMatchObject({
      code: 'ClaudeRateLimited',
      remedy: { text: 'Ask again in 90 seconds.' },
    });
  });
});

describe('what stays is said at once', () => {
  test.each([
    ['a refused request', refusal(400, 'invalid_request_error'), 'ClaudeRejected'],
    [
      'a question that is too long',
      refusal(400, 'invalid_request_error', 'prompt is too long: 9 > 8'),
      'ClaudeTooLong',
    ],
    ['one that is far too long', refusal(413, 'request_too_large'), 'ClaudeTooLong'],
    ['a key without rights', refusal(403, 'permission_error'), 'ClaudeForbidden'],
    ['an unknown model', refusal(404, 'not_found_error'), 'ClaudeModelUnknown'],
    ['no credit', refusal(402, 'billing_error'), 'ClaudeSpendLimit'],
    [
      'a spend limit',
      refusal(429, 'rate_limit_error', 'limit', { code: 'enforced_spend_limit_reached' }),
      'ClaudeSpendLimit',
    ],
  ] satisfies [string, FakeReply, string][])('%s', async (_, reply, code) => {
    expect(await failureOf([reply, hello])).toMatchObject({ code });
    expect(server?.requests.length).toBe(1);
  });

  test('a key that is not accepted', async () => {
    expect(await failureOf([hello], { key: 'sk-ant-wrong-key-000000' })).toMatchObject({
      code: 'ClaudeKeyRejected',
      remedy: { action: 'set-claude-key' },
    });
    expect(server?.headers.length).toBe(1);
  });

  test('a stream that breaks in the middle of the answer', async () => {
    expect(await failureOf([{ blocks: [{ text: 'Because the port' }], cutAfter: 5 }, hello])).toMatchObject({
      code: 'ClaudeCutOff',
    });
    expect(server?.requests.length).toBe(1);
  });
});

test('nobody answers', async () => {
  server = await startFakeClaude([]);
  const { url } = server;
  await server.close();
  const stream = streamTurn(connectClaude(fakeKey, url), request, new AbortController().signal);
  const end = (async () => {
    for await (const _ of stream);
  })();
  await expect(end).rejects.toMatchObject({
    failure: { code: 'ClaudeUnreachable', detail: expect.stringContaining('ECONNREFUSED') },
  });
});

test('an answer can be stopped while it comes', async () => {
  server = await startFakeClaude([{ blocks: [{ text: 'Because the port' }], hangAfter: 5 }]);
  const stop = new AbortController();
  const stream = streamTurn(connectClaude(fakeKey, server.url), request, stop.signal);
  expect(await stream.next()).toMatchObject({ value: { type: 'text', text: 'Because' } });
  expect(await stream.next()).toMatchObject({ value: { type: 'text' } });
  const next = stream.next();
  stop.abort();
  await expect(next).rejects.toMatchObject({ failure: { code: 'ClaudeStopped' } });
});

test('the models that the key may use, without those that are gone', async () => {
  server = await startFakeClaude([]);
  const claude = connectClaude(fakeKey, server.url);
  expect(await listModels(claude, AbortSignal.timeout(5_000))).toEqual([
    { id: 'claude-opus-5-5', name: 'Claude Opus 5.5', isDeprecated: false },
    { id: 'claude-sonnet-4-5', name: 'Claude Sonnet 4.5', isDeprecated: true },
  ]);
  await checkKey(claude, AbortSignal.timeout(5_000));
  await expect(checkKey(connectClaude('wrong-key', server.url), AbortSignal.timeout(5_000))).rejects.toMatchObject({
    failure: { code: 'ClaudeKeyRejected' },
  });
});
