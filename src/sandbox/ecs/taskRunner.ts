import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Container } from '@aws-sdk/client-ecs';
import type Dockerode from 'dockerode';
import type { LogSink } from '../action.ts';
import { type ContainerFacts, createEngine, DockerRefused, EngineClosed } from '../containers.ts';
import {
  containerOptions,
  containersOf,
  dependencies,
  isEssential,
  startOrder,
  volumeName,
  type WireContainerDefinition,
} from './containerOptions.ts';
import { logPlace, prepareLogs, pullImage, readSecrets, StartFailure } from './prepareTask.ts';
import {
  arnOf,
  type EcsState,
  findTaskDefinition,
  type StoredTask,
  seconds,
  type TaskStatus,
  type Wire,
} from './state.ts';

export type StopCode = 'TaskFailedToStart' | 'EssentialContainerExited' | 'UserInitiated' | 'ServiceSchedulerInitiated';
export type WireContainer = Wire<Container> & { name: string };

export interface TaskRunnerParts {
  docker: Dockerode;
  sandboxId: string;
  state: EcsState;
  logs: LogSink;
  registryAuth(): { username: string; password: string; serveraddress: string };
  /** Value of a secret or parameter by its ARN or name; a sandbox has none unless somebody gives it. */
  secret(valueFrom: string): string | undefined;
  /** The task is another than before: save, and let the scheduler look. */
  onChange(task: StoredTask): void;
  /** The service's load balancer takes the task on … */
  register(task: StoredTask): void;
  /** … and lets it go: resolves once its last request has ended. */
  deregister(task: StoredTask): Promise<void>;
  onReachable(reachable: boolean): void;
  log(line: string): void;
}

/** Docker has written the last line of a dead container long before this; a log that never ends shall not hold a task. */
const logEndMs = 5_000;

/** The task was told to stop while it was being started. */
class Stopped extends Error {}

export type TaskRunner = ReturnType<typeof createTaskRunner>;

