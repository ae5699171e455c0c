import { fail } from '../shared/errors.ts';
import { runGit } from './gitProcess.ts';
import type { RepositoryUrl } from './gitUrl.ts';

/** By what git reaches a repository. */
export interface GitAccess {
  /** `key=value` for `-c`; no secret among them. */
  config: string[];
  environment: Record<string, string>;
  /** Value of GIT_ALLOW_PROTOCOL for the repository itself. */
  protocols: string;
  /** The same for what the repository names, its submodules: never files of this computer. */
  submoduleProtocols: string;
  /** What must appear in no text. */
  secrets: string[];
}

/** The address is ours to check, the token goes into the environment: argv holds the names of two variables alone. */
const helper =
  '!f() { test "$1" = get && printf "username=%s\\npassword=%s\\n" "$DEPLOYOTRON_GIT_USERNAME" "$DEPLOYOTRON_GIT_PASSWORD"; }; f';

/**
 * Works out protocols, credentials and, for a repository that is reached so, ssh; `directory` must exist.
 * A token goes through a credential helper for the server's origin, in place of the user's own helpers (which would
 * also store it). Not through http.extraHeader: when a server redirects to another host, git sends such a header there.
 */
export async function accessTo(
  repository: RepositoryUrl,
  directory: string,
  given: { token?: string; username?: string },
): Promise<GitAccess> {
  const isPlainHttp = repository.url.startsWith('http:');
  const submoduleProtocols = isPlainHttp ? 'http:https:ssh' : 'https:ssh';
  return {
    ...credentials(repository, given),
    environment: {
      ...credentials(repository, given).environment,
      ...(repository.kind === 'ssh' && (await sshEnvironment(directory))),
    },
    protocols: repository.kind === 'local' ? `file:${submoduleProtocols}` : submoduleProtocols,
    submoduleProtocols,
  };
}

function credentials(
  repository: RepositoryUrl,
  given: { token?: string; username?: string },
): Pick<GitAccess, 'config' | 'environment' | 'secrets'> {
  const token = (given.token || repository.token).trim();
  const username = given.username || repository.username;
  if (repository.kind !== 'https') return { config: [], environment: {}, secrets: [] };
  const { origin, hostname } = new URL(repository.url);
  if (!token)
    return { config: username ? [`credential.${origin}.username=${username}`] : [], environment: {}, secrets: [] };
  if (/\p{Cc}/u.test(token + username)) throw fail('InvalidOption', 'The git token', '***', 'it holds a line break');
  const name = username || (hostname === 'bitbucket.org' ? 'x-token-auth' : 'x-access-token');
  return {
    config: [`credential.${origin}.helper=`, `credential.${origin}.helper=${helper}`],
    environment: { DEPLOYOTRON_GIT_USERNAME: name, DEPLOYOTRON_GIT_PASSWORD: token },
    secrets: [token, Buffer.from(`${name}:${token}`).toString('base64')],
  };
}

/** The user's own ssh command, told to ask nothing and not to wait for ever; one git process, so only where it is needed. */
export async function sshEnvironment(directory: string): Promise<Record<string, string>> {
  // With a default git always answers something: simple-git waits 50 ms for the output of a git that says nothing.
  const args = ['config', '--default=', '--get', 'core.sshCommand'];
  const configured = await runGit(args, { directory, silenceSeconds: 10 });
  if (configured.ended === 'missing') throw fail('GitMissing');
  const command = quietSsh(process.env, configured.stdout.trim());
  return command ? { GIT_SSH_COMMAND: command } : {};
}

/**
 * The ssh command by git's order of precedence, with options added when it is OpenSSH; undefined when it is another
 * program, which is left as it is. ssh takes the first value of an option, so the user's own stand. Pure.
 */
export function quietSsh(user: NodeJS.ProcessEnv, configured: string): string | undefined {
  const command = user.GIT_SSH_COMMAND || configured || (user.GIT_SSH ? '' : 'ssh');
  const isOpenSsh = /^(?:"[^"]*[\\/]ssh(?:\.exe)?"|'[^']*[\\/]ssh(?:\.exe)?'|(?:\S*[\\/])?ssh(?:\.exe)?)(?:\s|$)/;
  if (!isOpenSsh.test(command)) return undefined;
  return `${command} -o BatchMode=yes -o ConnectTimeout=10 -o ServerAliveInterval=10 -o ServerAliveCountMax=3`;
}
