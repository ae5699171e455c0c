import path from 'node:path';
import type { AppOptions } from '../shared/models.ts';
import type { AppPlan } from './framework.ts';
import { detectApp, findApps } from './index.ts';
import { openSourceTree } from './sourceTree.ts';

/**
 * What a folder is recognised as; touches nothing but its files.
 * @throws DeployError NotRecognised, SeveralApps, FolderNotFound and others of recognition
 */
export async function detectFolder(folder: string, wishes: AppOptions, baseImageRegistry = ''): Promise<AppPlan> {
  return detectApp(await openSourceTree(path.resolve(folder)), wishes, baseImageRegistry);
}

/** Every app in a folder, for a choice. @throws DeployError FolderNotFound */
export async function appsInFolder(folder: string): Promise<AppPlan[]> {
  return findApps(await openSourceTree(path.resolve(folder)), {});
}
