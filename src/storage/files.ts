import { copyFile, type FileHandle, link, open, rename, rm, stat } from 'node:fs/promises';
import { storageError, tempName } from './atomicFile.ts';

/** Changes whenever the file is replaced; empty when there is none. */
export async function identityOf(path: string): Promise<string> {
  const found = await stat(path, { bigint: true }).catch(unlessMissing(path));
  return found ? identity(found) : '';
}

function identity({ ino, size, mtimeNs }: { ino: bigint; size: bigint; mtimeNs: bigint }): string {
  return `${ino}:${size}:${mtimeNs}`;
}

export interface FileContent {
  bytes: Buffer;
  ino: bigint;
  /** Of the whole file, in bytes. */
  size: number;
  identity: string;
}

/** The bytes of a file from `offset` on, or undefined when there is none. */
export async function readFrom(path: string, offset: number): Promise<FileContent | undefined> {
  const file = await open(path, 'r').catch(unlessMissing(path));
  if (!file) return undefined;
  try {
    const stats = await file.stat({ bigint: true });
    const size = Number(stats.size);
    const bytes = await readBytes(file, offset, Math.max(0, size - offset));
    return { bytes, ino: stats.ino, size, identity: identity(stats) };
  } catch (error) {
    throw storageError(path, error);
  } finally {
    await file.close();
  }
}

/** `length` bytes from `offset` on; fewer only when the file ends before. */
export async function readBytes(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, length - done, offset + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}

/** A second name for the same bytes, as good as a copy for a file that is only ever replaced; or a copy, where there are no links. */
export async function keepCopy(path: string, copy: string): Promise<void> {
  const temp = tempName(copy);
  try {
    await link(path, temp).catch(() => copyFile(path, temp));
    await rename(temp, copy);
  } catch (error) {
    throw storageError(copy, error);
  } finally {
    // rename(2) does nothing, and leaves both, when both are names of the same file already.
    await rm(temp, { force: true });
  }
}

/** For `catch`: a missing file is undefined, anything else is told. */
export function unlessMissing(path: string): (error: unknown) => undefined {
  return (error) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw storageError(path, error);
  };
}
