import type { IncomingMessage } from 'node:http';

/** A request that was perhaps worked on may be sent twice only if that changes nothing. RFC 9110, 9.2.2. */
export const isIdempotent = (method = 'GET') => ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE'].includes(method);

const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Headers as name, value, name, value … without those that are meant for one connection only. RFC 9110, 7.6.1. */
export function endToEnd(rawHeaders: string[]): string[] {
  return rawHeaders.flatMap((name, index) =>
    index % 2 === 0 && !hopByHop.has(name.toLowerCase()) ? [name, rawHeaders[index + 1] as string] : [],
  );
}

export function forwardedHeaders(incoming: IncomingMessage): string[] {
  const from = incoming.socket.remoteAddress ?? '127.0.0.1';
  const chain = [incoming.headers['x-forwarded-for'], from].flat().filter(Boolean).join(', ');
  const own = new Set(['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-port']);
  const raw = endToEnd(incoming.rawHeaders);
  const kept = raw.flatMap((name, index) =>
    index % 2 === 0 && !own.has(name.toLowerCase()) ? [name, raw[index + 1] as string] : [],
  );
  const chunked = incoming.headers['transfer-encoding'] ? ['Transfer-Encoding', 'chunked'] : [];
  return [
    ...kept,
    ...chunked,
    'X-Forwarded-For',
    chain,
    'X-Forwarded-Proto',
    'http',
    'X-Forwarded-Port',
    String(incoming.socket.localPort),
    'Connection',
    'close',
  ];
}

export function requestHead(incoming: IncomingMessage): string {
  const lines = incoming.rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [`${name}: ${incoming.rawHeaders[index + 1]}`] : [],
  );
  return `${incoming.method} ${incoming.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\nX-Forwarded-Proto: http\r\n\r\n`;
}