/** The life of tasks as real containers, from PROVISIONING to STOPPED. Nothing here decides how many there are. */
export function createTaskRunner(parts: TaskRunnerParts) {
  const { state } = parts;
  const starting = new Map<string, Promise<void>>();
  /** By container id. */
  const following = new Map<string, Promise<void>>();
  /** By task id: what waits for a container of this task to change. */
  const waiting = new Map<string, Set<() => void>>();
  let cpus = 0;

  const engine = createEngine(parts.docker, parts.sandboxId, {
    onContainer: (id) => inBackground(lookAtContainer(id)),
    onReachable(reachable) {
      parts.onReachable(reachable);
      if (reachable) for (const task of liveTasks()) if (!starting.has(task.id)) inBackground(lookAt(task));
    },
  });

  const liveTasks = () => Object.values(state.tasks).filter((task) => task.wire.lastStatus !== 'STOPPED');

  function inBackground(work: Promise<unknown>): void {
    work.catch((error) => {
      if (!(error instanceof EngineClosed)) parts.log(`ecs: ${error?.stack ?? error}`);
    });
  }

  function advance(task: StoredTask, status: TaskStatus): void {
    task.wire.lastStatus = status;
    changed(task);
  }

  function changed(task: StoredTask): void {
    task.wire.version = (task.wire.version ?? 0) + 1;
    parts.onChange(task);
    for (const wake of waiting.get(task.id) ?? []) wake();
  }

  /** Starts the task; never throws, the outcome is in the task. */
  function launch(task: StoredTask): void {
    const work = start(task)
      .catch(async (error) => {
        if (error instanceof Stopped || error instanceof EngineClosed) return;
        if (!(error instanceof StartFailure)) parts.log(`ecs: ${error?.stack ?? error}`);
        stop(
          task,
          'TaskFailedToStart',
          error instanceof StartFailure ? error.message : `CannotStartContainerError: ${error?.message}`,
        );
      })
      .finally(() => starting.delete(task.id));
    starting.set(task.id, work);
  }

  async function start(task: StoredTask): Promise<void> {
    const definition = findTaskDefinition(state, task.taskDefinitionArn);
    const containers = startOrder(containersOf(definition));
    advance(task, 'PENDING');
    const secrets = readSecrets(containers, parts.secret);
    prepareLogs(task, containers, parts.logs);
    task.wire.pullStartedAt = seconds();
    for (const container of containers) {
      const digest = await pullImage(engine, container.image, parts.registryAuth());
      wireOf(task, container.name).imageDigest = digest;
      ensureWanted(task);
    }
    task.wire.pullStoppedAt = seconds();
    cpus ||= await engine.cpus();
    for (const volume of definition.volumes ?? []) await engine.createVolume(volumeName(task, String(volume.name)));
    // The containers of a task share the network of its first essential one; what runs before that has its own.
    const owner = containers.find(isEssential) as WireContainerDefinition;
    for (const container of containers)
      await startContainer(task, container, owner, containers, secrets[container.name] ?? {});
    advance(task, 'ACTIVATING');
    task.target = findTarget(task, owner);
    task.wire.connectivity = 'CONNECTED';
    task.wire.connectivityAt = seconds();
    task.wire.startedAt = seconds();
    task.runningAt = Date.now();
    if (task.target) parts.register(task);
    advance(task, 'RUNNING');
  }

  async function startContainer(
    task: StoredTask,
    container: WireContainerDefinition,
    owner: WireContainerDefinition,
    all: WireContainerDefinition[],
    secrets: Record<string, string>,
  ): Promise<void> {
    await dependenciesMet(task, container);
    const ownerId = wireOf(task, owner.name).runtimeId;
    const sharing = all.slice(all.indexOf(owner));
    const publish = (container === owner ? sharing : ownerId ? [] : [container]).flatMap(portsOf);
    const network = ownerId === undefined ? 'bridge' : `container:${ownerId}`;
    const definition = findTaskDefinition(state, task.taskDefinitionArn);
    const options = containerOptions(task, definition, container, {
      secrets,
      network,
      publish,
      cpus,
    });
    const wire = wireOf(task, container.name);
    const id = await engine.create(options).catch((error) => cannot('CannotCreateContainerError', error, wire));
    wire.runtimeId = id;
    ensureWanted(task);
    await engine.start(id).catch((error) => cannot('CannotStartContainerError', error, wire));
    wire.lastStatus = 'RUNNING';
    follow(task, container, id);
    await lookAtContainer(id);
    ensureWanted(task);
  }

  function cannot(name: string, error: unknown, wire: WireContainer): never {
    if (!(error instanceof DockerRefused)) throw error;
    wire.reason = `${name}: ${error.message}`;
    throw new StartFailure(wire.reason);
  }

  /** `dependsOn`: START is met by the order; the others wait for what the container does. */
  async function dependenciesMet(task: StoredTask, container: WireContainerDefinition): Promise<void> {
    for (const { containerName, condition } of dependencies(container)) {
      const needed = wireOf(task, String(containerName));
      if (condition === 'HEALTHY') await until(task, () => needed.healthStatus === 'HEALTHY');
      if (condition === 'COMPLETE' || condition === 'SUCCESS') await until(task, () => needed.lastStatus === 'STOPPED');
      if (condition === 'SUCCESS' && needed.exitCode !== 0)
        throw new StartFailure(
          `ContainerDependencyError: container ${containerName} exited with code ${needed.exitCode}, but ${container.name} depends on its success`,
        );
    }
  }

  async function until(task: StoredTask, condition: () => boolean): Promise<void> {
    const wakers = waiting.get(task.id) ?? new Set();
    waiting.set(task.id, wakers);
    while (!condition()) {
      ensureWanted(task);
      if (engine.closed.aborted) throw new EngineClosed();
      await new Promise<void>((resolve) => wakers.add(resolve));
      wakers.clear();
    }
  }

  /** Tells the task to stop; never throws. A task that is already stopping keeps its first reason. */
  function stop(task: StoredTask, code: StopCode, reason: string): void {
    if (task.wire.desiredStatus === 'STOPPED') return;
    Object.assign(task.wire, {
      desiredStatus: 'STOPPED',
      stopCode: code,
      stoppedReason: reason,
      stoppingAt: seconds(),
    });
    advance(task, 'DEACTIVATING');
    inBackground(end(task));
  }

  async function end(task: StoredTask): Promise<void> {
    if (task.target) await parts.deregister(task);
    await starting.get(task.id);
    advance(task, 'STOPPING');
    await Promise.all(wiresOf(task).map((wire) => endContainer(task, wire)));
    task.wire.executionStoppedAt = seconds();
    advance(task, 'DEPROVISIONING');
    await removeTraces(task);
    task.wire.stoppedAt = seconds();
    for (const attachment of task.wire.attachments ?? []) attachment.status = 'DELETED';
    advance(task, 'STOPPED');
  }

  async function endContainer(task: StoredTask, wire: WireContainer): Promise<void> {
    const { runtimeId } = wire;
    if (runtimeId !== undefined) {
      const definition = containersOf(findTaskDefinition(state, task.taskDefinitionArn)).find(
        (one) => one.name === wire.name,
      );
      await engine.stop(runtimeId, definition?.stopTimeout ?? 30).catch(orSay);
      await lookAtContainer(runtimeId);
      await Promise.race([following.get(runtimeId), sleep(logEndMs, undefined, { ref: false })]);
      following.delete(runtimeId);
    }
    wire.lastStatus = 'STOPPED';
  }

  /** Docker's refusal to stop or remove something shall not keep a task from ending. */
  function orSay(error: unknown): void {
    if (!(error instanceof DockerRefused)) throw error;
    parts.log(`ecs: ${error.message}`);
  }

  async function removeTraces(task: StoredTask): Promise<void> {
    const ids = (await engine.list()).filter((one) => one.labels['deployotron.task'] === task.id);
    await Promise.all(ids.map((one) => engine.remove(one.id).catch(orSay)));
    const { volumes } = findTaskDefinition(state, task.taskDefinitionArn);
    for (const volume of volumes ?? []) await engine.removeVolume(volumeName(task, String(volume.name))).catch(orSay);
  }

  async function lookAt(task: StoredTask): Promise<void> {
    for (const wire of wiresOf(task))
      if (wire.runtimeId && wire.lastStatus !== 'STOPPED') await lookAtContainer(wire.runtimeId);
  }

  /** Docker said that something happened to it, or may have while we did not hear: what is it like now? */
  async function lookAtContainer(id: string): Promise<void> {
    const task = liveTasks().find((one) => wiresOf(one).some((wire) => wire.runtimeId === id));
    const wire = task && wiresOf(task).find((one) => one.runtimeId === id);
    if (task === undefined || wire === undefined) return;
    const facts = await engine.inspect(id);
    if (wire.lastStatus === 'STOPPED') return;
    if (facts === undefined || facts.exitCode !== undefined) return exited(task, wire, facts);
    if (facts.running) noteRunning(task, wire, facts);
  }

  function exited(task: StoredTask, wire: WireContainer, facts: ContainerFacts | undefined): void {
    wire.lastStatus = 'STOPPED';
    // Removed behind our back: Docker knows no exit code any more.
    wire.exitCode = facts?.exitCode ?? 137;
    if (facts?.outOfMemory) wire.reason = 'OutOfMemoryError: container killed due to memory usage';
    const definition = containersOf(findTaskDefinition(state, task.taskDefinitionArn)).find(
      (one) => one.name === wire.name,
    );
    changed(task);
    if (definition && isEssential(definition))
      stop(task, 'EssentialContainerExited', 'Essential container in task exited');
  }

  function noteRunning(task: StoredTask, wire: WireContainer, facts: ContainerFacts): void {
    const containers = containersOf(findTaskDefinition(state, task.taskDefinitionArn));
    if (Object.keys(facts.ports).length > 0) bindPorts(task, containers, facts.ports);
    if (facts.ip) attachNetwork(task, facts.ip, facts.mac);
    if (facts.health) wire.healthStatus = facts.health;
    task.wire.healthStatus = overallHealth(task, containers);
    changed(task);
  }

  function follow(task: StoredTask, container: WireContainerDefinition, id: string): void {
    const place = logPlace(task, container);
    if (place === undefined) return;
    const reading = engine.follow(id, task.logged[container.name], (lines) => {
      const events = lines
        // The awslogs driver sends no empty lines: CloudWatch Logs does not take them.
        .filter((line) => line.message !== '')
        .map((line) => ({
          timestamp: Date.parse(line.stamp),
          message: line.message,
        }));
      if (events.length > 0) parts.logs.put(place.group, place.stream, events);
      task.logged[container.name] = lines.at(-1)?.stamp ?? '';
      parts.onChange(task);
    });
    // A log group that is deleted under way ends the following, not the task.
    following.set(
      id,
      reading
        .catch((error) => error instanceof EngineClosed || parts.log(`ecs: logs of ${place.stream}: ${error?.message}`))
        .then(() => {}),
    );
  }

  /** After a start of the process: running tasks go on, what was being started starts anew, what was stopping stops. */
  async function adopt(): Promise<void> {
    await engine.open();
    if (engine.closed.aborted) return;
    const live = new Map(liveTasks().map((task) => [task.id, task]));
    const strays = (await engine.list()).filter((one) => !live.has(one.labels['deployotron.task'] ?? ''));
    await Promise.all(strays.map((one) => engine.remove(one.id).catch(orSay)));
    await Promise.all([...live.values()].filter((task) => !starting.has(task.id)).map(resume));
  }

  async function resume(task: StoredTask): Promise<void> {
    const definition = findTaskDefinition(state, task.taskDefinitionArn);
    const running = task.wire.lastStatus === 'RUNNING';
    if (running || task.wire.desiredStatus === 'STOPPED')
      for (const container of containersOf(definition)) {
        const { runtimeId } = wireOf(task, container.name);
        if (runtimeId) follow(task, container, runtimeId);
      }
    if (task.wire.desiredStatus === 'STOPPED') return inBackground(end(task));
    if (running) {
      if (task.target) parts.register(task);
      return lookAt(task);
    }
    await removeTraces(task);
    for (const wire of wiresOf(task))
      Object.assign(wire, {
        runtimeId: undefined,
        lastStatus: 'PENDING',
        exitCode: undefined,
      });
    launch(task);
  }

  function findTarget(task: StoredTask, owner: WireContainerDefinition): StoredTask['target'] {
    const service = task.service === undefined ? undefined : state.services[task.service];
    if (service === undefined) return undefined;
    const { containerName = owner.name, containerPort } = service.loadBalancer ?? {};
    const bindings = [wireOf(task, containerName), ...wiresOf(task)].flatMap((wire) => wire?.networkBindings ?? []);
    const found = bindings.find((one) => containerPort === undefined || one.containerPort === containerPort);
    if (!found?.hostPort || !found.containerPort) return undefined;
    return {
      hostPort: found.hostPort,
      containerPort: found.containerPort,
      health: 'initial',
    };
  }

  return {
    launch,
    stop,
    adopt,
    close: () => engine.close(),
    clear: () => engine.clear(),
  };
}

