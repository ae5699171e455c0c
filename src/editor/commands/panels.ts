import { openMonitor, openDashboard as showDashboard } from '../panels/index.ts';
import { deploymentFor } from '../targets.ts';
import type { Command } from './command.ts';

export const openDashboard: Command = {
  id: 'deployotron.openDashboard',
  run: (session) => showDashboard(session),
};

/** Opens the monitor of a deployment; one that has just begun is not in the history yet. */
export const showDeployment: Command = {
  id: 'deployotron.showDeployment',
  async run(session, target) {
    const id = typeof target === 'string' ? target : (await deploymentFor(session, target))?.id;
    if (id) await openMonitor(session, id);
  },
};
