import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The body of POST /v1/messages, as far as tests look at it. */
export interface FakeRequest {
  model: string;
  max_tokens: number;
  system: string;
  messages: { role: string; content: { type: string; [key: string]: unknown }[] }[];
  tools?: { name: string }[];
  tool_choice?: { type: string };
  thinking?: object;
}

export type FakeBlock =
  | { text: string }
  | { thinking: string }
  /** A use of a tool. */
  | { tool: string; input: unknown };

/** One answer of the API. */
export type FakeReply =
  | {
      blocks: FakeBlock[];
      stopReason?: string;
      /** The connection breaks off after so many events. */
      cutAfter?: number;
      /** An `error` event comes after so many events. */
      errorAfter?: number;
      /** Nothing more comes after so many events, and the connection stays open. */
      hangAfter?: number;
    }
  | { status: number; type: string; message: string; code?: string; headers?: Record<string, string> };

export interface FakeClaude {
  url: string;
  requests: FakeRequest[];
  /** The headers of each request. */
  headers: IncomingMessage['headers'][];
  /** Resolves when so many questions have come. */
  asked(count: number): Promise<void>;
  close(): Promise<void>;
}

/** The key that it accepts. */
export const fakeKey = 'sk-ant-api03-of-a-test-0123456789';

/**
 * An Anthropic server on a free port of this computer that speaks the real wire format, server-sent events included.
 * `reply` answers the nth question (from 0): it may look at it, as a model does.
 */
export async function startFakeClaude(
  reply: FakeReply[] | ((request: FakeRequest, nth: number) => FakeReply),
): Promise<FakeClaude> {
  const requests: FakeRequest[] = [];
  const headers: IncomingMessage['headers'][] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const replyTo = typeof reply === 'function' ? reply : (_: FakeRequest, nth: number) => reply[nth] ?? noMore;

  const server = createServer(async (request, response) => {
    headers.push(request.headers);
    if (request.headers.authorization !== `Bearer ${fakeKey}`) return refuse(response, unauthorized);
    if (request.url?.startsWith('/v1/models')) return sendJson(response, 200, models);
    const body: FakeRequest = JSON.parse(await textOf(request));
    requests.push(body);
    for (const each of waiting) if (requests.length >= each.count) each.resolve();
    const answer = replyTo(body, requests.length - 1);
    if ('status' in answer) refuse(response, answer);
    else await stream(response, answer, body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    headers,
    asked: (count) =>
      new Promise((resolve) => {
        if (requests.length >= count) resolve();
        else waiting.push({ count, resolve });
      }),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type Refusal = Extract<FakeReply, { status: number }>;

const unauthorized: Refusal = { status: 401, type: 'authentication_error', message: 'invalid bearer token' };
const noMore: Refusal = { status: 400, type: 'invalid_request_error', message: 'this test has no more answers' };

const model = (id: string, name: string, lifecycle: string) => ({
  type: 'model',
  id,
  display_name: name,
  lifecycle,
  created_at: '2026-09-01T00:00:00Z',
});
const models = {
  data: [
    model('claude-opus-5-5', 'Claude Opus 5.5', 'active'),
    model('claude-sonnet-4-5', 'Claude Sonnet 4.5', 'deprecated'),
    model('claude-3-opus', 'Claude 3 Opus', 'retired'),
  ],
  has_more: false,
  first_id: 'claude-opus-5-5',
  last_id: 'claude-3-opus',
};

function refuse(response: ServerResponse, { status, type, message, code, headers }: Refusal): void {
  const details = code ? { error_code: code } : null;
  sendJson(response, status, { type: 'error', error: { type, message, details }, request_id: 'req_fake' }, headers);
}

function sendJson(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', 'request-id': 'req_fake', ...headers });
  response.end(JSON.stringify(body));
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return text;
}

async function stream(
  response: ServerResponse,
  reply: Extract<FakeReply, { blocks: FakeBlock[] }>,
  request: FakeRequest,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'request-id': 'req_fake' });
  const events = eventsOf(reply, request);
  for (const [index, event] of events.entries()) {
    if (index === reply.hangAfter) return;
    if (index === reply.cutAfter) {
      response.destroy();
      return;
    }
    if (index === reply.errorAfter) {
      send(response, { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } });
      response.end();
      return;
    }
    send(response, event);
    // So that each event is a piece of its own on the wire.
    await new Promise((resolve) => setImmediate(resolve));
  }
  response.end();
}

function send(response: ServerResponse, event: { type: string; [key: string]: unknown }): void {
  response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
}

function eventsOf({ blocks, stopReason }: { blocks: FakeBlock[]; stopReason?: string }, { model }: FakeRequest) {
  const usesTool = blocks.some((block) => 'tool' in block);
  const start = {
    id: 'msg_fake',
    type: 'message',
    role: 'assistant',
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
    usage: { input_tokens: 100, output_tokens: 1, cache_read_input_tokens: 20, cache_creation_input_tokens: 10 },
  };
  return [
    { type: 'message_start', message: start },
    { type: 'ping' },
    ...blocks.flatMap(blockEvents),
    {
      type: 'message_delta',
      delta: { stop_reason: stopReason ?? (usesTool ? 'tool_use' : 'end_turn'), stop_sequence: null },
      usage: { output_tokens: 50 },
    },
    { type: 'message_stop' },
  ];
}

let tools = 0;

function blockEvents(block: FakeBlock, index: number) {
  const event = (type: string, rest: object) => ({ type: `content_block_${type}`, index, ...rest });
  if ('text' in block) {
    return [
      event('start', { content_block: { type: 'text', text: '' } }),
      ...pieces(block.text).map((text) => event('delta', { delta: { type: 'text_delta', text } })),
      event('stop', {}),
    ];
  }
  if ('thinking' in block) {
    return [
      event('start', { content_block: { type: 'thinking', thinking: '', signature: '' } }),
      ...pieces(block.thinking).map((thinking) => event('delta', { delta: { type: 'thinking_delta', thinking } })),
      event('delta', { delta: { type: 'signature_delta', signature: 'signed' } }),
      event('stop', {}),
    ];
  }
  tools += 1;
  return [
    event('start', { content_block: { type: 'tool_use', id: `toolu_${tools}`, name: block.tool, input: {} } }),
    ...pieces(JSON.stringify(block.input)).map((partial_json) =>
      event('delta', { delta: { type: 'input_json_delta', partial_json } }),
    ),
    event('stop', {}),
  ];
}

/** In pieces of seven characters, which cut through words. */
function pieces(text: string): string[] {
  return text.match(/[\s\S]{1,7}/g) ?? [];
}
