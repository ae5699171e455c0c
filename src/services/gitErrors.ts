import { type DeployError, fail, messageOf } from '../shared/errors.ts';

const unreachable =
  /could not resolve host|name or service not known|connection (refused|reset|timed out)|failed to connect|couldn't connect|network is unreachable|operation too slow|timed? ?out|early eof|unexpected disconnect|remote end hung up|empty reply|the requested url returned error: 5\d\d/i;
const unauthorized =
  /authentication failed|could not read (username|password)|permission denied \(|host key verification failed|terminal prompts disabled|returned error: 40[13]|access denied|invalid credentials/i;
const branchMissing = /remote branch .* not found|couldn't find remote ref/i;
const missing = /repository .* (not found|does not exist)|does not appear to be a git repository|returned error: 404|not found in upstream/i;

/** A fault of the network, which may pass; never one of rights or names. */
export function isNetworkFault(error: unknown): boolean {
  const text = messageOf(error);
  return unreachable.test(text) && !unauthorized.test(text) && !branchMissing.test(text);
}

/** git says what is wrong only in words; LC_ALL=C keeps them the same everywhere. */
export function gitFailure(error: unknown, { url, branch }: { url: string; branch: string }): DeployError {
  const detail = tellingLines(messageOf(error));
  if (/ENOENT/.test(detail) && /spawn/.test(detail)) return fail('GitMissing');
  if (/no space left on device/i.test(detail)) return fail('DiskFull', 'the clone');
  if (/unknown option.*config-env/i.test(detail)) return fail('GitTooOld', 'on this computer');
  if (branchMissing.test(detail)) return fail('BranchNotFound', branch, url);
  if (unauthorized.test(detail)) return fail('GitAuthenticationFailed', url, detail);
  if (missing.test(detail)) return fail('RepositoryNotFound', url, detail);
  if (unreachable.test(detail)) return fail('RepositoryUnreachable', url, detail);
  return fail('GitFailed', detail);
}

/** What git said, without its progress. */
function tellingLines(text: string): string {
  const lines = text.split(/[\r\n]+/).filter((line) => !/^(remote: )?(counting|compressing|receiving|resolving|cloning)/i.test(line));
  return lines.slice(-10).join('\n').trim() || text.slice(-500);
}
