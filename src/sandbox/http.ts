import type { IncomingMessage, ServerResponse } from 'node:http';

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
