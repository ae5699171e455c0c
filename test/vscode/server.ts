import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Server {
  /** `http://127.0.0.1:<port>` */
  url: string;
  pid: number;
  /** Everything that it has said so far. */
  said(): string;
  /** Ends it with all that it started itself. */
  stop(): Promise<void>;
}

const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 5_000;
const LISTENS = /listening on (?:http:\/\/127\.0\.0\.1:)?(\d+)/;

/** Starts a VS Code server in a process group of its own. Resolves once it listens; rejects with what it said instead. */
export async function startServer(node: string, args: string[], env: NodeJS.ProcessEnv): Promise<Server> {
  const child = spawn(node, args, { detached: true, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'exit');
  process.once('exit', () => signalGroup(child.pid, 'SIGKILL'));
  let said = '';
  const port = await new Promise<string>((resolve, reject) => {
    const giveUp = (why: string) => reject(new Error(`VS Code's server ${why}:\n${said}`));
    const limit = setTimeout(giveUp, START_LIMIT_MS, 'did not start in time');
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        said += text;
        const found = LISTENS.exec(said)?.[1];
        if (!found) return;
        clearTimeout(limit);
        resolve(found);
      });
    }
    child.once('error', (error) => giveUp(error.message));
    child.once('exit', (code) => giveUp(`ended with code ${code}`));
  });
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    said: () => said,
    async stop() {
      signalGroup(child.pid, 'SIGTERM');
      const limit = setTimeout(signalGroup, STOP_LIMIT_MS, child.pid, 'SIGKILL');
      await ended;
      clearTimeout(limit);
      // The extension host is a grandchild, and may outlive its parent for a while.
      signalGroup(child.pid, 'SIGKILL');
    },
  };
}

/** For a run that has nothing of its own to tidy up: interrupted, it ends at once, and its servers with it. */
export function endOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (pid) process.kill(-pid, signal);
  } catch {
    // All of it has ended.
  }
}
