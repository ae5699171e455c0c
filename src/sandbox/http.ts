import type { IncomingMessage, ServerResponse } from 'node:http';
import { finished } from 'node:stream/promises';

/** No JSON action and no manifest comes near it. */
const largestBody = 16 * 1024 * 1024;

/** Refused with 413. */
export class BodyTooLarge extends Error {}

/** @throws BodyTooLarge above 16 MiB. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestBody) break;
    chunks.push(chunk);
  }
  if (size <= largestBody) return Buffer.concat(chunks);
  // What the client still sends is read away, so that it comes to read the answer.
  request.resume();
  throw new BodyTooLarge('The request is too large.');
}

/**
 * Reads the rest of a refused body away. A client that is answered and cut off while it still sends (the Docker engine
 * asks for `connection: close`) sees a broken pipe and never the answer.
 */
export async function drain(request: IncomingMessage): Promise<void> {
  request.resume();
  await finished(request).catch(() => {});
}

/** Answers with a whole body; `headers` may name another content type. */
export function send(
  response: ServerResponse,
  status: number,
  body: string | Buffer = '',
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-length': String(Buffer.byteLength(body)), ...headers });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}
