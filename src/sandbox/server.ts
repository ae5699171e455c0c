import { randomUUID } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type Dockerode from 'dockerode';
import { fail } from '../shared/errors.ts';
import { removeSandbox, statePath } from './cleanUp.ts';
import { createEcr } from './ecr.ts';
import { createEcs, emptyEcsState } from './ecs.ts';
import { createFaults, type Faults, refusalOf } from './faults.ts';
import { answer } from './front.ts';
import { createLogs, emptyLogsState } from './logs.ts';
import { createRegistry } from './registry.ts';
import { openBlobStore } from './registryStore.ts';
import { digestsInUse, emptyEcrState, isEcrState } from './repositories.ts';
import { durable, openSaved } from './state.ts';
import { createTokens, type TokenState } from './tokens.ts';

export interface SandboxOptions {
  /** All that the sandbox keeps lies here. */
  stateDir: string;
  /** 0 = a free one. */
  port: number;
  docker: Dockerode;
  /** Labels its containers; by default a random one that is kept in `stateDir`. */
  sandboxId?: string;
  log(line: string): void;
  /** What the admin door's `shutdown` does beside closing. */
  onShutdown?(): void;
}

export interface Sandbox {
  /** `http://127.0.0.1:<port>`, of AWS and of the registry. */
  endpoint: string;
  port: number;
  sandboxId: string;
  faults: Faults;
  /** Stops and leaves the containers running, for the next start. */
  close(): Promise<void>;
  /** Stops and leaves nothing behind: containers, images, state. */
  destroy(): Promise<void>;
}

/** What the sandbox as a whole remembers. */
interface SandboxState {
  sandboxId: string;
  tokens: TokenState;
  /** Every port that it has listened on. */
  ports: number[];
}

function isSandboxState(value: unknown): boolean {
  const state = value as Partial<SandboxState> | undefined;
  return typeof state?.sandboxId === 'string' && Array.isArray(state.ports) && typeof state.tokens === 'object';
}

/**
 * A small AWS on the user's Docker, at one port of 127.0.0.1.
 * @throws SandboxPortTaken, SandboxStateNewer, SandboxStateUnreadable
 */
export async function createSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { stateDir, docker, log } = options;
  const empty = (): SandboxState => ({ sandboxId: randomUUID(), tokens: {}, ports: [] });
  const saved = await openSaved(statePath(stateDir), empty, isSandboxState);
  const sandboxId = options.sandboxId ?? saved.value.sandboxId;
  saved.value.sandboxId = sandboxId;
  const ecrSaved = await openSaved(join(stateDir, 'ecr.json'), emptyEcrState, isEcrState);
  const ecsSaved = await openSaved(join(stateDir, 'ecs.json'), emptyEcsState, isObject);
  const logsSaved = await openSaved(join(stateDir, 'logs.json'), emptyLogsState, isObject);
  const store = await openBlobStore(join(stateDir, 'registry'));
  await store.keepOnly(digestsInUse(ecrSaved.value));
  const logs = createLogs({ saved: logsSaved, folder: join(stateDir, 'logs'), now: Date.now, log });
  const tokens = createTokens(saved);
  const faults = createFaults();
  const closing = new AbortController();
  const startedAt = new Date().toISOString();
  let port = 0;
  const registryHost = () => `127.0.0.1:${port}`;
  const registryAuth = () => ({ username: 'AWS', password: tokens.issue().password, serveraddress: registryHost() });
  const secret = (valueFrom: string) => lookUpSecret(faults, valueFrom);
  const ecs = createEcs({ docker, saved: ecsSaved, logs: logs.sink, registryAuth, sandboxId, log, secret });
  const ecr = createEcr({ saved: ecrSaved, store, tokens, registryHost, now: Date.now });
  const front = {
    services: { ecs: durable(ecs.actions, ecsSaved), ecr, logs: logs.actions },
    registry: createRegistry({ saved: ecrSaved, store, tokens, now: Date.now }),
    faults,
    log,
    closing: closing.signal,
    health: () => ({ sandboxId, pid: process.pid, port, stateDir, startedAt }),
    shutdown: () => (options.onShutdown ?? close)(),
  };
  const server = await listen(options.port, (request, response) => void answer(front, request, response));
  port = (server.address() as AddressInfo).port;
  if (!saved.value.ports.includes(port)) saved.value.ports.push(port);
  await saved.save();
  await ecs.start();

  async function stopListening(): Promise<void> {
    closing.abort();
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
    logs.close();
  }

  async function close(): Promise<void> {
    await ecs.stop();
    await stopListening();
    await Promise.all([saved, ecrSaved, ecsSaved, logsSaved].map((document) => document.save()));
  }

  async function destroy(): Promise<void> {
    await ecs.destroy();
    await stopListening();
    await saved.save();
    await removeSandbox(docker, stateDir);
  }

  return { endpoint: `http://127.0.0.1:${port}`, port, sandboxId, faults, close, destroy };
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/** Loopback only: nobody else on the network may reach the user's Docker through the sandbox. */
async function listen(port: number, listener: RequestListener): Promise<Server> {
  const server = createServer(listener);
  // A push may take long, and a client that reuses a connection must not meet one that is just being closed.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 75_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? fail('SandboxPortTaken', port) : error);
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  return server;
}

/** There are no secrets here; a fault decides whether one may not be read or is missing. */
function lookUpSecret(faults: Faults, valueFrom: string): undefined {
  const [service, action] = valueFrom.startsWith('arn:aws:secretsmanager')
    ? ['secretsmanager', 'GetSecretValue']
    : ['ssm', 'GetParameters'];
  const fault = faults.next(service, action);
  const refusal = fault && refusalOf(fault, service, action);
  if (refusal) throw refusal;
}
