import { DeployError, fail, isAbort, messageOf } from '../shared/errors.ts';

/** Words for whatever dockerode threw. */
export function dockerFailure(error: unknown): DeployError {
  if (error instanceof DeployError) return error;
  if (isAbort(error)) return fail('Cancelled');
  const message = messageOf(error).trim();
  if (message.includes('no space left on device')) return fail('DiskFull', 'an image in the Docker engine');
  switch ((error as { code?: unknown }).code) {
    case 'EACCES':
    case 'EPERM':
      return fail('DockerNotAllowed', message);
    case 'ENOENT':
    case 'ECONNREFUSED':
    case 'ENOTFOUND':
    case 'EHOSTUNREACH':
    case 'ETIMEDOUT':
      return fail('DockerNotRunning', message);
    case 'ECONNRESET':
    case 'EPIPE':
    case 'ERR_STREAM_PREMATURE_CLOSE':
      return fail('DockerLost', message);
  }
  return fail('DockerFailed', message.replace(/^\(HTTP code \d+\) [^-]* - /, ''));
}

/** The HTTP status of an error of dockerode. */
export function statusOf(error: unknown): number | undefined {
  const status = (error as { statusCode?: unknown } | undefined)?.statusCode;
  return typeof status === 'number' ? status : undefined;
}