function ensureWanted(task: StoredTask): void {
  if (task.wire.desiredStatus === 'STOPPED') throw new Stopped();
}

const wiresOf = (task: StoredTask) => (task.wire.containers ?? []) as WireContainer[];
const wireOf = (task: StoredTask, name: string) => wiresOf(task).find((one) => one.name === name) as WireContainer;
const portsOf = (container: WireContainerDefinition) =>
  (container.portMappings ?? []).map((one) => Number(one.containerPort));

/** The ports of all that share the network are published by its owner; each container shows its own. */
function bindPorts(task: StoredTask, containers: WireContainerDefinition[], ports: Record<number, number>): void {
  for (const container of containers) {
    const bindings = portsOf(container)
      .filter((port) => ports[port] !== undefined)
      .map((port) => ({
        bindIP: '127.0.0.1',
        containerPort: port,
        hostPort: ports[port],
        protocol: 'tcp' as const,
      }));
    if (bindings.length > 0) wireOf(task, container.name).networkBindings = bindings;
  }
}

/** The interface that `awsvpc` gives a task, with the address that Docker gave it. */
function attachNetwork(task: StoredTask, ip: string, mac = ''): void {
  const [attachment] = task.wire.attachments ?? [];
  if (attachment === undefined || attachment.status === 'ATTACHED') return;
  attachment.status = 'ATTACHED';
  attachment.details?.push({ name: 'macAddress', value: mac }, { name: 'privateIPv4Address', value: ip });
  for (const wire of wiresOf(task)) wire.networkInterfaces = [{ attachmentId: attachment.id, privateIpv4Address: ip }];
}

