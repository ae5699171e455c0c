import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { writeFileAtomic } from '../../src/storage/atomicFile.ts';
import { smallDisk, smallDiskTest } from './smallDisk.ts';
import { tempDir } from './support.ts';

const isRoot = process.getuid?.() === 0;

test('a file is replaced as a whole, is only for its owner, and nothing else stays in the folder', async () => {
  const dir = await tempDir();
  const path = join(dir, 'state.json');
  await writeFile(path, 'a longer text than the new one', { mode: 0o644 });
  await writeFileAtomic(path, 'new');
  expect(await readFile(path, 'utf8')).toBe('new');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(dir)).toEqual(['state.json']);
});

test('several megabytes arrive complete', async () => {
  const path = join(await tempDir(), 'big');
  const bytes = Buffer.alloc(5_000_001, 'deploy');
  await writeFileAtomic(path, bytes);
  expect((await readFile(path)).equals(bytes)).toBe(true);
});

smallDiskTest('on a full disk the old file stays whole, and it is said that the disk is full', async () => {
  const dir = await smallDisk('1m');
  const path = join(dir, 'state');
  const old = Buffer.alloc(300_000, 'old');
  await writeFileAtomic(path, old);
  await expect(writeFileAtomic(path, Buffer.alloc(900_000, 'new'))).rejects.toMatchObject({
    failure: { code: 'DiskFull' },
  });
  expect((await readFile(path)).equals(old)).toBe(true);
  expect(await readdir(dir)).toEqual(['state']);
});

test('a folder that is not there is named as not writable', async () => {
  const path = join(await tempDir(), 'nowhere', 'state');
  await expect(writeFileAtomic(path, '')).rejects.toMatchObject({ failure: { code: 'StorageNotWritable' } });
});

test('a folder without the right to write is named as not writable', async () => {
  const dir = join(await tempDir(), 'closed');
  await mkdir(dir);
  const path = join(dir, 'state');
  await writeFileAtomic(path, 'old');
  await closeToAll(dir);
  await expect(writeFileAtomic(path, 'new')).rejects.toMatchObject({ failure: { code: 'StorageNotWritable' } });
  expect(await readFile(path, 'utf8')).toBe('old');
});

/** Root may write anywhere but into a read-only file system. */
async function closeToAll(dir: string): Promise<void> {
  if (!isRoot) return chmod(dir, 0o500);
  execFileSync('mount', ['--bind', dir, dir]);
  onTestFinished(() => void execFileSync('umount', [dir]));
  execFileSync('mount', ['-o', 'remount,ro,bind', dir]);
}
