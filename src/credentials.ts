import { forgetGitToken, gitTokenKey, keepGitToken } from './deploy/gitToken.ts';
import { type Aws, type AwsKeys, type AwsTarget, connectAws } from './services/aws.ts';
import { checkGitAccess } from './services/git.ts';
import { type Identity, whoAmI } from './services/identity.ts';
import { fail, toFailure } from './shared/errors.ts';
import type { Host } from './shared/host.ts';
import { awsKeysKey, secretKeys, storedAwsKeys, storedGitServers } from './storage/credentials.ts';

/** What is there, never the values. */
export interface CredentialsStatus {
  aws: {
    region: string;
    account: string;
    identity: string;
    problem: string;
    /** What to do about the problem. */
    remedy: string;
    /** Where the credentials come from. */
    source: 'profile' | 'stored' | 'environment';
    /** Name of the profile in ~/.aws, when one is used. */
    profile: string;
    /** Unix seconds; absent for keys that do not expire. */
    expiresAt?: number;
  };
  /** Servers that a token is stored for. */
  git: string[];
  claude: boolean;
}

export async function credentialsStatus(host: Host): Promise<CredentialsStatus> {
  const { region, profile } = host.settings();
  const [who, stored] = await Promise.all([
    look(host).catch((error) => {
      const { message, remedy } = toFailure(error);
      return { problem: message, remedy: remedy.text };
    }),
    storedCredentials(host),
  ]);
  const source = profile ? 'profile' : stored.aws ? 'stored' : 'environment';
  return {
    ...stored,
    aws: { region, account: '', identity: '', problem: '', remedy: '', source, profile, ...who },
  };
}

/** What is kept here, without asking anybody. */
export async function storedCredentials({ secrets }: Host): Promise<{ aws: boolean; git: string[]; claude: boolean }> {
  const [keys, git, fallback, claude] = await Promise.all([
    storedAwsKeys(secrets),
    storedGitServers(secrets),
    secrets.get(secretKeys.gitToken),
    secrets.get(secretKeys.anthropicKey),
  ]);
  return { aws: keys !== undefined, git: fallback ? [...git, 'all others'] : git, claude: claude !== undefined };
}

async function look(host: Host): Promise<Identity & { expiresAt?: number }> {
  const aws = awsOf(host);
  const who = await whoAmI(aws, AbortSignal.timeout(10_000));
  const { expiration } = await (await aws.sts()).config.credentials();
  return { ...who, ...(expiration && { expiresAt: Math.floor(expiration.getTime() / 1000) }) };
}

/** The AWS that the settings name, for what belongs to no project. */
export function awsOf(host: Host): Aws {
  return connectAws(targetOf(host));
}

function targetOf(host: Host): AwsTarget {
  const { region, endpoint, profile } = host.settings();
  return { region, endpoint, profile, keys: () => storedAwsKeys(host.secrets) };
}

/** Tries a profile of ~/.aws, without changing anything. @throws DeployError of the AWS group */
export function checkAwsProfile(host: Host, profile: string): Promise<Identity> {
  return whoAmI(connectAws({ ...targetOf(host), profile }), AbortSignal.timeout(30_000));
}

/** Tries the keys and then keeps them. @throws DeployError of the AWS group, SecretNotKept */
export async function storeAwsKeys(host: Host, keys: AwsKeys): Promise<Identity> {
  const target = { ...targetOf(host), profile: '', keys: async () => keys };
  const who = await whoAmI(connectAws(target), AbortSignal.timeout(30_000));
  await keep(host, awsKeysKey, JSON.stringify(keys));
  return who;
}

/** `repositoryUrl` is any repository of that server; it is asked for when `check` is set. @throws DeployError */
export async function storeGitToken(host: Host, repositoryUrl: string, token: string, check: boolean): Promise<void> {
  if (check) await checkGitAccess(repositoryUrl, token, AbortSignal.timeout(30_000));
  await keepGitToken(host.secrets, repositoryUrl, token);
  await readBack(host, gitTokenKey(repositoryUrl), token);
}

/** Keeps it as it is; whether Claude takes it is asked by who can. @throws DeployError SecretNotKept */
export function storeClaudeKey(host: Host, key: string): Promise<void> {
  return keep(host, secretKeys.anthropicKey, key);
}

export type StoredCredential = 'aws' | 'claude' | { gitServer: string };

export async function removeCredential(host: Host, which: StoredCredential): Promise<void> {
  if (which === 'aws') await host.secrets.delete(awsKeysKey);
  else if (which === 'claude') await host.secrets.delete(secretKeys.anthropicKey);
  else await forgetGitToken(host.secrets, which.gitServer);
}

async function keep(host: Host, name: string, value: string): Promise<void> {
  await host.secrets.store(name, value);
  await readBack(host, name, value);
}

/** Secret storage of editors has lost values without a word; only what can be read again was stored. */
async function readBack(host: Host, name: string, value: string): Promise<void> {
  if ((await host.secrets.get(name)) !== value) throw fail('SecretNotKept');
}