/** Worst of the essential containers that have a check. */
function overallHealth(task: StoredTask, containers: WireContainerDefinition[]): 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN' {
  const checked = containers
    .filter((one) => isEssential(one) && hasCheck(one))
    .map((one) => wireOf(task, one.name).healthStatus);
  if (checked.includes('UNHEALTHY')) return 'UNHEALTHY';
  return checked.length > 0 && checked.every((one) => one === 'HEALTHY') ? 'HEALTHY' : 'UNKNOWN';
}

export const hasCheck = (container: WireContainerDefinition) =>
  container.healthCheck !== undefined && container.healthCheck.command?.[0] !== 'NONE';

/** A task as it is born: PROVISIONING, with nothing but its plan. */
export function newTask(
  state: EcsState,
  wanted: Pick<StoredTask, 'id' | 'taskDefinitionArn' | 'overrides' | 'service' | 'revision'> & {
    cluster: string;
    group: string;
    startedBy?: string;
    launchType?: string;
    subnet?: string;
    tags?: StoredTask['wire']['tags'];
  },
): StoredTask {
  const definition = findTaskDefinition(state, wanted.taskDefinitionArn);
  const taskArn = arnOf('task', wanted.cluster, wanted.id);
  const attachment = {
    id: randomUUID(),
    type: 'ElasticNetworkInterface',
    status: 'PRECREATED',
    details: [
      { name: 'subnetId', value: wanted.subnet ?? 'subnet-00000000000000000' },
      {
        name: 'networkInterfaceId',
        value: `eni-${createHash('sha256').update(wanted.id).digest('hex').slice(0, 17)}`,
      },
    ],
  };
  const containers = containersOf(definition).map((container) => ({
    containerArn: arnOf('container', wanted.cluster, wanted.id, randomUUID()),
    taskArn,
    name: container.name,
    image: container.image,
    lastStatus: 'PENDING',
    networkBindings: [],
    networkInterfaces: [],
    healthStatus: 'UNKNOWN' as const,
    cpu: String(container.cpu ?? 0),
    ...(container.memory ? { memory: String(container.memory) } : {}),
  }));
  const wire = {
    taskArn,
    clusterArn: arnOf('cluster', wanted.cluster),
    taskDefinitionArn: definition.taskDefinitionArn,
    group: wanted.group,
    startedBy: wanted.startedBy,
    launchType: wanted.launchType ?? 'FARGATE',
    platformVersion: '1.4.0',
    platformFamily: 'Linux',
    availabilityZone: 'us-east-1a',
    lastStatus: 'PROVISIONING',
    desiredStatus: 'RUNNING',
    healthStatus: 'UNKNOWN',
    createdAt: seconds(),
    cpu: definition.cpu,
    memory: definition.memory,
    containers,
    attachments: definition.networkMode === 'awsvpc' ? [attachment] : [],
    overrides: {
      containerOverrides: wanted.overrides,
      inferenceAcceleratorOverrides: [],
    },
    enableExecuteCommand: false,
    tags: wanted.tags ?? [],
    version: 1,
  } as StoredTask['wire'];
  const { id, overrides, service, revision } = wanted;
  return {
    id,
    wire,
    taskDefinitionArn: definition.taskDefinitionArn,
    overrides,
    service,
    revision,
    logged: {},
  };
}
