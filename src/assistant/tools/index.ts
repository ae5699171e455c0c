import type { Tool } from '../desk.ts';
import { getDeployment, getEvents, getLog, listDeployments } from './deployments.ts';
import { listFiles, readFile, searchWorkspace } from './files.ts';
import { cancelDeployment, rollBack, startDeployment } from './operations.ts';
import { proposeChange } from './propose.ts';

/**
 * All that the model can do. The first read; propose_change shows; the last three ask the user each time.
 * There is none that runs a command, fetches a URL or writes a file, and none is to be added.
 */
export const tools: readonly Tool[] = [
  readFile,
  listFiles,
  searchWorkspace,
  listDeployments,
  getDeployment,
  getLog,
  getEvents,
  proposeChange,
  startDeployment,
  rollBack,
  cancelDeployment,
];
