import { openMonitor, openDashboard as showDashboard } from '../panels/index.ts';
import { deploymentFor } from '../targets.ts';
import type { Command } from './command.ts';

export const openDashboard: Command = {
  id: 'deployotron.openDashboard',
  run: (session) => showDashboard(session),
};

/** Opens the monitor of a deployment. */
export const showDeployment: Command = {
  id: 'deployotron.showDeployment',
  async run(session, target) {
    const deployment = await deploymentFor(session, target);
    if (deployment) await openMonitor(session, deployment.id);
  },
};
