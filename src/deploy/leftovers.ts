import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Deployment } from '../shared/models.ts';
import { tryLock } from '../storage/lock.ts';
import { locksFolder } from './serviceLock.ts';

/** Removes the work folders and locks of deployments whose process died; those of living ones are left alone. */
export async function removeLeftovers(storageDir: string, interrupted: readonly Deployment[]): Promise<void> {
  if (interrupted.length === 0) return;
  const folder = path.join(storageDir, 'work');
  const present = await readdir(folder).catch(() => [] as string[]);
  for (const { id } of interrupted) {
    if (present.includes(id)) await rm(path.join(folder, id), { recursive: true, force: true });
  }
  await removeDeadLocks(locksFolder(storageDir));
}

/** Taking a dead holder's lock and giving it back is the one safe way to remove it; a living holder is left alone. */
async function removeDeadLocks(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [] as string[]);
  for (const name of names.filter((each) => each.endsWith('.lock'))) {
    const lock = await tryLock(path.join(folder, name), 'the clean-up after a deployment that died');
    if ('release' in lock) await lock.release();
  }
}
