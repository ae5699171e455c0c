import { readdir, readFile } from 'node:fs/promises';

/**
 * Ends the processes that have `mark` (`NAME=value`) in their environment. A git that is ended leaves its helpers
 * (git-remote-https, ssh) alone, and they wait for the server on their own. Only Linux tells the environment of a process
 * by a file; elsewhere the helpers end by http.lowSpeedTime or by ssh's ServerAliveInterval.
 */
export async function endLeftovers(mark: string): Promise<void> {
  const names = await readdir('/proc').catch(() => []);
  const ids = names.filter((name) => /^\d+$/.test(name));
  await Promise.all(
    ids.map(async (id) => {
      const environment = await readFile(`/proc/${id}/environ`, 'utf8').catch(() => '');
      if (environment.split('\0').includes(mark)) end(Number(id));
    }),
  );
}

function end(id: number): void {
  try {
    process.kill(id, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}
