import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DeployError, fail, messageOf } from '../shared/errors.ts';

// Not write-file-atomic: version 7 writes with a single fs.write and ignores how many bytes that wrote,
// so that on a full disk a short file can replace the good one; nor does it sync the folder.

/**
 * Replaces a file as a whole, or not at all: mode 600, on the disk when it resolves.
 * Throws DiskFull or StorageNotWritable; then the old file is untouched and nothing else is left.
 */
export async function writeFileAtomic(path: string, data: string | Uint8Array): Promise<void> {
  const temp = tempName(path);
  try {
    await writeWhole(temp, data);
    await rename(temp, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temp, { force: true }).catch(() => {});
    throw storageError(path, error);
  }
}

/** A new file with exactly these bytes, on the disk. */
async function writeWhole(path: string, data: string | Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(data);
    await file.sync();
    const { size } = await file.stat();
    const expected = Buffer.byteLength(data);
    if (size !== expected) throw new Error(`only ${size} of ${expected} bytes were written`);
  } finally {
    await file.close();
  }
}

/** Makes a rename or a new file in this folder survive a power cut; Windows cannot sync a folder. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  await folder?.sync().catch(() => {});
  await folder?.close();
}

const tempPattern = /^\..+\.(\d+)\.[0-9a-f]{12}\.tmp$/;

/** In the same folder, since a rename is atomic only there; names its process, so that a later one can clean up. */
export function tempName(path: string): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`);
}

/** The process that made a temporary file of ours, or undefined for any other file. */
export function tempOwner(name: string): number | undefined {
  const pid = tempPattern.exec(name)?.[1];
  return pid ? Number(pid) : undefined;
}

/** Names the cause of a failed write; what is a DeployError already stays as it is. */
export function storageError(path: string, error: unknown): DeployError {
  if (error instanceof DeployError) return error;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOSPC' || code === 'EDQUOT') return fail('DiskFull', path);
  return fail('StorageNotWritable', path, messageOf(error));
}
