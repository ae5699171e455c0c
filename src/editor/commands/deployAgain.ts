import { readyTarget } from '../readyTarget.ts';
import { projectFor } from '../targets.ts';
import { watchRun } from '../watchRun.ts';
import type { Command } from './command.ts';

/** Deploys a known project to where it went before; asks nothing. */
export const deployAgain: Command = {
  id: 'deployotron.deployAgain',
  async run(session, target) {
    const project = await projectFor(session, target);
    if (!project) return undefined;
    const app = await session.app();
    const ready = await readyTarget(session, project);
    return watchRun(session, ready, await app.deploy(ready, { rebuild: false, force: false }));
  },
};
