import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fileSecrets, secretKeys } from '../../src/storage/credentials.ts';
import { tempDir } from './support.ts';

const { gitToken, anthropicKey } = secretKeys;

test('a secret is there again, also for another process, until it is deleted', async () => {
  const dir = join(await tempDir(), 'home');
  const secrets = fileSecrets(dir, {});
  await secrets.store(gitToken, 'token ☃ one');
  await secrets.store(anthropicKey, 'another');
  const others = fileSecrets(dir, {});
  expect(await others.get(gitToken)).toBe('token ☃ one');
  await others.store(gitToken, 'token two');
  expect(await secrets.get(gitToken)).toBe('token two');
  await secrets.delete(gitToken);
  expect(await others.get(gitToken)).toBeUndefined();
  expect(await others.get(anthropicKey)).toBe('another');
});

test('where nothing was stored, looking and deleting create nothing', async () => {
  const dir = join(await tempDir(), 'home');
  const secrets = fileSecrets(dir, {});
  expect(await secrets.get(gitToken)).toBeUndefined();
  await secrets.delete(gitToken);
  await expect(stat(dir)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('the environment comes first, but not when it is empty', async () => {
  const dir = await tempDir();
  await fileSecrets(dir, {}).store(gitToken, 'stored');
  expect(await fileSecrets(dir, { DEPLOYOTRON_GIT_TOKEN: 'given' }).get(gitToken)).toBe('given');
  expect(await fileSecrets(dir, { DEPLOYOTRON_GIT_TOKEN: '' }).get(gitToken)).toBe('stored');
});

test('no file holds the value in any common form, and all are for the owner alone', async () => {
  const dir = await tempDir();
  const value = 'ghp_0123456789abcdefghijklmnopqrstuvwxyz';
  await fileSecrets(dir, {}).store(gitToken, value);
  const files = await readdir(dir);
  expect(files.sort()).toEqual(['secrets.json', 'secrets.key']);
  for (const file of files) {
    const bytes = await readFile(join(dir, file));
    for (const form of [
      value,
      Buffer.from(value).toString('base64').slice(0, 30),
      Buffer.from(value).toString('hex'),
    ]) {
      expect(bytes.includes(form)).toBe(false);
    }
    expect((await stat(join(dir, file))).mode & 0o777).toBe(0o600);
  }
});

test('what cannot be opened counts as missing, is never deleted, and is there again with its key', async () => {
  const dir = await tempDir();
  const secrets = fileSecrets(dir, {});
  await secrets.store(gitToken, 'precious');
  const key = await readFile(join(dir, 'secrets.key'));
  await writeFile(join(dir, 'secrets.key'), Buffer.alloc(32, 1));
  expect(await secrets.get(gitToken)).toBeUndefined();
  await secrets.store(anthropicKey, 'with the new key');
  await writeFile(join(dir, 'secrets.key'), key);
  expect(await secrets.get(gitToken)).toBe('precious');
});

test('a value cannot be passed off under another name', async () => {
  const dir = await tempDir();
  const secrets = fileSecrets(dir, {});
  await secrets.store(anthropicKey, 'mine');
  const path = join(dir, 'secrets.json');
  await writeFile(path, (await readFile(path, 'utf8')).replace(anthropicKey, gitToken));
  expect(await secrets.get(gitToken)).toBeUndefined();
});

test.each(['', '{', '[]', 'null'])('a secrets.json of %j holds nothing, and is kept aside', async (content) => {
  const dir = await tempDir();
  const secrets = fileSecrets(dir, {});
  await writeFile(join(dir, 'secrets.json'), content);
  expect(await secrets.get(gitToken)).toBeUndefined();
  await secrets.store(anthropicKey, 'new');
  expect(await secrets.get(anthropicKey)).toBe('new');
  const kept = (await readdir(dir)).find((name) => /^secrets\.\d+\.damaged\.json$/.test(name));
  expect(await readFile(join(dir, kept ?? ''), 'utf8')).toBe(content);
});

test.each([7, null, {}, { iv: '', tag: '', data: '' }])('an entry of %j is no secret, and stays', async (entry) => {
  const dir = await tempDir();
  const secrets = fileSecrets(dir, {});
  await secrets.store(anthropicKey, 'good');
  const path = join(dir, 'secrets.json');
  await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), [gitToken]: entry }));
  expect(await secrets.get(gitToken)).toBeUndefined();
  await secrets.store(anthropicKey, 'better');
  expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ [gitToken]: entry });
});

test('secrets that are stored at once all arrive', async () => {
  const dir = await tempDir();
  const names = Array.from({ length: 12 }, (_, n) => `secret-${n}`);
  await Promise.all(names.map((name) => fileSecrets(dir, {}).store(name, `value of ${name}`)));
  const secrets = fileSecrets(dir, {});
  for (const name of names) expect(await secrets.get(name)).toBe(`value of ${name}`);
});
