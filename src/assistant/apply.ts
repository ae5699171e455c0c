import { mkdir, realpath, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { FileChange, Proposal, SettingsChange } from '../shared/chat.ts';
import { fail } from '../shared/errors.ts';
import type { Project, ProjectOptions } from '../shared/models.ts';
import { storageError } from '../storage/atomicFile.ts';
import { inWorkspace, type Workspace } from './workspace.ts';

interface Projects {
  getProject(idOrName: string): Promise<Project>;
  updateProject(idOrName: string, change: { options: ProjectOptions }): Promise<Project>;
}

/**
 * Does what was proposed; only ever called because the user said so. All files are looked at before the first is written.
 * @throws DeployError ProposalOutdated when a file is not any more what the proposal was made for
 */
export async function applyProposal(
  app: Projects,
  workspace: Workspace | undefined,
  proposal: Proposal,
): Promise<void> {
  if (proposal.kind === 'settings') {
    const { options } = await app.getProject(proposal.project);
    await app.updateProject(proposal.project, { options: { ...options, ...optionsOf(proposal.settings) } });
    return;
  }
  if (!workspace) throw fail('Usage', 'No folder is open.', 'Open the folder that the change is for.');
  const places = await Promise.all(proposal.files.map((change) => placeOf(workspace, change)));
  for (const [at, change] of proposal.files.entries()) await write(places[at] ?? '', change.after);
}

/** The names of variables are advice; their values are the user's. */
function optionsOf({ environmentNames, ...options }: SettingsChange): ProjectOptions {
  return options;
}

/** Where it is written, after a look at what is there now. */
async function placeOf(workspace: Workspace, { path: said, before }: FileChange): Promise<string> {
  const relative = inWorkspace(said);
  if (relative === undefined) throw fail('ProposalOutdated', said);
  const now = await workspace.read(relative);
  const root = await realpath(workspace.root);
  const place = path.join(root, relative);
  // A link must not lead the new text to another place than the one that was shown.
  const folder = await existing(path.dirname(place));
  const isInside = `${folder}${path.sep}`.startsWith(`${root}${path.sep}`);
  const isLink = (await realpath(place).catch(() => place)) !== place || !place.startsWith(`${folder}${path.sep}`);
  if (!isInside || isLink || now?.text !== before) throw fail('ProposalOutdated', said);
  return place;
}

/** The real path of a folder, or of the nearest one above it that is there. */
async function existing(folder: string): Promise<string> {
  const real = await realpath(folder).catch(() => undefined);
  return real ?? existing(path.dirname(folder));
}

async function write(place: string, text: string): Promise<void> {
  try {
    await mkdir(path.dirname(place), { recursive: true });
    await writeFile(place, text);
  } catch (error) {
    throw storageError(place, error);
  }
}
