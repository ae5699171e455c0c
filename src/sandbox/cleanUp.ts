import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type Dockerode from 'dockerode';
import { fail, messageOf } from '../shared/errors.ts';

/** Where the sandbox as a whole keeps what it must know to find its traces again. */
export function statePath(stateDir: string): string {
  return join(stateDir, 'state.json');
}

/**
 * Removes what a sandbox that does not run has left: containers, images and its state. False where there was none.
 * @throws SandboxNotStopped, and then keeps the state, so that it can be tried again.
 */
export async function removeSandbox(docker: Dockerode, stateDir: string): Promise<boolean> {
  const traces = await readTraces(stateDir);
  try {
    for (const one of traces) await removeTraces(docker, one);
  } catch (error) {
    throw fail('SandboxNotStopped', messageOf(error));
  }
  await rm(stateDir, { recursive: true, force: true, maxRetries: 3 });
  return traces.length > 0;
}

/** Also out of a torn document, or one of a newer version: those are to be removed with `stop`. */
async function readTraces(stateDir: string): Promise<Traces[]> {
  const path = statePath(stateDir);
  const texts = await Promise.all([path, `${path}.bak`].map((one) => readFile(one, 'utf8').catch(() => '')));
  return texts.flatMap((text) => {
    const sandboxId = /"sandboxId":"([\w-]+)"/.exec(text)?.[1];
    const ports = /"ports":\[([\d,]*)/.exec(text)?.[1]?.split(',').filter(Boolean).map(Number) ?? [];
    return sandboxId ? [{ sandboxId, ports }] : [];
  });
}

interface Traces {
  sandboxId: string;
  /** The ports on which this sandbox's registry has listened; its images are named after them. */
  ports: number[];
}

/**
 * Removes from Docker whatever this sandbox made: containers, networks and volumes with its label, and the images
 * named after its registry. Needs no running sandbox.
 * @throws what Docker answers, other than that something is gone already.
 */
async function removeTraces(docker: Dockerode, { sandboxId, ports }: Traces): Promise<void> {
  const filters = { label: [`deployotron.sandbox=${sandboxId}`] };
  await removeContainers(docker, filters);
  for (const { Id } of await docker.listNetworks({ filters })) await gone(docker.getNetwork(Id).remove());
  const { Volumes } = await docker.listVolumes({ filters });
  for (const { Name } of Volumes ?? []) await gone(docker.getVolume(Name).remove());
  const prefixes = ports.flatMap((port) => [`127.0.0.1:${port}/`, `localhost:${port}/`]);
  for (const name of await imageNames(docker, prefixes)) await gone(docker.getImage(name).remove());
}

/** Until none is left: one that Docker is just removing still holds its image and its network. */
async function removeContainers(docker: Dockerode, filters: { label: string[] }): Promise<void> {
  for (let rounds = 0; rounds < 100; rounds += 1) {
    const containers = await docker.listContainers({ all: true, filters });
    if (containers.length === 0) return;
    if (rounds > 0) await sleep(100);
    await Promise.all(containers.map(({ Id }) => gone(docker.getContainer(Id).remove({ force: true, v: true }))));
  }
  throw new Error('Docker does not remove the containers.');
}

/** Tags first: with the last tag of a repository Docker drops its digests too. */
async function imageNames(docker: Dockerode, prefixes: string[]): Promise<string[]> {
  const images = await docker.listImages({ digests: true });
  const names = [
    ...images.flatMap(({ RepoTags }) => RepoTags ?? []),
    ...images.flatMap(({ RepoDigests }) => RepoDigests ?? []),
  ];
  return names.filter((name) => prefixes.some((prefix) => name.startsWith(prefix)));
}

/** 404: someone else was faster. 409: in use by a container of the user's own, who then keeps it; or being removed. */
async function gone(removal: Promise<unknown>): Promise<void> {
  await removal.catch((error) => {
    if (error.statusCode !== 404 && error.statusCode !== 409) throw error;
  });
}
