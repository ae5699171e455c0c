import { parseRepositoryUrl } from '../services/gitUrl.ts';
import type { Secrets } from '../shared/host.ts';
import { secretKeys } from '../storage/credentials.ts';

/** Under which a host's token is stored: a token for one server must never be shown to another. */
export function gitTokenKey(repositoryUrl: string): string {
  const { kind, url } = parseRepositoryUrl(repositoryUrl);
  return kind === 'https' ? `git-token:${new URL(url).host}` : secretKeys.gitToken;
}

/** The token for the server of this repository: the one stored for it, else the one of the environment. */
export async function gitTokenFor(repositoryUrl: string, secret: Secrets['get']): Promise<string | undefined> {
  return (await secret(gitTokenKey(repositoryUrl))) ?? (await secret(secretKeys.gitToken));
}
