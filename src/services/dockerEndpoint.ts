import { createHash } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { DockerOptions } from 'dockerode';

type Environment = Record<string, string | undefined>;

/**
 * Where the Docker engine is, in the order of the docker command: DOCKER_HOST (which dockerode reads itself),
 * the current context, the default socket; then the sockets of engines that leave the context alone.
 * `undefined` lets dockerode decide.
 */
export async function dockerEndpoint(env: Environment, home: string = homedir()): Promise<DockerOptions | undefined> {
  if (env.DOCKER_HOST) return undefined;
  const context = await contextEndpoint(env.DOCKER_CONFIG || join(home, '.docker'), env.DOCKER_CONTEXT);
  if (context) return context;
  const defaults = ['/var/run/docker.sock', join(home, '.docker/run/docker.sock')];
  if (await firstThere(defaults)) return undefined;
  const socketPath = await firstThere(otherSockets(env, home));
  return socketPath ? { socketPath } : undefined;
}

function otherSockets(env: Environment, home: string): string[] {
  const runtime = env.XDG_RUNTIME_DIR ?? '';
  return [
    ...(runtime ? [join(runtime, 'docker.sock')] : []),
    join(home, '.orbstack/run/docker.sock'),
    join(home, '.colima/default/docker.sock'),
    join(home, '.rd/docker.sock'),
    ...(runtime ? [join(runtime, 'podman/podman.sock')] : []),
  ];
}

async function firstThere(paths: string[]): Promise<string | undefined> {
  for (const path of paths) {
    const there = await access(path).then(
      () => true,
      () => false,
    );
    if (there) return path;
  }
  return undefined;
}

/** A context's folder is named by the SHA-256 of its name (docker/cli, cli/context/store). */
async function contextEndpoint(folder: string, named: string | undefined): Promise<DockerOptions | undefined> {
  const name = named || textOf((await readJson(join(folder, 'config.json')))?.currentContext);
  if (!name || name === 'default') return undefined;
  const id = createHash('sha256').update(name).digest('hex');
  const meta = await readJson(join(folder, 'contexts/meta', id, 'meta.json'));
  const endpoints = meta?.Endpoints as { docker?: { Host?: unknown } } | undefined;
  const host = textOf(endpoints?.docker?.Host);
  return host ? optionsOf(host, join(folder, 'contexts/tls', id, 'docker')) : undefined;
}

async function optionsOf(host: string, tlsFolder: string): Promise<DockerOptions | undefined> {
  const path = /^(?:unix|npipe):\/\/(.+)$/.exec(host)?.[1];
  if (path) return { socketPath: path };
  if (!URL.canParse(host)) return undefined;
  const { protocol, hostname, port, username } = new URL(host);
  if (protocol === 'ssh:') return { protocol: 'ssh', host: hostname, port: port || 22, username };
  const [ca, cert, key] = await Promise.all(
    ['ca.pem', 'cert.pem', 'key.pem'].map((file) => readFile(join(tlsFolder, file)).catch(() => undefined)),
  );
  return {
    host: hostname,
    port,
    protocol: ca ? 'https' : 'http',
    ca,
    cert,
    key,
  };
}

async function readJson(path: string): Promise<Record<string, unknown> | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    // A docker configuration that cannot be read counts as none; the default socket is tried then.
    return undefined;
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
