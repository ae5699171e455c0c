import { isFinished } from '../../shared/models.ts';
import { readyTarget } from '../readyTarget.ts';
import { deploymentFor } from '../targets.ts';
import { watchRun } from '../watchRun.ts';
import type { Command } from './command.ts';

/** Does again what a deployment that did not succeed was to do. */
export const retry: Command = {
  id: 'deployotron.retry',
  async run(session, target) {
    const app = await session.app();
    const deployment = await deploymentFor(session, target, ({ status }) => isFinished(status) && status !== 'success');
    if (!deployment) return undefined;
    const project = await readyTarget(session, await app.getProject(deployment.projectId));
    const { operation, rollbackTo } = deployment.facts;
    const running =
      operation === 'rollback'
        ? await app.rollback(project, rollbackTo)
        : await app.deploy(project, { rebuild: false, force: false });
    return watchRun(session, project, running);
  },
};
