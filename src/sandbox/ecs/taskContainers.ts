import type { Container } from '@aws-sdk/client-ecs';
import type { ContainerFacts } from '../containerFacts.ts';
import { hasCheck, isEssential, type WireContainerDefinition } from './containerOptions.ts';
import type { StoredService, StoredTask, Wire } from './state.ts';

/** A container as DescribeTasks shows it. */
export type WireContainer = Wire<Container> & { name: string };

export const wiresOf = (task: StoredTask) => (task.wire.containers ?? []) as WireContainer[];
export const wireOf = (task: StoredTask, name: string) =>
  wiresOf(task).find((one) => one.name === name) as WireContainer;
export const portsOf = (container: WireContainerDefinition) =>
  (container.portMappings ?? []).map((one) => Number(one.containerPort));

/** What Docker knows of a running container goes into its task. */
export function noteRunning(
  task: StoredTask,
  wire: WireContainer,
  containers: WireContainerDefinition[],
  facts: ContainerFacts,
): void {
  if (Object.keys(facts.ports).length > 0) bindPorts(task, containers, facts.ports);
  if (facts.ip) attachNetwork(task, facts.ip, facts.mac);
  if (facts.health) wire.healthStatus = facts.health;
  task.wire.healthStatus = overallHealth(task, containers);
}

/** `facts` is undefined for a container that was removed behind our back: its exit code is lost. */
export function noteExit(wire: WireContainer, facts: ContainerFacts | undefined): void {
  wire.lastStatus = 'STOPPED';
  wire.exitCode = facts?.exitCode ?? 137;
  if (facts?.outOfMemory) wire.reason = 'OutOfMemoryError: container killed due to memory usage';
}

/** Where the load balancer sends requests: to what the service names, or else to the first port of the task. */
export function findTarget(
  task: StoredTask,
  service: StoredService | undefined,
  owner: WireContainerDefinition,
): StoredTask['target'] {
  if (service === undefined) return undefined;
  const { containerName = owner.name, containerPort } = service.loadBalancer ?? {};
  const bindings = [wireOf(task, containerName), ...wiresOf(task)].flatMap((wire) => wire?.networkBindings ?? []);
  const found = bindings.find((one) => containerPort === undefined || one.containerPort === containerPort);
  if (!found?.hostPort || !found.containerPort) return undefined;
  return { hostPort: found.hostPort, containerPort: found.containerPort, health: 'initial' };
}

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
