import { parseRepositoryUrl } from '../services/gitUrl.ts';
import type { Secrets } from '../shared/host.ts';
import { gitServersKey, secretKeys, storedGitServers } from '../storage/credentials.ts';

/** Under which a host's token is stored: a token for one server must never be shown to another. */
export function gitTokenKey(repositoryUrl: string): string {
  const { kind, url } = parseRepositoryUrl(repositoryUrl);
  return kind === 'https' ? `git-token:${new URL(url).host}` : secretKeys.gitToken;
}

/** The token for the server of this repository: the one stored for it, else the one of the environment. */
export async function gitTokenFor(repositoryUrl: string, secret: Secrets['get']): Promise<string | undefined> {
  return (await secret(gitTokenKey(repositoryUrl))) ?? (await secret(secretKeys.gitToken));
}

/** Stores a token for the server of this repository, and remembers that there is one. */
export async function keepGitToken(secrets: Secrets, repositoryUrl: string, token: string): Promise<void> {
  const key = gitTokenKey(repositoryUrl);
  await secrets.store(key, token);
  if (key === secretKeys.gitToken) return;
  const servers = new Set(await storedGitServers(secrets)).add(new URL(repositoryUrl).host);
  await secrets.store(gitServersKey, JSON.stringify([...servers]));
}

export async function forgetGitToken(secrets: Secrets, server: string): Promise<void> {
  await secrets.delete(gitTokenKey(`https://${server}/`));
  const left = (await storedGitServers(secrets)).filter((each) => each !== server);
  await secrets.store(gitServersKey, JSON.stringify(left));
}
