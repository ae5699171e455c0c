import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { tempOwner } from './atomicFile.ts';
import { currentHolder, isAlive } from './holder.ts';
import { tryLock } from './lock.ts';

const minute = 60_000;

/** Removes what programs that died under way left in the folder: temporary files, and the locks that they broke others with. */
export async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    const pid = tempOwner(name);
    if (pid === undefined && /\.lock\.[0-9a-z.-]+$/.test(name)) await breakIfDead(path);
    if (pid !== undefined && (await isAbandoned(pid, path))) await rm(path, { force: true }).catch(() => {});
  }
}

/** Of a process that is no more; and not of this minute, since a process on another computer is not seen. */
async function isAbandoned(pid: number, path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (!found || Date.now() - found.mtimeMs < minute) return false;
  return !isAlive({ ...currentHolder(), pid, started: '' }, found.mtimeMs);
}

/** Taking a dead holder's lock is the one safe way to remove it. */
async function breakIfDead(path: string): Promise<void> {
  const lock = await tryLock(path, 'cleaning up').catch(() => undefined);
  if (lock && 'release' in lock) await lock.release();
}
