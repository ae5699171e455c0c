import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openVault } from '../../src/storage/vault.ts';
import { tempDir } from './support.ts';

const passphrase = 'correct horse battery staple';

async function filled() {
  const path = join(await tempDir(), 'home', 'credentials.vault');
  const vault = openVault(path);
  await vault.unlock(passphrase);
  await vault.store('token', 'glpat-verysecretvalue');
  return { path, vault };
}

/** Opening is slow on purpose, so that what only reads a sealed file shares one. */
let sealed: Promise<string> | undefined;
async function copyOfSealed(change: (text: string) => string = (text) => text) {
  sealed ??= filled().then(({ path }) => readFile(path, 'utf8'));
  const path = join(await tempDir(), 'credentials.vault');
  await writeFile(path, change(await sealed));
  return path;
}

test('what was stored is there for another window that knows the passphrase, until it is deleted', async () => {
  const { path, vault } = await filled();
  const other = openVault(path);
  await other.unlock(passphrase);
  expect(await other.get('token')).toBe('glpat-verysecretvalue');
  await other.store('second', 'value');
  expect(await vault.get('second')).toBe('value');
  await vault.delete('token');
  expect(await other.get('token')).toBeUndefined();
});

test('the file is readable by its owner alone, and shows neither value nor passphrase', async () => {
  const { path } = await filled();
  const text = await readFile(path, 'utf8');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  for (const secret of ['glpat-verysecretvalue', passphrase, Buffer.from('glpat-verysecretvalue').toString('base64')])
    expect(text).not.toContain(secret);
});

test('a wrong passphrase is said, and harms nothing', async () => {
  const path = await copyOfSealed();
  const other = openVault(path);
  await expect(other.unlock('wrong')).rejects.toMatchObject({ failure: { code: 'VaultPassphraseWrong' } });
  expect(other.isOpen()).toBe(false);
  await other.unlock(passphrase);
  expect(await other.get('token')).toBe('glpat-verysecretvalue');
});

test('a locked file gives nothing, takes nothing and stays', async () => {
  const path = await copyOfSealed();
  const locked = openVault(path);
  expect(await locked.exists()).toBe(true);
  expect(await locked.get('token')).toBeUndefined();
  await expect(locked.store('x', 'y')).rejects.toMatchObject({ failure: { code: 'VaultLocked' } });
  await locked.delete('token');
  await locked.unlock(passphrase);
  expect(await locked.get('token')).toBe('glpat-verysecretvalue');
});

test.each([
  ['a byte of the data', (file: Record<string, string>) => ({ ...file, data: flip(file.data) })],
  ['the tag', (file: Record<string, string>) => ({ ...file, tag: flip(file.tag) })],
  ['the nonce', (file: Record<string, string>) => ({ ...file, iv: flip(file.iv) })],
  ['the name of the cipher', (file: Record<string, string>) => ({ ...file, cipher: 'none' })],
])('tampering with %s is noticed', async (_what, change) => {
  const path = await copyOfSealed((text) => JSON.stringify(change(JSON.parse(text))));
  await expect(openVault(path).unlock(passphrase)).rejects.toMatchObject({ failure: { code: 'VaultPassphraseWrong' } });
});

test.each(['', '{}', 'not json', '{"version":2}'])(
  'a file that is none of ours is said, and left: %j',
  async (text) => {
    const path = await copyOfSealed(() => text);
    await expect(openVault(path).unlock(passphrase)).rejects.toMatchObject({ failure: { code: 'VaultUnreadable' } });
    expect(await readFile(path, 'utf8')).toBe(text);
  },
);

function flip(base64 = ''): string {
  const bytes = Buffer.from(base64, 'base64');
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  return bytes.toString('base64');
}
