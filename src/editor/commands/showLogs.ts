import { openLog } from '../log/document.ts';
import { deploymentFor } from '../targets.ts';
import type { Command } from './command.ts';

/** Opens the whole log of a deployment as a read-only document that grows while the deployment runs. */
export const showLogs: Command = {
  id: 'deployotron.showLogs',
  async run(session, target) {
    const deployment = await deploymentFor(session, target);
    if (deployment) await openLog(deployment.id);
  },
};
