import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fail } from '../shared/errors.ts';
import type { AppPlan } from './framework.ts';

/** Our own builds never send these; other tools go by what is written. */
const secrets = ['**/.env', '**/.env.*', '!.env.example', '**/*.key', '**/.aws', '**/.ssh'];

/**
 * Writes the generated Dockerfile into the project, where it belongs to the user from then on; with a .dockerignore
 * where there is none. Resolves with the files written.
 * @throws DeployError InvalidOption for a Dockerfile that is there already
 */
export async function saveDockerfile(folder: string, plan: AppPlan): Promise<string[]> {
  const home = path.join(path.resolve(folder), plan.folder);
  const dockerfile = path.join(home, 'Dockerfile');
  const ignore = path.join(path.resolve(folder), plan.context, '.dockerignore');
  if (!(await writeNew(dockerfile, plan.dockerfile))) {
    throw fail('InvalidOption', 'The Dockerfile', dockerfile, 'it is there already, and nothing is overwritten');
  }
  const lines = [...plan.dockerignore, ...secrets];
  return (await writeNew(ignore, `${lines.join('\n')}\n`)) ? [dockerfile, ignore] : [dockerfile];
}

/** False when there is such a file. */
async function writeNew(file: string, text: string): Promise<boolean> {
  try {
    await writeFile(file, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === 'EEXIST') return false;
    throw error;
  }
}
