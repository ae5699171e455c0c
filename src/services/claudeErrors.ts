import type { APIError } from '@anthropic-ai/sdk';
import { type DeployError, fail, messageOf } from '../shared/errors.ts';

/** What the API itself says about an error; undefined for what broke off, and for what never reached it. */
function apiErrorOf(error: unknown): APIError | undefined {
  return error instanceof Error && 'requestID' in error ? (error as APIError) : undefined;
}

/** Seconds until the API may be asked again, where it says so. */
export function retryAfter(error: unknown): number | undefined {
  const seconds = Number(apiErrorOf(error)?.headers?.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}

/**
 * True for what may pass by itself: too many questions, an overloaded or unreachable API, a connection that broke off.
 * A wrong key, a refused request or a spend limit stays as it is, however often one asks.
 */
export function mayPass(error: unknown): boolean {
  const api = apiErrorOf(error);
  if (api?.headers?.get('x-should-retry') === 'false' || isSpendLimit(api)) return false;
  const status = api?.status;
  if (status !== undefined) return status === 429 || status === 408 || status >= 500;
  return !api?.type || busy.includes(api.type);
}

const busy: readonly unknown[] = ['overloaded_error', 'api_error', 'timeout_error', 'rate_limit_error'];

/** Puts an error of the SDK into words. `begun`: a part of the answer had come. */
export function claudeFailure(error: unknown, model: string, begun: boolean): DeployError {
  const api = apiErrorOf(error);
  const detail = api?.apiMessage ?? causesOf(error);
  if (isSpendLimit(api)) return fail('ClaudeSpendLimit', detail);
  switch (api?.status) {
    case 400:
      return isTooLong(detail) ? fail('ClaudeTooLong', detail) : fail('ClaudeRejected', detail);
    case 401:
      return fail('ClaudeKeyRejected', detail);
    case 403:
      return fail('ClaudeForbidden', detail);
    case 404:
      return fail('ClaudeModelUnknown', model, detail);
    case 413:
      return fail('ClaudeTooLong', detail);
    case 429:
      return fail('ClaudeRateLimited', retryAfter(error), detail);
    default:
      return withoutStatus(api, detail, begun);
  }
}

function withoutStatus(api: APIError | undefined, detail: string, begun: boolean): DeployError {
  if (api?.status !== undefined && api.status < 500) return fail('ClaudeRejected', detail);
  if (api?.status !== undefined) return fail('ClaudeOverloaded', detail);
  if (api?.type === 'rate_limit_error') return fail('ClaudeRateLimited', undefined, detail);
  if (api?.type && busy.includes(api.type)) return fail('ClaudeOverloaded', detail);
  return begun ? fail('ClaudeCutOff', detail) : fail('ClaudeUnreachable', detail);
}

/** The codes are stable; the sentence is what older gateways say instead. */
function isSpendLimit(api: APIError | undefined): boolean {
  if (!api) return false;
  const isCode = /spend_limit_reached|billing/.test(`${api.errorCode} ${api.type}`);
  return api.status === 402 || isCode || /credit balance is too low/i.test(api.apiMessage ?? '');
}

function isTooLong(detail: string): boolean {
  return /prompt is too long|context (?:window|length)|too many (?:input )?tokens/i.test(detail);
}

/** “Connection error.” alone says nothing; why stands in its causes. */
function causesOf(error: unknown): string {
  const messages: string[] = [];
  for (let each = error; each && messages.length < 4; each = (each as { cause?: unknown }).cause) {
    messages.push((each as { code?: string }).code ?? messageOf(each));
  }
  return [...new Set(messages)].join(': ');
}
