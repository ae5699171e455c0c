/** The other process of the storage tests: does what its first argument says. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { openDatabase } from '../../src/storage/database.ts';
import { insertDeployment } from '../../src/storage/deployments.ts';
import { currentHolder, tryLock, withLock } from '../../src/storage/lock.ts';
import { addProject } from '../../src/storage/projects.ts';
import { aDeployment, aProject } from './rows.ts';

const say = (message: unknown) => process.send?.(message);

const roles: Record<string, (...args: string[]) => Promise<void>> = {
  /** Adds 1 to the number in a file, so many times, each time under the lock. */
  async increment(lock = '', file = '', times = '') {
    for (let done = 0; done < Number(times); done++) {
      await withLock(lock, 'counting', async () => {
        await writeFile(file, String(Number(await readFile(file, 'utf8')) + 1));
      });
    }
    process.disconnect();
  },

  /** Takes the lock and keeps it. */
  async hold(lock = '') {
    await tryLock(lock, 'holding on');
    say('held');
    await forever();
  },

  /** At every message: takes the lock, says whether it was alone in there, and lets go. */
  async contend(lock = '') {
    process.on('message', async () => {
      say(await withLock(lock, 'contending', () => aloneIn(`${lock}-inside`)));
    });
    say('ready');
    await forever();
  },

  /** Adds so many projects. */
  async addProjects(dir = '', prefix = '', times = '') {
    const db = openDatabase(dir);
    for (let done = 0; done < Number(times); done++) await addProject(db, aProject(`${prefix}-${done}`));
    await db.close();
    process.disconnect();
  },

  /** Adds deployments without end, and says each id when it is on the disk. */
  async deployForever(dir = '', projectId = '', logBytes = '') {
    const db = openDatabase(dir);
    for (;;) {
      const deployment = aDeployment(projectId, { logs: 'x'.repeat(Number(logBytes)) });
      await insertDeployment(db, deployment);
      say(deployment.id);
    }
  },

  /** Begins a deployment and keeps at it. */
  async deploy(dir = '', projectId = '') {
    const deployment = aDeployment(projectId, { status: 'inprogress', holder: currentHolder() });
    await insertDeployment(openDatabase(dir), deployment);
    say(deployment.id);
    await forever();
  },
};

async function aloneIn(marker: string): Promise<boolean> {
  try {
    await writeFile(marker, '', { flag: 'wx' });
  } catch {
    return false;
  }
  await rm(marker);
  return true;
}

function forever(): Promise<never> {
  return new Promise(() => {
    setInterval(() => {}, 60_000);
  });
}

// A worker never outlives its test.
process.on('disconnect', () => process.exit());

const [role = '', ...args] = process.argv.slice(2);
await roles[role]?.(...args);
