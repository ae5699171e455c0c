import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Secrets } from '../shared/host.ts';
import { storageError, writeFileAtomic } from './atomicFile.ts';
import { keepCopy, readFrom } from './files.ts';
import { withLock } from './lock.ts';

/** The names of the secrets; each is also the environment variable that comes first. */
export const secretKeys = { gitToken: 'DEPLOYOTRON_GIT_TOKEN', anthropicKey: 'ANTHROPIC_API_KEY' } as const;

/** Beside those: keys of AWS as JSON, and the names of the git servers that a token is stored for. */
export const awsKeysKey = 'aws-keys';
export const gitServersKey = 'git-servers';

/** Undefined when there are none, or none that can be read. */
export async function storedAwsKeys(secrets: Pick<Secrets, 'get'>) {
  const keys = parseOr(await secrets.get(awsKeysKey), {}) as Partial<Record<string, string>>;
  const { accessKeyId, secretAccessKey, sessionToken } = keys;
  if (!accessKeyId || !secretAccessKey) return undefined;
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
}

/** Hosts, such as `github.com`. */
export async function storedGitServers(secrets: Pick<Secrets, 'get'>): Promise<string[]> {
  const servers = parseOr(await secrets.get(gitServersKey), []);
  return Array.isArray(servers) ? servers.filter((each) => typeof each === 'string') : [];
}

function parseOr(text: string | undefined, otherwise: object): object {
  try {
    return (text && JSON.parse(text)) || otherwise;
  } catch {
    return otherwise;
  }
}

/** AES-256-GCM, all in base64. */
interface Sealed {
  iv: string;
  tag: string;
  data: string;
}

/**
 * Secrets for the terminal, where VS Code's SecretStorage is not there: sealed in secrets.json, with the key in
 * secrets.key beside it, both mode 600. That keeps them out of searches, logs, screens and of copies of secrets.json
 * alone. It does not keep them from who can read both files: this user's programs, root, a backup of the folder.
 *
 * What cannot be opened counts as missing, and stays.
 * Storing and deleting throw DatabaseBusy, DiskFull, StorageNotWritable.
 */
export function fileSecrets(storageDir: string, env: NodeJS.ProcessEnv = process.env): Secrets {
  const path = join(storageDir, 'secrets.json');
  const keyPath = join(storageDir, 'secrets.key');

  const change = async (edit: (entries: Map<string, Sealed>) => Promise<void>) => {
    await mkdir(storageDir, { recursive: true, mode: 0o700 }).catch((error) => {
      throw storageError(storageDir, error);
    });
    await withLock(`${path}.lock`, 'changing secrets', async () => {
      const entries = (await readEntries(path)) ?? (await beginAnew(path));
      await edit(entries);
      await writeFileAtomic(path, JSON.stringify(Object.fromEntries(entries), undefined, 2));
    });
  };

  return {
    async get(name) {
      if (env[name]) return env[name];
      const sealed = (await readEntries(path))?.get(name);
      const key = (await readFrom(keyPath, 0))?.bytes;
      return sealed && key ? open(sealed, key, name) : undefined;
    },
    store: (name, value) =>
      change(async (entries) => {
        entries.set(name, seal(value, await ownKey(keyPath), name));
      }),
    async delete(name) {
      if (!(await readEntries(path))?.has(name)) return;
      await change(async (entries) => {
        entries.delete(name);
      });
    },
  };
}

/** Undefined when there is a file, but not one of ours. */
async function readEntries(path: string): Promise<Map<string, Sealed> | undefined> {
  const file = await readFrom(path, 0);
  if (!file) return new Map();
  try {
    const entries: unknown = JSON.parse(file.bytes.toString());
    const isOurs = entries && typeof entries === 'object' && !Array.isArray(entries);
    return isOurs ? new Map(Object.entries(entries)) : undefined;
  } catch {
    return undefined;
  }
}

async function beginAnew(path: string): Promise<Map<string, Sealed>> {
  await keepCopy(path, path.replace(/json$/, `${Date.now()}.damaged.json`));
  return new Map();
}

/** A key of the wrong length is no key; a new one is made, and what was sealed with the old one stays closed. */
async function ownKey(path: string): Promise<Buffer> {
  const found = await readFrom(path, 0);
  if (found?.bytes.length === 32) return found.bytes;
  const key = randomBytes(32);
  await writeFileAtomic(path, key);
  return key;
}

/** The name is sealed along, so that a value cannot be passed off under another one. */
function seal(value: string, key: Buffer, name: string): Sealed {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(name));
  const data = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]);
  return { iv: iv.toString('base64'), tag: cipher.getAuthTag().toString('base64'), data: data.toString('base64') };
}

function open({ iv, tag, data }: Sealed, key: Buffer, name: string): string | undefined {
  try {
    const from = (text: string) => Buffer.from(text, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', key, from(iv), { authTagLength: 16 });
    decipher.setAAD(Buffer.from(name)).setAuthTag(from(tag));
    return Buffer.concat([decipher.update(from(data)), decipher.final()]).toString();
  } catch {
    return undefined;
  }
}
