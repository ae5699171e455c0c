import { execFileSync, spawn } from 'node:child_process';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Readable } from 'node:stream';

export interface SeenRequest {
  method: string;
  path: string;
  authorization: string;
}

/** Not answering; breaking off; bytes now and then, for ever; a status; a redirect. */
export type Misbehaviour = 'silence' | 'reset' | 'slow' | number | { redirect: string };

export interface GitServerOptions {
  /** The one value of the header Authorization that is let in; without it everybody is. */
  authorization?: string;
  /** Asked for every request, before its authorization is looked at; `count` from 1. */
  misbehave?(request: SeenRequest, count: number): Misbehaviour | undefined;
  /** The answer waits for it. */
  before?(request: SeenRequest): Promise<void> | void;
}

export interface GitServer {
  /** `http://127.0.0.1:port` */
  origin: string;
  port: number;
  requests: SeenRequest[];
  close(): Promise<void>;
}

/** The repositories below `root` over git's smart HTTP protocol, by git's own CGI program. */
export async function startGitServer(root: string, options: GitServerOptions = {}): Promise<GitServer> {
  const requests: SeenRequest[] = [];
  const server = http.createServer(async (request, response) => {
    const seen = describe(request);
    requests.push(seen);
    const fault = options.misbehave?.(seen, requests.length);
    await options.before?.(seen);
    if (fault !== undefined) return misbehave(fault, request, response);
    if (options.authorization && seen.authorization !== options.authorization) return refuse(response);
    serve(root, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { origin: `http://127.0.0.1:${port}`, port, requests, close };
}

export function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function describe({ method = '', url = '', headers }: http.IncomingMessage): SeenRequest {
  return { method, path: url, authorization: headers.authorization ?? '' };
}

function refuse(response: http.ServerResponse): void {
  response.writeHead(401, { 'www-authenticate': 'Basic realm="test"' }).end();
}

function misbehave(fault: Misbehaviour, request: http.IncomingMessage, response: http.ServerResponse): void {
  if (fault === 'reset') request.socket.resetAndDestroy();
  else if (fault === 'slow') drip(response);
  else if (typeof fault === 'number') response.writeHead(fault).end('<!DOCTYPE html>\n<title>A page</title>\n');
  else if (fault !== 'silence') response.writeHead(302, { location: fault.redirect }).end();
}

function drip(response: http.ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' });
  const timer = setInterval(() => response.write('0'.repeat(100)), 50);
  response.on('close', () => clearInterval(timer));
}

const backend = path.join(execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim(), 'git-http-backend');

/** By git-http-backend(1). */
function serve(root: string, request: http.IncomingMessage, response: http.ServerResponse): void {
  const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
  const { headers } = request;
  const cgi = spawn(backend, {
    env: {
      PATH: process.env.PATH,
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_PROTOCOL: String(headers['git-protocol'] ?? ''),
      PATH_INFO: decodeURIComponent(pathname),
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: headers['content-encoding'] ?? '',
    },
  });
  // A client that goes away is no fault of the server.
  for (const stream of [cgi.stdin, cgi.stdout, request, response]) stream.on('error', () => cgi.kill());
  response.on('close', () => cgi.kill());
  request.pipe(cgi.stdin);
  passOn(cgi.stdout, response);
}

function passOn(output: Readable, response: http.ServerResponse): void {
  let head: Buffer | undefined = Buffer.alloc(0);
  output.on('data', (chunk: Buffer) => {
    if (!head) {
      response.write(chunk);
      return;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    writeHead(head.toString('latin1', 0, end), response);
    response.write(head.subarray(end + 4));
    head = undefined;
  });
  output.on('end', () => response.end());
}

function writeHead(text: string, response: http.ServerResponse): void {
  for (const line of text.split('\r\n')) {
    const [name = '', value = ''] = line.split(/:\s*(.*)/);
    if (name === 'Status') response.statusCode = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
}
