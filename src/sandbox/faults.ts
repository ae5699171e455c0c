import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { AwsError } from './action.ts';
import { send } from './http.ts';
import { callerArn } from './queryActions.ts';

const kinds = [
  'throttle',
  'error500',
  'error503html',
  'cut',
  'expiredToken',
  'accessDenied',
  'notFound',
  'delay',
  'silence',
] as const;

/**
 * What goes wrong: an answer as AWS gives it in trouble, `cut` (the action happens, its answer breaks off),
 * `delay` (the answer comes `ms` milliseconds late, default 1000) or `silence` (no answer; after `ms` the
 * connection ends, without it never).
 */
export interface Fault {
  kind: (typeof kinds)[number];
  ms?: number;
}

/** The fault happens at the `nth` call of the action (default 1, counted from when the rule was added), `count` times (default 1). */
export interface FaultRule {
  /** `UpdateService` or, where two services share the name, `ecs:UpdateService`; for the registry such as `registry:PUT manifest`. */
  action: string;
  nth?: number;
  count?: number;
  fault: Fault;
}

/** Scripted trouble, for tests. */
export interface Faults {
  /** @throws TypeError for a rule that could never happen. */
  add(rule: FaultRule): void;
  clear(): void;
  list(): readonly FaultRule[];
  /** Counts this call; the fault that it meets, if any. */
  next(service: string, action: string): Fault | undefined;
}

export function createFaults(): Faults {
  let rules: { rule: FaultRule; calls: number }[] = [];
  return {
    add(rule) {
      check(rule);
      rules.push({ rule, calls: 0 });
    },
    clear() {
      rules = [];
    },
    list: () => rules.map(({ rule }) => rule),
    next(service, action) {
      const asked = rules.filter(({ rule }) => rule.action === action || rule.action === `${service}:${action}`);
      for (const entry of asked) entry.calls += 1;
      return asked.find(isDue)?.rule.fault;
    },
  };
}

function isDue({ rule, calls }: { rule: FaultRule; calls: number }): boolean {
  const { nth = 1, count = 1 } = rule;
  return calls >= nth && calls < nth + count;
}

function check(rule: FaultRule): void {
  const positive = [rule?.nth, rule?.count].every((n) => n === undefined || (Number.isInteger(n) && n > 0));
  if (typeof rule?.action !== 'string' || !rule.action) throw new TypeError('A fault needs an action.');
  if (!positive) throw new TypeError('nth and count are whole numbers above 0.');
  if (!kinds.includes(rule.fault?.kind)) throw new TypeError(`A fault's kind is one of ${kinds.join(', ')}.`);
}

/** What AWS answers in this trouble; `undefined` for a fault that is no refusal. */
export function refusalOf(fault: Fault, service: string, action: string): AwsError | undefined {
  switch (fault.kind) {
    case 'throttle':
      return new AwsError('ThrottlingException', 'Rate exceeded');
    case 'error500':
      return new AwsError('InternalFailure', 'The request processing has failed because of an unknown error.', 500);
    case 'expiredToken':
      return new AwsError('ExpiredTokenException', 'The security token included in the request is expired');
    case 'accessDenied':
      return new AwsError('AccessDeniedException', accessDenied(`${service}:${action}`));
    case 'notFound':
      return new AwsError('ResourceNotFoundException', notFoundWords);
    default:
      return undefined;
  }
}

/** A registry says so of a manifest, Secrets Manager of a secret. */
const notFoundWords = 'Requested resource not found';

function accessDenied(what: string): string {
  return `User: ${callerArn} is not authorized to perform: ${what} on resource: * because no identity-based policy allows the ${what} action`;
}

/**
 * Does what the fault says. True when the request is dealt with, so that nothing more may be answered;
 * `refuse` writes a refusal in the words of the protocol.
 */
export async function suffer(
  fault: Fault | undefined,
  response: ServerResponse,
  refuse: (fault: Fault) => void,
  closing: AbortSignal,
): Promise<boolean> {
  if (!fault) return false;
  switch (fault.kind) {
    case 'cut':
      return false;
    case 'delay':
      await sleep(fault.ms ?? 1000, undefined, { signal: closing }).catch(() => {});
      return closing.aborted;
    case 'silence':
      if (fault.ms !== undefined) setTimeout(() => response.destroy(), fault.ms).unref();
      return true;
    case 'error503html':
      send(response, 503, unavailable, { 'content-type': 'text/html' });
      return true;
    default:
      refuse(fault);
      return true;
  }
}

const unavailable =
  '<html><head><title>503 Service Temporarily Unavailable</title></head>' +
  '<body><center><h1>503 Service Temporarily Unavailable</h1></center></body></html>';

/** Promises the whole body, sends half of it and breaks the connection. */
export function sendCut(response: ServerResponse, body: string, headers: Record<string, string>): void {
  response.writeHead(200, { ...headers, 'content-length': String(Buffer.byteLength(body)) });
  response.write(body.slice(0, Math.ceil(body.length / 2)), () => response.destroy());
}
