import type { DeployEvent } from '../shared/events.ts';
import type { RunLog } from './runRecipe.ts';

/** Progress within a step is told to other processes so often at most, in milliseconds. */
const progressPause = 200;

/**
 * Writes the events down for other processes (a second window, a later start): all but log lines, which have a file of
 * their own, and progress that comes too thick to be seen.
 */
export function keepEvents(file: RunLog): (event: DeployEvent) => void {
  let nextProgress = 0;
  return (event) => {
    if (event.type === 'log') return;
    if (event.type === 'step-progress') {
      if (event.at < nextProgress) return;
      nextProgress = event.at + progressPause;
    }
    void file.append([JSON.stringify(event)]);
  };
}
