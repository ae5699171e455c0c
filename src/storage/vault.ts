import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fail } from '../shared/errors.ts';
import type { Secrets } from '../shared/host.ts';
import { writeFileAtomic } from './atomicFile.ts';
import { readFrom } from './files.ts';
import { withLock } from './lock.ts';

/**
 * A file of secrets for where an editor's secret storage keeps nothing: sealed as a whole with AES-256-GCM, by a key
 * that scrypt makes of the user's passphrase. Whatever is changed in it, the header included, makes it stay closed.
 */
interface VaultFile {
  version: 1;
  kdf: { name: 'scrypt'; N: number; r: number; p: number; salt: string };
  cipher: 'aes-256-gcm';
  iv: string;
  tag: string;
  data: string;
}

/** Some 128 MiB and a quarter of a second for each guess, see OWASP's "Password Storage" for N = 2^17. */
const cost = { N: 2 ** 17, r: 8, p: 1 } as const;

export interface Vault extends Secrets {
  /** True when there is a file, whether it is open or not. */
  exists(): Promise<boolean>;
  isOpen(): boolean;
  /** Opens the file, or makes an empty one. @throws DeployError VaultPassphraseWrong, VaultUnreadable */
  unlock(passphrase: string): Promise<void>;
}

/** While it is locked, `get` finds nothing, and `store` throws VaultLocked. The passphrase itself is not kept. */
export function openVault(path: string): Vault {
  let key: Buffer | undefined;
  let salt = randomBytes(16);

  const read = async (): Promise<Record<string, string>> => {
    const file = await readVault(path);
    return file && key ? open(file, key) : {};
  };
  const change = async (edit: (values: Record<string, string>) => void) => {
    const sealing = key;
    if (!sealing) throw fail('VaultLocked');
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await withLock(`${path}.lock`, 'changing credentials', async () => {
      const values = await read();
      edit(values);
      await writeFileAtomic(path, JSON.stringify(seal(values, sealing, salt), undefined, 2));
    });
  };

  return {
    exists: async () => (await readFrom(path, 0)) !== undefined,
    isOpen: () => key !== undefined,
    async unlock(passphrase) {
      const file = await readVault(path);
      if (file) salt = Buffer.from(file.kdf.salt, 'base64');
      const derived = await deriveKey(passphrase, salt);
      if (file) open(file, derived);
      key = derived;
      if (!file) await change(() => undefined);
    },
    async get(name) {
      return key ? (await read())[name] : undefined;
    },
    store: (name, value) =>
      change((values) => {
        values[name] = value;
      }),
    async delete(name) {
      if (!key) return;
      await change((values) => {
        delete values[name];
      });
    },
  };
}

async function readVault(path: string): Promise<VaultFile | undefined> {
  const file = await readFrom(path, 0);
  if (!file) return undefined;
  try {
    const vault = JSON.parse(file.bytes.toString()) as VaultFile;
    // Other costs are not taken from the file: whoever can write it could make guessing cheap, or opening endless.
    const isOurs = vault.version === 1 && vault.kdf?.name === 'scrypt' && vault.kdf.N === cost.N;
    if (isOurs && [vault.kdf.salt, vault.iv, vault.tag, vault.data].every((part) => typeof part === 'string'))
      return vault;
  } catch {
    // Said below.
  }
  throw fail('VaultUnreadable', path);
}

function deriveKey(passphrase: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // 128 * N * r bytes are needed; Node's own limit is lower.
    scrypt(passphrase.normalize('NFKC'), salt, 32, { ...cost, maxmem: 256 * 1024 * 1024 }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}

/** What is sealed along with the data, so that nothing around it can be exchanged. */
function headerOf({ version, kdf, cipher }: Pick<VaultFile, 'version' | 'kdf' | 'cipher'>): Buffer {
  return Buffer.from(JSON.stringify([version, kdf.name, kdf.N, kdf.r, kdf.p, kdf.salt, cipher]));
}

function seal(values: Record<string, string>, key: Buffer, salt: Buffer): VaultFile {
  const kdf = { name: 'scrypt', ...cost, salt: salt.toString('base64') } as const;
  const head = { version: 1, kdf, cipher: 'aes-256-gcm' } as const;
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(headerOf(head));
  const data = Buffer.concat([cipher.update(JSON.stringify(values), 'utf8'), cipher.final()]);
  const base64 = (bytes: Buffer) => bytes.toString('base64');
  return { ...head, iv: base64(iv), tag: base64(cipher.getAuthTag()), data: base64(data) };
}

function open(file: VaultFile, key: Buffer): Record<string, string> {
  try {
    const from = (text: string) => Buffer.from(text, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', key, from(file.iv), { authTagLength: 16 });
    decipher.setAAD(headerOf(file)).setAuthTag(from(file.tag));
    const text = Buffer.concat([decipher.update(from(file.data)), decipher.final()]).toString();
    return JSON.parse(text) as Record<string, string>;
  } catch {
    throw fail('VaultPassphraseWrong');
  }
}
