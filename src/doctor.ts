import { awsOf } from './credentials.ts';
import { checkDocker, connectDocker } from './services/docker.ts';
import { gitVersion } from './services/git.ts';
import { whoAmI } from './services/identity.ts';
import { toFailure } from './shared/errors.ts';
import type { Host } from './shared/host.ts';
import { openDatabase } from './storage/database.ts';

export interface Check {
  name: string;
  ok: boolean;
  says: string;
  /** What to do when it is not well. */
  remedy: string;
}

/** Looks at everything that a deployment needs; changes nothing. */
export async function examine(host: Host): Promise<Check[]> {
  const { region, endpoint } = host.settings();
  const signal = AbortSignal.timeout(10_000);
  return Promise.all([
    examineDocker(),
    examineGit(),
    check('AWS', async () => {
      const { account, identity } = await whoAmI(awsOf(host), signal);
      return `account ${account}, ${identity}, ${endpoint || region}`;
    }),
    check('history', async () => {
      const notices: string[] = [];
      const database = openDatabase(host.storageDir, (notice) => notices.push(notice.message));
      await database.read((db) => db.all('SELECT 1'));
      await database.close();
      return notices.join(' ') || host.storageDir;
    }),
  ]);
}

export function examineDocker(): Promise<Check> {
  return check('Docker', async () => {
    const docker = await connectDocker();
    await checkDocker(docker, AbortSignal.timeout(10_000));
    const { Version, Arch } = await docker.version();
    return `engine ${Version}, ${Arch}`;
  });
}

export function examineGit(): Promise<Check> {
  return check('git', async () => `version ${await gitVersion()}`);
}

async function check(name: string, look: () => Promise<string>): Promise<Check> {
  try {
    return { name, ok: true, says: await look(), remedy: '' };
  } catch (error) {
    const { message, remedy } = toFailure(error);
    return { name, ok: false, says: message, remedy: remedy.text };
  }
}
