import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { sendTrace } from '../../src/services/traces.ts';
import { metricsOf } from '../../src/shared/metrics.ts';
import { project, record, usualDay } from '../shared/days.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function receiver(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  closing.push(() => server.closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface Span {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: { key: string; value: Record<string, unknown> }[];
}

const metrics = metricsOf(record(), project, usualDay);

test('a deployment arrives as a trace: a span for it, for each step and for each stage', async () => {
  const got: { url: string; headers: IncomingHttpHeaders; body: string }[] = [];
  const endpoint = await receiver(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    got.push({ url: request.url ?? '', headers: request.headers, body });
    response.setHeader('content-type', 'application/json').end('{}');
  });
  await sendTrace(`${endpoint}/`, metrics, usualDay);

  expect(got.map(({ url, headers }) => [url, headers['content-type']])).toEqual([['/v1/traces', 'application/json']]);
  const { resourceSpans } = JSON.parse(got[0]?.body ?? '');
  expect(JSON.stringify(resourceSpans[0].resource)).toContain('"deployotron"');
  const spans: Span[] = resourceSpans[0].scopeSpans[0].spans;
  expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([record().id.replaceAll('-', '')]));
  const tree = (parent: string | undefined, indent = ''): string[] =>
    spans
      .filter(({ parentSpanId }) => (parentSpanId || undefined) === parent)
      .flatMap((span) => [`${indent}${span.name} ${milliseconds(span)} ms`, ...tree(span.spanId, `${indent}  `)]);
  await expect(`${tree(undefined).join('\n')}\n`).toMatchFileSnapshot('../golden/trace.txt');
  const root = spans.find(({ parentSpanId }) => !parentSpanId);
  expect(root?.attributes).toContainEqual({ key: 'deployotron.project', value: { stringValue: 'shop' } });
});

function milliseconds({ startTimeUnixNano, endTimeUnixNano }: Span): number {
  return Number((BigInt(endTimeUnixNano) - BigInt(startTimeUnixNano)) / 1_000_000n);
}

test('a receiver that refuses is an error that says so', async () => {
  const endpoint = await receiver((_, response) => response.writeHead(403).end('not you'));
  await expect(sendTrace(endpoint, metrics, usualDay)).rejects.toThrow();
});

test('a receiver that never answers is given up', async () => {
  const endpoint = await receiver(() => undefined);
  await expect(sendTrace(endpoint, metrics, usualDay, 100)).rejects.toThrow();
});
