import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ActionTable, AwsError } from './action.ts';
import { type Fault, type Faults, refusalOf, sendCut, suffer } from './faults.ts';
import { BodyTooLarge, readBody, send } from './http.ts';
import { answerQuery, queryError, queryService } from './queryActions.ts';

export interface AwsParts {
  /** Service prefix of IAM actions, such as `ecs` → its actions. */
  services: Record<string, ActionTable>;
  faults: Faults;
  closing: AbortSignal;
  log(line: string): void;
}

/** What stands before the dot of `x-amz-target`. */
const targets: Record<string, string> = {
  AmazonEC2ContainerServiceV20141113: 'ecs',
  AmazonEC2ContainerRegistry_V20150921: 'ecr',
  Logs_20140328: 'logs',
};

/** How one protocol of AWS writes an answer and a refusal. */
interface Protocol {
  service: string;
  action: string;
  contentType: string;
  run(): Promise<string>;
  refusal(error: AwsError, requestId: string): string;
}

/**
 * Answers one call of an AWS service: awsJson 1.1 (ECS, ECR, CloudWatch Logs) or the query protocol (STS, IAM).
 * https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 * Any credentials will do: signatures are not verified, for there is no account to protect.
 */
export async function answerAws(parts: AwsParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const protocol = await protocolOf(parts, request).catch((error) => refusedProtocol(error));
  const { service, action } = protocol;
  const refuse = (error: AwsError) => refuseAws(protocol, response, error);
  const fault = parts.faults.next(service, action);
  const asRefusal = (told: Fault) => refuse(refusalOf(told, service, action) as AwsError);
  if (await suffer(fault, response, asRefusal, parts.closing)) return;
  try {
    if (!request.headers.authorization) throw missingToken();
    answer(protocol, response, await protocol.run(), fault);
  } catch (error) {
    if (!(error instanceof AwsError)) parts.log(`${service}:${action}: ${(error as Error)?.stack ?? error}`);
    refuse(toAwsError(error));
  }
}

function answer(protocol: Protocol, response: ServerResponse, body: string, fault: Fault | undefined): void {
  const headers = { 'content-type': protocol.contentType, 'x-amzn-requestid': randomUUID() };
  if (fault?.kind === 'cut') sendCut(response, body, headers);
  else send(response, 200, body, headers);
}

function refuseAws(protocol: Protocol, response: ServerResponse, error: AwsError): void {
  const requestId = randomUUID();
  send(response, error.status, protocol.refusal(error, requestId), {
    'content-type': protocol.contentType,
    'x-amzn-requestid': requestId,
    'x-amzn-errortype': error.code,
  });
}

async function protocolOf(parts: AwsParts, request: IncomingMessage): Promise<Protocol> {
  const target = request.headers['x-amz-target'];
  const body = (await readBody(request)).toString();
  return typeof target === 'string' ? jsonProtocol(parts, target, body) : queryProtocol(body);
}

function jsonProtocol({ services }: AwsParts, target: string, body: string): Protocol {
  const [prefix = '', action = ''] = target.split('.');
  const service = own(targets, prefix) ?? 'unknown';
  const actions = own(services, service) ?? {};
  return {
    ...jsonShape,
    service,
    action,
    async run() {
      const perform = own(actions, action);
      if (!perform) throw new AwsError('UnknownOperationException', `The sandbox does not know ${target}.`);
      return JSON.stringify(await perform(parseInput(body)));
    },
  };
}

const jsonShape = {
  contentType: 'application/x-amz-json-1.1',
  refusal: (error: AwsError) => JSON.stringify({ __type: error.code, message: error.message }),
};

function queryProtocol(body: string): Protocol {
  const form = new URLSearchParams(body);
  const action = form.get('Action') ?? '';
  return {
    service: queryService(action),
    action,
    contentType: 'text/xml',
    run: async () => answerQuery(action, form),
    refusal: queryError,
  };
}

/** A request that could not even be read is refused in JSON. */
function refusedProtocol(error: unknown): Protocol {
  return {
    ...jsonShape,
    service: 'unknown',
    action: 'unknown',
    run: () => Promise.reject(error),
  };
}

function parseInput(body: string): object {
  try {
    const input = JSON.parse(body || '{}');
    if (typeof input === 'object' && input !== null) return input;
  } catch {}
  throw new AwsError('SerializationException', 'The request body is not a JSON object.');
}

function missingToken(): AwsError {
  return new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token', 403);
}

function toAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  if (error instanceof BodyTooLarge) return new AwsError('RequestEntityTooLargeException', error.message, 413);
  return new AwsError('InternalFailure', 'The sandbox failed to answer; its log says why.', 500);
}

function own<T>(record: Record<string, T>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
