import { isResumable } from '../../shared/models.ts';
import { deploymentFor } from '../targets.ts';
import { watchRun } from '../watchRun.ts';
import type { Command } from './command.ts';

/** Goes on watching a rollout that nobody watched to its end. */
export const resumeWatching: Command = {
  id: 'deployotron.resumeWatching',
  async run(session, target) {
    const deployment = await deploymentFor(session, target, isResumable);
    if (!deployment) return undefined;
    const app = await session.app();
    return watchRun(session, await app.getProject(deployment.projectId), await app.resume(deployment.id));
  },
};
