import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Faults } from './faults.ts';
import { readBody, send } from './http.ts';

export interface Health {
  sandboxId: string;
  pid: number;
  port: number;
  stateDir: string;
  /** ISO 8601. */
  startedAt: string;
}

export interface AdminParts {
  faults: Faults;
  health(): Health;
  /** Ends the process and leaves the containers. */
  shutdown(): void;
}

/** Must be sent with every request to `/_sandbox/`: a web page cannot add it without a preflight, which is refused. */
export const adminHeader = { 'x-deployotron-sandbox': '1' };

/** The sandbox's own door, beside AWS: `health`, `faults` (GET, POST a rule, DELETE all), `shutdown`. */
export async function answerAdmin(
  parts: AdminParts,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const json = { 'content-type': 'application/json' };
  const reply = (body: unknown, status = 200) => send(response, status, JSON.stringify(body), json);
  if (request.headers['x-deployotron-sandbox'] !== '1') {
    reply({ message: 'The header x-deployotron-sandbox: 1 is missing.' }, 403);
    return;
  }
  switch (`${request.method} ${url.pathname.slice('/_sandbox/'.length)}`) {
    case 'GET health':
      return reply(parts.health());
    case 'GET faults':
      return reply(parts.faults.list());
    case 'POST faults':
      return addFault(parts.faults, await readBody(request), reply);
    case 'DELETE faults':
      parts.faults.clear();
      return reply({});
    case 'POST shutdown':
      response.on('finish', () => parts.shutdown());
      return reply({});
    default:
      return reply({ message: 'There is no such request.' }, 404);
  }
}

function addFault(faults: Faults, body: Buffer, reply: (body: unknown, status?: number) => void): void {
  try {
    faults.add(JSON.parse(body.toString()));
    reply({});
  } catch (error) {
    reply({ message: (error as Error).message }, 400);
  }
}
