import type { ContainerDefinition, ContainerDependency } from '@aws-sdk/client-ecs';
import type Dockerode from 'dockerode';
import { region } from '../action.ts';
import type { StoredTask, Wire, WireTaskDefinition } from './state.ts';
import { cpuUnits, mebibytes } from './taskDefinitions.ts';

export type WireContainerDefinition = Wire<ContainerDefinition> & {
  name: string;
  image: string;
};

export const containersOf = (definition: WireTaskDefinition) =>
  (definition.containerDefinitions ?? []) as WireContainerDefinition[];

/**
 * What Docker is asked for one container of a task, as a plain value.
 * `network` is Docker's NetworkMode; the container that owns the network also publishes the ports of all that share it.
 * `cpus` is what the machine has: Docker refuses more.
 */
export function containerOptions(
  task: StoredTask,
  definition: WireTaskDefinition,
  container: WireContainerDefinition,
  given: {
    secrets: Record<string, string>;
    network: string;
    publish: number[];
    cpus: number;
  },
): Dockerode.ContainerCreateOptions {
  const override = task.overrides.find((one) => one.name === container.name);
  const sharesNetwork = given.network.startsWith('container:');
  return {
    name: `ecs-${task.id}-${container.name}`,
    Image: container.image,
    Env: environment(container, override?.environment, given.secrets),
    ...((override?.command ?? container.command) ? { Cmd: override?.command ?? container.command } : {}),
    ...(container.entryPoint ? { Entrypoint: container.entryPoint } : {}),
    ...(container.workingDirectory ? { WorkingDir: container.workingDirectory } : {}),
    ...(container.user ? { User: container.user } : {}),
    ...(container.hostname && !sharesNetwork ? { Hostname: container.hostname } : {}),
    Labels: {
      ...container.dockerLabels,
      'com.amazonaws.ecs.task-arn': task.wire.taskArn,
      'com.amazonaws.ecs.container-name': container.name,
      'deployotron.task': task.id,
    },
    // ECS looks at its own health check only, never at the image's.
    Healthcheck: container.healthCheck ? healthcheck(container.healthCheck) : { Test: ['NONE'] },
    ExposedPorts: Object.fromEntries(given.publish.map((port) => [`${port}/tcp`, {}])),
    HostConfig: {
      NetworkMode: given.network,
      PortBindings: Object.fromEntries(
        given.publish.map((port) => [`${port}/tcp`, [{ HostIp: '127.0.0.1', HostPort: '' }]]),
      ),
      ...(sharesNetwork ? {} : { ExtraHosts: ['host.docker.internal:host-gateway'] }),
      ...limits(definition, container, given.cpus),
      LogConfig: { Type: 'json-file', Config: { 'max-size': '20m' } },
      Init: container.linuxParameters?.initProcessEnabled ?? false,
      ReadonlyRootfs: container.readonlyRootFilesystem ?? false,
      Ulimits: container.ulimits?.map((one) => ({
        Name: one.name,
        Soft: one.softLimit,
        Hard: one.hardLimit,
      })),
      Mounts: (container.mountPoints ?? []).map((one) => ({
        Type: 'volume',
        Source: volumeName(task, String(one.sourceVolume)),
        Target: String(one.containerPath),
        ReadOnly: one.readOnly ?? false,
      })),
    },
  };
}

/** Every volume of a task is an empty one that lives as long as the task, as on Fargate. */
export const volumeName = (task: StoredTask, volume: string) => `ecs-${task.id}-${volume}`;

function environment(
  container: WireContainerDefinition,
  override: { name?: string; value?: string }[] = [],
  secrets: Record<string, string>,
): string[] {
  const pairs = [...(container.environment ?? []), ...override].map((one) => [String(one.name), one.value ?? '']);
  const all = {
    AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    ...Object.fromEntries(pairs),
    ...secrets,
  };
  return Object.entries(all).map(([name, value]) => `${name}=${value}`);
}

/** ECS counts in seconds, Docker in nanoseconds; ECS's defaults are those of its API reference (HealthCheck). */
function healthcheck(check: NonNullable<WireContainerDefinition['healthCheck']>): Dockerode.HealthConfig {
  const nanoseconds = (value: number) => value * 1e9;
  return {
    Test: check.command ?? ['NONE'],
    Interval: nanoseconds(check.interval ?? 30),
    Timeout: nanoseconds(check.timeout ?? 5),
    Retries: check.retries ?? 3,
    StartPeriod: nanoseconds(check.startPeriod ?? 0),
  };
}

/** The task's limits hold for each container, as nothing local spans them; no swap, so that memory ends where ECS's does. */
function limits(definition: WireTaskDefinition, container: WireContainerDefinition, cpus: number) {
  const memory = container.memory ?? (definition.memory ? mebibytes(definition.memory) : undefined);
  const cpu = definition.cpu ? cpuUnits(definition.cpu) / 1024 : undefined;
  return {
    ...(memory ? { Memory: memory * 1024 * 1024, MemorySwap: memory * 1024 * 1024 } : {}),
    ...(container.memoryReservation ? { MemoryReservation: container.memoryReservation * 1024 * 1024 } : {}),
    ...(cpu ? { NanoCpus: Math.round(Math.min(cpu, cpus) * 1e9) } : {}),
    // Docker's shares are ECS's CPU units: 1024 for one vCPU, at least 2.
    ...(container.cpu ? { CpuShares: Math.max(2, container.cpu) } : {}),
  };
}

/** Dependencies first; what depends on nothing keeps its place. A circle is started in the order written. */
export function startOrder(containers: WireContainerDefinition[]): WireContainerDefinition[] {
  const ordered: WireContainerDefinition[] = [];
  const seen = new Set<string>();
  const visit = (container: WireContainerDefinition) => {
    if (seen.has(container.name)) return;
    seen.add(container.name);
    for (const needed of dependencies(container)) {
      const found = containers.find((one) => one.name === needed.containerName);
      if (found) visit(found);
    }
    ordered.push(container);
  };
  for (const container of containers) visit(container);
  return ordered;
}

export const dependencies = (container: WireContainerDefinition): Wire<ContainerDependency>[] =>
  container.dependsOn ?? [];

export const isEssential = (container: WireContainerDefinition) => container.essential !== false;

export const hasCheck = (container: WireContainerDefinition) =>
  container.healthCheck !== undefined && container.healthCheck.command?.[0] !== 'NONE';
