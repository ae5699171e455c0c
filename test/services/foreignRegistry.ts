import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ForeignRegistry {
  /** `127.0.0.1:port` */
  host: string;
  /** Digests by `repository:tag`. */
  tags: Map<string, string>;
  /** `PUT /v2/…` in the order in which they came. */
  requests: string[];
  /** Logins (`user:password`) that were shown. */
  logins: Set<string>;
  close(): Promise<void>;
}

/** Answers in the registry's place; false lets the registry answer. */
export type Interference = (request: IncomingMessage, response: ServerResponse) => boolean;

/** A registry as small as the push protocol allows (distribution-spec, "Push"), with room for faults. */
export async function startForeignRegistry(interfere: Interference = () => false): Promise<ForeignRegistry> {
  const blobs = new Map<string, number>();
  const uploads = new Map<string, Buffer[]>();
  const tags = new Map<string, string>();
  const requests: string[] = [];
  const logins = new Set<string>();
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    const basic = /^Basic (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    if (basic) logins.add(Buffer.from(basic, 'base64').toString());
    if (interfere(request, response)) return;
    if (!basic) return void response.writeHead(401, { 'www-authenticate': 'Basic realm="test"' }).end();
    void serve(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    tags,
    requests,
    logins,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://registry');
    const parts = /^\/v2\/(?:(.+)\/(blobs\/uploads|blobs|manifests)\/(.*))?$/.exec(url.pathname);
    const [, name = '', kind = '', last = ''] = parts ?? [];
    if (kind === '') return void response.writeHead(200).end('{}');
    const body = await bodyOf(request);
    if (kind === 'blobs') return void response.writeHead(blobs.has(last) ? 200 : 404, lengthOf(blobs.get(last))).end();
    if (kind === 'manifests') return manifest(request, response, name, last, body);
    upload(request, response, { name, id: last, digest: url.searchParams.get('digest') ?? '', body });
  }

  function upload(
    request: IncomingMessage,
    response: ServerResponse,
    { name, id, digest, body }: { name: string; id: string; digest: string; body: Buffer },
  ): void {
    const upload = id || randomUUID();
    const pieces = uploads.get(upload) ?? [];
    pieces.push(body);
    uploads.set(upload, pieces);
    const size = Buffer.concat(pieces).length;
    if (request.method === 'PUT') {
      blobs.set(digest, size);
      return void response.writeHead(201, { location: `/v2/${name}/blobs/${digest}` }).end();
    }
    const headers = { location: `/v2/${name}/blobs/uploads/${upload}`, range: `0-${Math.max(0, size - 1)}` };
    response.writeHead(202, { ...headers, 'docker-upload-uuid': upload }).end();
  }

  function manifest(request: IncomingMessage, response: ServerResponse, name: string, tag: string, body: Buffer): void {
    if (request.method !== 'PUT') return void response.writeHead(404).end();
    const digest = `sha256:${createHash('sha256').update(body).digest('hex')}`;
    tags.set(`${name}:${tag}`, digest);
    response.writeHead(201, { 'docker-content-digest': digest }).end();
  }
}

export function refuse(response: ServerResponse, status: number, code: string, message: string): true {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ errors: [{ code, message }] }));
  return true;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

function lengthOf(size: number | undefined): Record<string, number> {
  return size === undefined ? {} : { 'content-length': size };
}
