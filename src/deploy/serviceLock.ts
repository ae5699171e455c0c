import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fail } from '../shared/errors.ts';
import type { Host } from '../shared/host.ts';
import type { Project } from '../shared/models.ts';
import { tryLock } from '../storage/lock.ts';
import { awsTargetOf } from './awsTarget.ts';

export interface HeldService {
  release(): Promise<void>;
}

/**
 * One deployment at a time for one service of one AWS, over all windows and terminals of this user.
 * The lock names its holder, and is free as soon as that process is dead.
 * @throws DeployError AlreadyDeploying
 */
export async function lockService(host: Host, project: Project, deploymentId: string): Promise<HeldService> {
  const { awsCluster, awsService } = project;
  const { endpoint, region, profile } = awsTargetOf(project, host);
  const service = [endpoint, region, profile, awsCluster, awsService].join('\0');
  const folder = locksFolder(host.storageDir);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, `${createHash('sha256').update(service).digest('hex').slice(0, 24)}.lock`);
  const lock = await tryLock(file, `deployment ${deploymentId.slice(0, 8)} of project ${project.name}`);
  if ('holder' in lock) throw fail('AlreadyDeploying', awsService, `${lock.purpose} (process ${lock.holder.pid})`);
  return lock;
}

export function locksFolder(storageDir: string): string {
  return path.join(storageDir, 'locks');
}
