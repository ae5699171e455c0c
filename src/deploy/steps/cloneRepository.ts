import { stat } from 'node:fs/promises';
import path from 'node:path';
import { cloneRepository as clone } from '../../services/git.ts';
import { parseRepositoryUrl } from '../../services/gitUrl.ts';
import { fail } from '../../shared/errors.ts';
import type { StepContext } from '../context.ts';
import { gitTokenFor } from '../gitToken.ts';
import type { Step } from '../step.ts';

export interface Source {
  /** Absolute path of the files that are deployed. */
  root: string;
  /** `folder`: the user's own working tree, used where it lies; `clone`: a fresh copy of ours. */
  kind: 'folder' | 'clone';
}

/** Step 2: fetches the repository. A local folder without a branch is used as it is: deploy what you see. */
export const cloneRepository: Step<void, Source> = {
  id: 'clone',
  async run(ctx) {
    const { repositoryUrl, branch } = ctx.project;
    const repository = parseRepositoryUrl(repositoryUrl);
    if (repository.kind === 'local' && !branch) return { root: await existingFolder(repository.url), kind: 'folder' };
    return { root: await cloneInto(ctx), kind: 'clone' };
  },
  summary: (source) => (source.kind === 'folder' ? `the folder ${source.root}` : 'cloned'),
};

async function cloneInto(ctx: StepContext): Promise<string> {
  const { repositoryUrl, branch } = ctx.project;
  const directory = path.join(ctx.workDir, 'source');
  const token = await gitTokenFor(repositoryUrl, ctx.secret);
  const minutes = ctx.settings.cloneMinutes;
  const { warnings } = await clone({ url: repositoryUrl, branch, directory, minutes, ...(token && { token }) }, ctx);
  for (const message of warnings) ctx.emit({ type: 'warning', message });
  return directory;
}

async function existingFolder(folder: string): Promise<string> {
  const found = await stat(folder).catch(() => undefined);
  if (!found?.isDirectory()) throw fail('FolderNotFound', folder);
  return folder;
}
