import { showDockerfile } from '../dockerfileDocument.ts';
import { workspaceFolder } from '../folder.ts';
import { recognise } from '../recognise.ts';
import type { Command } from './command.ts';

/** Shows the Dockerfile that would be used for a folder, without building anything. */
export const previewDockerfile: Command = {
  id: 'deployotron.previewDockerfile',
  async run(_session, target) {
    const project = (target as { project?: { repositoryUrl: string; options: object } } | undefined)?.project;
    const folder = project?.repositoryUrl ?? (await workspaceFolder(target));
    const plan = folder && (await recognise(folder, project?.options ?? {}));
    if (plan) await showDockerfile(folder, plan);
  },
};
