import type { ContainerDefinition, RegisterTaskDefinitionCommandInput, TaskDefinition } from '@aws-sdk/client-ecs';
import { fail } from '../shared/errors.ts';
import type { CpuArchitecture, ProjectOptions } from '../shared/models.ts';
import { executionRoleName } from './executionRole.ts';

/** What the task definition of a deployment is made of. */
export interface TaskDefinitionParts {
  /** The running service's task definition, or undefined for a new service. */
  base: TaskDefinition | undefined;
  /** Name of the service; family and container of a new task definition are called so too. */
  service: string;
  /** `repository:tag`. */
  image: string;
  /** The repository alone, by which our container is found in the base. */
  repository: string;
  port: number;
  /** Takes the place of the image's own CMD; undefined where the image knows it. */
  command: string[] | undefined;
  region: string;
  account: string;
  cpuArchitecture: CpuArchitecture;
  options: ProjectOptions;
}

/** Fields that RegisterTaskDefinition gives back and does not take. */
const readOnly = [
  'taskDefinitionArn',
  'revision',
  'status',
  'requiresAttributes',
  'compatibilities',
  'registeredAt',
  'registeredBy',
  'deregisteredAt',
  'deleteRequestedAt',
] as const;

/**
 * The request for the next revision; pure. The base is the starting point: our container's image changes, and what
 * the user has set; every other field, those unknown to us too, passes through.
 * @throws DeployError ServiceNotRunnable when the base has no container that could be ours.
 */
export function taskDefinitionFor(parts: TaskDefinitionParts): RegisterTaskDefinitionCommandInput {
  return parts.base ? nextRevision(parts, parts.base) : firstRevision(parts);
}

/** True when registering `request` would give a revision that differs from `base` in nothing. */
export function isSameTaskDefinition(base: TaskDefinition, request: RegisterTaskDefinitionCommandInput): boolean {
  return canonical(withoutReadOnly(base)) === canonical(request);
}

export function logGroupFor(service: string): string {
  return `/ecs/${service}`;
}

function firstRevision(parts: TaskDefinitionParts): RegisterTaskDefinitionCommandInput {
  const { options, service } = parts;
  return {
    family: service,
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: String(options.cpu ?? 256),
    memory: String(options.memory ?? 512),
    runtimePlatform: { cpuArchitecture: parts.cpuArchitecture, operatingSystemFamily: 'LINUX' },
    executionRoleArn: options.executionRoleArn ?? `arn:aws:iam::${parts.account}:role/${executionRoleName}`,
    ...(options.taskRoleArn && { taskRoleArn: options.taskRoleArn }),
    containerDefinitions: [
      {
        name: service,
        image: parts.image,
        essential: true,
        portMappings: [{ containerPort: parts.port, protocol: 'tcp' }],
        // As process 1 an app that does not handle SIGTERM ignores it, and every replacement waits for the kill.
        linuxParameters: { initProcessEnabled: true },
        ...(parts.command && { command: parts.command }),
        environment: namesAndValues(options.environment ?? {}),
        ...(options.secrets && { secrets: namesAndArns(options.secrets) }),
        logConfiguration: {
          logDriver: 'awslogs',
          options: {
            'awslogs-group': logGroupFor(service),
            'awslogs-region': parts.region,
            'awslogs-stream-prefix': 'ecs',
          },
        },
      },
    ],
  };
}

function nextRevision(parts: TaskDefinitionParts, base: TaskDefinition): RegisterTaskDefinitionCommandInput {
  const { options } = parts;
  const containers = base.containerDefinitions ?? [];
  const ours = ourContainer(parts, containers);
  return {
    ...withoutReadOnly(base),
    ...(options.cpu && { cpu: String(options.cpu) }),
    ...(options.memory && { memory: String(options.memory) }),
    ...(options.cpuArchitecture && {
      runtimePlatform: { ...base.runtimePlatform, cpuArchitecture: options.cpuArchitecture },
    }),
    ...(options.executionRoleArn && { executionRoleArn: options.executionRoleArn }),
    ...(options.taskRoleArn && { taskRoleArn: options.taskRoleArn }),
    containerDefinitions: containers.map((each) => (each === ours ? withOurChanges(parts, each) : each)),
  };
}

/** The container that carries the app: the one of our repository, else the one named like the service, else the only one. */
export function ourContainer(
  { service, repository }: { service: string; repository: string },
  containers: readonly ContainerDefinition[],
): ContainerDefinition {
  const ours =
    containers.find((each) => each.image?.split(/[@:](?=[^/]*$)/)[0] === repository) ??
    containers.find((each) => each.name === service) ??
    (containers.length === 1 ? containers[0] : undefined);
  if (!ours) {
    const names = containers.map((each) => each.name).join(', ');
    throw fail(
      'ServiceNotRunnable',
      service,
      `none of its containers (${names}) carries the name of the service or its image`,
    );
  }
  return ours;
}

function withOurChanges(parts: TaskDefinitionParts, container: ContainerDefinition): ContainerDefinition {
  const { environment, secrets, port } = parts.options;
  return {
    ...container,
    image: parts.image,
    ...(parts.command && { command: parts.command }),
    ...(port && { portMappings: withPort(container, port) }),
    ...(environment && { environment: merge(container.environment, namesAndValues(environment)) }),
    ...(secrets && { secrets: merge(container.secrets, namesAndArns(secrets)) }),
  };
}

function withPort(container: ContainerDefinition, port: number) {
  const [first, ...others] = container.portMappings ?? [];
  const host = first?.hostPort ? { hostPort: port } : {};
  return [{ ...first, containerPort: port, ...host }, ...others];
}

function merge<Entry extends { name?: string }>(before: Entry[] | undefined, changed: Entry[]): Entry[] {
  const names = new Set(changed.map((each) => each.name));
  return [...(before ?? []).filter((each) => !names.has(each.name)), ...changed];
}

function namesAndValues(values: Record<string, string>) {
  return Object.entries(values).map(([name, value]) => ({ name, value }));
}

function namesAndArns(values: Record<string, string>) {
  return Object.entries(values).map(([name, valueFrom]) => ({ name, valueFrom }));
}

function withoutReadOnly(definition: TaskDefinition): RegisterTaskDefinitionCommandInput {
  const rest = Object.entries(definition).filter(([key]) => !(readOnly as readonly string[]).includes(key));
  return Object.fromEntries(rest) as unknown as RegisterTaskDefinitionCommandInput;
}

/**
 * One text for what means the same: keys sorted, and without what ECS fills in by itself
 * (empty lists, `cpu: 0`, the hostPort that equals the containerPort in awsvpc).
 */
function canonical(value: unknown): string {
  return JSON.stringify(normal(value));
}

function normal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normal);
  if (!value || typeof value !== 'object') return value;
  const entries = Object.entries(value)
    .filter(([key, each]) => !isFilledIn(key, each, value as Record<string, unknown>))
    .map(([key, each]): [string, unknown] => [key, sortsByName(key) ? sorted(each) : normal(each)])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries);
}

function isFilledIn(key: string, value: unknown, owner: Record<string, unknown>): boolean {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return true;
  if (key === 'cpu' && value === 0) return true;
  if (key === 'hostPort') return value === owner.containerPort;
  return key === 'tags';
}

/** ECS gives `environment` and `secrets` back in an order of its own. */
function sortsByName(key: string): boolean {
  return key === 'environment' || key === 'secrets';
}

function sorted(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const named = value.map(normal) as { name?: string }[];
  return named.sort((a, b) => (String(a.name) < String(b.name) ? -1 : 1));
}
