import { DeployError, fail, messageOf } from '../shared/errors.ts';

interface AwsLikeError {
  name?: string;
  code?: string;
  message?: string;
  $metadata?: { httpStatusCode?: number };
  $retryable?: unknown;
}

const throttling =
  /^(Throttl\w*|TooManyRequestsException|RequestLimitExceeded|RequestThrottled\w*|LimitExceededException)$/;
const expired = /^(ExpiredToken\w*|RequestExpired|TokenRefreshRequired)$/;
const invalid =
  /^(UnrecognizedClientException|InvalidClientTokenId|InvalidSignatureException|SignatureDoesNotMatch|MissingAuthenticationToken\w*|AuthFailure|IncompleteSignature)$/;
const denied = /^AccessDenied|^UnauthorizedOperation$|^NotAuthorized/;
const network = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** Faults that pass by themselves: a broken connection, a five-hundred, throttling, an answer that broke off. */
export function isTransient(error: unknown): boolean {
  const { name = '', code = '', $metadata } = error as AwsLikeError;
  const status = $metadata?.httpStatusCode ?? 0;
  if (error instanceof DeployError || expired.test(name) || invalid.test(name) || denied.test(name)) return false;
  // Nothing listens on this computer: waiting does not help, the user shall know at once.
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND') return false;
  return (
    network.has(code) ||
    throttling.test(name) ||
    status >= 500 ||
    status === 429 ||
    name === 'TimeoutError' ||
    isUnreadable(error)
  );
}

/** An answer that is no JSON: an HTML page of a proxy, or a body that was cut off. */
function isUnreadable(error: unknown): boolean {
  return error instanceof SyntaxError || (error as AwsLikeError).name === 'SyntaxError';
}

/** The failure for an error of the AWS SDK; `what` is the action, such as `ecs:UpdateService`. */
export function awsFailure(error: unknown, what: string): DeployError {
  if (error instanceof DeployError) return error;
  const { name = '', code = '', $metadata } = error as AwsLikeError;
  const status = $metadata?.httpStatusCode ?? 0;
  const detail = `${name && name !== 'Error' ? `${name}: ` : ''}${messageOf(error)}`;
  if (name === 'CredentialsProviderError' || /could not resolve credentials/i.test(detail))
    return credentialsFailure(detail);
  if (expired.test(name)) return fail('AwsCredentialsExpired', detail);
  if (invalid.test(name)) return fail('AwsCredentialsInvalid', detail);
  if (denied.test(name)) return fail('AwsAccessDenied', deniedAction(detail) ?? what, detail);
  if (throttling.test(name) || status === 429) return fail('AwsThrottled', what, detail);
  if (isUnreadable(error)) return fail('AwsUnreadable', what);
  if (network.has(code) || name === 'TimeoutError') return fail('AwsUnreachable', endpointOf(error), detail);
  if (status >= 500 || status === 0) return fail('AwsFailed', what, detail);
  return fail('AwsRejected', what, messageOf(error));
}

/** The SDK tells an expired SSO session, a missing profile and no credentials at all only by its words. */
function credentialsFailure(detail: string): DeployError {
  return /expired|refresh this SSO session|sso session .* (not found|invalid)/i.test(detail)
    ? fail('AwsCredentialsExpired', detail)
    : fail('AwsCredentialsMissing', detail);
}

/** AWS names the missing action: “… is not authorized to perform: ecs:UpdateService on resource: …”. */
function deniedAction(detail: string): string | undefined {
  return /not authorized to perform:? ([\w-]+:\w+)/.exec(detail)?.[1];
}

function endpointOf(error: unknown): string {
  const { address, hostname, port } = error as {
    address?: string;
    hostname?: string;
    port?: number;
  };
  const host = address ?? hostname;
  return host ? `${host}${port ? `:${port}` : ''}` : '';
}
