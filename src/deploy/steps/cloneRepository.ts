import { stat } from 'node:fs/promises';
import path from 'node:path';
import { type Commit, cloneRepository as clone } from '../../services/git.ts';
import { parseRepositoryUrl } from '../../services/gitUrl.ts';
import { fail } from '../../shared/errors.ts';
import type { StepContext } from '../context.ts';
import { gitTokenFor } from '../gitToken.ts';
import type { Step } from '../step.ts';

/** The files that are deployed, with their absolute path; a `folder` is the user's own, used where it lies, a `clone` a fresh copy of ours. */
export type Source = { kind: 'folder'; root: string } | { kind: 'clone'; root: string; commit: Commit };

/** Step 2: fetches the repository. A local folder without a branch is used as it is: deploy what you see. */
export const cloneRepository: Step<void, Source> = {
  id: 'clone',
  async run(ctx) {
    const { repositoryUrl, branch } = ctx.project;
    const repository = parseRepositoryUrl(repositoryUrl);
    if (repository.kind === 'local' && !branch) return { root: await existingFolder(repository.url), kind: 'folder' };
    return cloneInto(ctx);
  },
  summary: (source) => (source.kind === 'folder' ? `the folder ${source.root}` : 'cloned'),
};

async function cloneInto(ctx: StepContext): Promise<Source> {
  const { repositoryUrl, branch } = ctx.project;
  const directory = path.join(ctx.workDir, 'source');
  const token = await gitTokenFor(repositoryUrl, ctx.secret);
  const minutes = ctx.settings.cloneMinutes;
  const request = { url: repositoryUrl, branch, directory, minutes, ...(token && { token }) };
  const { commit, warnings } = await clone(request, ctx);
  for (const message of warnings) ctx.emit({ type: 'warning', message });
  return { kind: 'clone', root: directory, commit };
}

async function existingFolder(folder: string): Promise<string> {
  const found = await stat(folder).catch(() => undefined);
  if (!found?.isDirectory()) throw fail('FolderNotFound', folder);
  return folder;
}
