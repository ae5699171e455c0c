import type { LogSink } from '../action.ts';
import type { Engine } from '../containers.ts';
import { DockerRefused } from '../dockerAnswers.ts';
import {
  containerOptions,
  containersOf,
  dependencies,
  isEssential,
  startOrder,
  volumeName,
  type WireContainerDefinition,
} from './containerOptions.ts';
import { prepareLogs, pullImage, readSecrets, StartFailure } from './prepareTask.ts';
import { type EcsState, findTaskDefinition, type StoredTask, seconds, type WireTaskDefinition } from './state.ts';
import { findTarget, portsOf, type WireContainer, wireOf } from './taskContainers.ts';

export interface StartParts {
  engine: Engine;
  state: EcsState;
  logs: LogSink;
  registryAuth(): { username: string; password: string; serveraddress: string };
  secret(valueFrom: string): string | undefined;
  /** The task has come a step further. */
  advance(task: StoredTask, status: 'PENDING' | 'ACTIVATING'): void;
  /** A container of it has been started: follow it, and look at it once. */
  started(task: StoredTask, container: WireContainerDefinition, id: string): Promise<void>;
  /** Resolves when the condition is met. @throws Stopped when the task was told to stop meanwhile. */
  until(task: StoredTask, condition: () => boolean): Promise<void>;
}

/** The task was told to stop while it was being started. */
export class Stopped extends Error {}

export function ensureWanted(task: StoredTask): void {
  if (task.wire.desiredStatus === 'STOPPED') throw new Stopped();
}

/**
 * Takes a task from PROVISIONING to ACTIVATING: its images are pulled and its containers run.
 * @throws StartFailure in AWS's words; Stopped.
 */
export async function startTask(parts: StartParts, task: StoredTask): Promise<void> {
  const { engine, state } = parts;
  const definition = findTaskDefinition(state, task.taskDefinitionArn);
  const containers = startOrder(containersOf(definition));
  parts.advance(task, 'PENDING');
  const secrets = readSecrets(containers, parts.secret);
  prepareLogs(task, containers, parts.logs);
  await pullImages(parts, task, containers);
  for (const volume of definition.volumes ?? []) await engine.createVolume(volumeName(task, String(volume.name)));
  // The containers of a task share the network of its first essential one; what runs before that has its own.
  const owner = containers.find(isEssential) as WireContainerDefinition;
  const cpus = await engine.cpus();
  for (const container of containers) {
    await dependenciesMet(parts, task, container);
    const network = networkOf(task, container, owner, containers);
    const given = { ...network, cpus, secrets: secrets[container.name] ?? {} };
    await startContainer(parts, task, definition, container, given);
  }
  parts.advance(task, 'ACTIVATING');
  task.target = findTarget(task, state.services[String(task.service)], owner);
}

async function pullImages(parts: StartParts, task: StoredTask, containers: WireContainerDefinition[]): Promise<void> {
  task.wire.pullStartedAt = seconds();
  for (const container of containers) {
    const digest = await pullImage(parts.engine, container.image, parts.registryAuth());
    wireOf(task, container.name).imageDigest = digest;
    ensureWanted(task);
  }
  task.wire.pullStoppedAt = seconds();
}

function networkOf(
  task: StoredTask,
  container: WireContainerDefinition,
  owner: WireContainerDefinition,
  all: WireContainerDefinition[],
): { network: string; publish: number[] } {
  const ownerId = wireOf(task, owner.name).runtimeId;
  if (ownerId !== undefined) return { network: `container:${ownerId}`, publish: [] };
  const sharing = container === owner ? all.slice(all.indexOf(owner)) : [container];
  return { network: 'bridge', publish: sharing.flatMap(portsOf) };
}

async function startContainer(
  parts: StartParts,
  task: StoredTask,
  definition: WireTaskDefinition,
  container: WireContainerDefinition,
  given: Parameters<typeof containerOptions>[3],
): Promise<void> {
  const { engine } = parts;
  const wire = wireOf(task, container.name);
  const options = containerOptions(task, definition, container, given);
  const id = await engine.create(options).catch((error) => cannot('CannotCreateContainerError', error, wire));
  wire.runtimeId = id;
  ensureWanted(task);
  await engine.start(id).catch((error) => cannot('CannotStartContainerError', error, wire));
  wire.lastStatus = 'RUNNING';
  await parts.started(task, container, id);
  ensureWanted(task);
}

function cannot(name: string, error: unknown, wire: WireContainer): never {
  if (!(error instanceof DockerRefused)) throw error;
  wire.reason = `${name}: ${error.message}`;
  throw new StartFailure(wire.reason);
}

/** `dependsOn`: START is met by the order; the others wait for what the container does. */
async function dependenciesMet(parts: StartParts, task: StoredTask, container: WireContainerDefinition): Promise<void> {
  for (const { containerName, condition } of dependencies(container)) {
    const needed = wireOf(task, String(containerName));
    if (condition === 'HEALTHY') await parts.until(task, () => needed.healthStatus === 'HEALTHY');
    if (condition === 'COMPLETE' || condition === 'SUCCESS')
      await parts.until(task, () => needed.lastStatus === 'STOPPED');
    if (condition === 'SUCCESS' && needed.exitCode !== 0)
      throw new StartFailure(
        `ContainerDependencyError: container ${containerName} exited with code ${needed.exitCode}, but ${container.name} depends on its success`,
      );
  }
}
