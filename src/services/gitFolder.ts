import { constants } from 'node:fs';
import { lstat, mkdir, open, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { fail, messageOf } from '../shared/errors.ts';
import { runGit } from './gitProcess.ts';

/** Makes the folders above `directory`. Throws when there is something in it: we would remove it after a failure. */
export async function makeRoom(directory: string): Promise<void> {
  const entries = await readdir(directory).catch((error) => (error.code === 'ENOENT' ? [] : ['']));
  if (entries.length > 0) throw fail('GitFailed', `${directory} is not an empty folder.`);
  await mkdir(path.dirname(directory), { recursive: true }).catch((error) => {
    throw error.code === 'ENOSPC'
      ? fail('DiskFull', directory)
      : fail('StorageNotWritable', directory, messageOf(error));
  });
}

/** Tries again for a moment, since a program that git had started may still be writing. */
export function removeFolder(directory: string): Promise<void> {
  return rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}

export async function isFile(file: string): Promise<boolean> {
  const found = await lstat(file).catch(() => undefined);
  return found?.isFile() ?? false;
}

/** A file of the clone whose content Git LFS should have put in its place; empty when there is none. */
export async function findLargeFilePointer(directory: string): Promise<string> {
  // With --error-unmatch git says it when there is none: simple-git waits 50 ms for the output of a silent git.
  const args = ['ls-files', '-z', '--error-unmatch', '--', ':(attr:filter=lfs)'];
  const listed = await runGit(args, { directory, silenceSeconds: 10 });
  const name = listed.stdout.split('\0')[0] ?? '';
  // https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
  const mark = 'version https://git-lfs.github.com/spec/v1';
  return name && (await firstBytes(path.join(directory, name), mark.length)) === mark ? name : '';
}

async function firstBytes(file: string, count: number): Promise<string> {
  // A link may lead anywhere.
  const handle = await open(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0)).catch(() => undefined);
  if (!handle) return '';
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(count), 0, count, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
