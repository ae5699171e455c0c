import { DeployError } from '../../src/shared/errors.ts';

/** How Docker and package managers say that a name is not known, or that no way leads to its address. */
const outOfReach =
  /no such host|could not resolve|name resolution|name or service not known|getaddrinfo|unknownhost|nxdomain|ENOTFOUND|EAI_AGAIN|network is unreachable|no route to host|i\/o timeout/i;

/** What could not be fetched, in a line; undefined for any other failure, such as an image that does not exist. */
export function missingHere(error: unknown): string | undefined {
  if (!(error instanceof DeployError)) return undefined;
  const { code, message, detail = '' } = error.failure;
  const line = detail.split('\n').find((each) => outOfReach.test(each));
  if (!line) return undefined;
  if (code === 'BaseImageUnavailable') return `${message} (${outOfReach.exec(line)?.[0]})`;
  return `A registry is out of reach: ${line.trim()}`;
}
