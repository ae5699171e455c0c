import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Deployment } from '../shared/models.ts';

/** Removes the work folders of deployments whose process died; those of living ones are left alone. */
export async function removeLeftovers(storageDir: string, interrupted: readonly Deployment[]): Promise<void> {
  if (interrupted.length === 0) return;
  const folder = path.join(storageDir, 'work');
  const present = await readdir(folder).catch(() => [] as string[]);
  for (const { id } of interrupted) {
    if (present.includes(id)) await rm(path.join(folder, id), { recursive: true, force: true });
  }
}
