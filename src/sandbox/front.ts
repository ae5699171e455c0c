import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AwsError } from './action.ts';
import { type AdminParts, answerAdmin } from './admin.ts';
import { type AwsParts, answerAws } from './awsJson.ts';
import { type Fault, refusalOf, suffer } from './faults.ts';
import { drain, send } from './http.ts';
import { type Registry, registryRequest } from './registry.ts';

export interface FrontParts extends AwsParts, AdminParts {
  registry: Registry;
}

/** Sends every request to its part: registry, own admin door, or AWS. Never throws. */
export async function answer(parts: FrontParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  // A client that leaves while it is answered is no failure.
  response.on('error', () => {});
  try {
    await dispatch(parts, request, response);
  } catch (error) {
    parts.log(`${request.method} ${request.url}: ${(error as Error)?.stack ?? error}`);
    if (response.headersSent) response.destroy();
    else send(response, 500, 'The sandbox failed to answer; its log says why.\n');
  }
}

async function dispatch(parts: FrontParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://sandbox');
  const refused = refusedSender(request);
  if (refused) send(response, 403, `${refused}\n`);
  else if (url.pathname === '/v2' || url.pathname.startsWith('/v2/'))
    await answerRegistry(parts, request, response, url);
  else if (url.pathname.startsWith('/_sandbox/')) await answerAdmin(parts, request, response, url);
  else if (request.method === 'POST' && url.pathname === '/') await answerAws(parts, request, response);
  else send(response, 404, 'This is the local AWS sandbox of Deployotron.\n');
}

/**
 * A web page must not reach the sandbox: its requests carry an Origin, and a page that points its own host name
 * at 127.0.0.1 (DNS rebinding) still names that host.
 */
function refusedSender({ headers }: IncomingMessage): string | undefined {
  if (headers.origin !== undefined) return 'The sandbox does not answer web pages.';
  const host = (headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
  return host === '127.0.0.1' || host === 'localhost'
    ? undefined
    : 'The sandbox answers only to 127.0.0.1 and localhost.';
}

async function answerRegistry(
  { registry, faults, closing }: FrontParts,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const action = registryRequest(request.method ?? '', url.pathname)?.action ?? 'unknown';
  const fault = faults.next('registry', action);
  const refuse = (told: Fault) => void registry.refuse(request, response, refusalOf(told, 'ecr', action) as AwsError);
  if (fault?.kind === 'error503html') await drain(request);
  if (await suffer(fault, response, refuse, closing)) request.resume();
  else if (fault?.kind === 'cut') response.destroy();
  else await registry.handle(request, response, url);
}
