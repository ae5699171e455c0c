import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Dockerode from 'dockerode';
import { createSandbox } from '../../src/sandbox/server.ts';

/**
 * A sandbox of the test's own, in this process, on a free port; `stop` removes all that it made, `close` only stops
 * it, so that another one can go on with the same `stateDir` and `port`.
 */
export async function startTestSandbox(given: { stateDir?: string; port?: number } = {}) {
  const stateDir = given.stateDir ?? (await mkdtemp(path.join(tmpdir(), 'sandbox-test-')));
  const docker = new Dockerode();
  const lines: string[] = [];
  const sandbox = await createSandbox({
    stateDir,
    port: given.port ?? 0,
    docker,
    ...(given.stateDir ? {} : { sandboxId: randomBytes(8).toString('hex') }),
    log: (line) => lines.push(line),
  }).catch(async (error) => {
    if (!given.stateDir) await rm(stateDir, { recursive: true, force: true });
    throw error;
  });
  return {
    endpoint: sandbox.endpoint,
    port: sandbox.port,
    sandboxId: sandbox.sandboxId,
    faults: sandbox.faults,
    stateDir,
    docker,
    /** What the sandbox said of itself; empty when nothing went wrong. */
    lines,
    close: () => sandbox.close(),
    async stop() {
      await sandbox.destroy();
      await rm(stateDir, { recursive: true, force: true });
    },
  };
}

/** Options for an SDK client of a sandbox. */
export function clientOptions(endpoint: string) {
  return { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
}
