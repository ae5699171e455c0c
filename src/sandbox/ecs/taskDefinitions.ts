import type { ActionTable } from '../action.ts';
import {
  arnOf,
  type EcsState,
  findTaskDefinition,
  page,
  refuseClient,
  seconds,
  type WireTaskDefinition,
} from './state.ts';

export function taskDefinitionActions(state: EcsState, changed: () => void): ActionTable {
  return {
    RegisterTaskDefinition({ tags, ...input }) {
      validateTaskDefinition(input);
      state.families[input.family] ??= [];
      const family = state.families[input.family] as WireTaskDefinition[];
      const revision = (family.at(-1)?.revision ?? 0) + 1;
      const taskDefinition = withDefaults(input, revision);
      family.push(taskDefinition);
      if (tags) state.tags[taskDefinition.taskDefinitionArn] = tags;
      changed();
      return { taskDefinition, tags: tags ?? [] };
    },

    DescribeTaskDefinition(input) {
      const taskDefinition = findTaskDefinition(state, input.taskDefinition);
      const tags = input.include?.includes('TAGS') ? (state.tags[taskDefinition.taskDefinitionArn] ?? []) : undefined;
      return { taskDefinition, tags };
    },

    ListTaskDefinitions(input) {
      const status = input.status ?? 'ACTIVE';
      const arns = Object.keys(state.families)
        .sort()
        .filter((family) => input.familyPrefix === undefined || family === input.familyPrefix)
        .flatMap((family) => state.families[family] ?? [])
        .filter((one) => one.status === status)
        .map((one) => one.taskDefinitionArn);
      if (input.sort === 'DESC') arns.reverse();
      const { items, nextToken } = page(arns, input);
      return { taskDefinitionArns: items, nextToken };
    },

    ListTaskDefinitionFamilies(input) {
      const status = input.status ?? 'ALL';
      const families = Object.keys(state.families)
        .sort()
        .filter((family) => family.startsWith(input.familyPrefix ?? ''))
        .filter((family) => status === 'ALL' || isActive(state, family) === (status === 'ACTIVE'));
      const { items, nextToken } = page(families, input);
      return { families: items, nextToken };
    },

    DeregisterTaskDefinition(input) {
      if (!/:\d+$/.test(String(input.taskDefinition))) refuseClient('Revision is missing.');
      const taskDefinition = findTaskDefinition(state, input.taskDefinition);
      if (taskDefinition.status === 'INACTIVE')
        refuseClient('The specified task definition is inactive. Specify an active task definition and try again.');
      taskDefinition.status = 'INACTIVE';
      taskDefinition.deregisteredAt = seconds();
      changed();
      return { taskDefinition };
    },
  };
}

const isActive = (state: EcsState, family: string) =>
  (state.families[family] ?? []).some((one) => one.status === 'ACTIVE');

type WireContainer = { portMappings?: { containerPort: number }[] };

// biome-ignore lint/suspicious/noExplicitAny: AWS's shape; what is not read here passes through.
function withDefaults(input: any, revision: number): WireTaskDefinition {
  return {
    volumes: [],
    placementConstraints: [],
    ...input,
    containerDefinitions: input.containerDefinitions.map((container: WireContainer) => ({
      cpu: 0,
      essential: true,
      environment: [],
      mountPoints: [],
      volumesFrom: [],
      ...container,
      portMappings: (container.portMappings ?? []).map((mapping) => ({
        hostPort: mapping.containerPort,
        protocol: 'tcp',
        ...mapping,
      })),
    })),
    ...(input.cpu === undefined ? {} : { cpu: String(cpuUnits(input.cpu)) }),
    ...(input.memory === undefined ? {} : { memory: String(mebibytes(input.memory)) }),
    taskDefinitionArn: arnOf('task-definition', `${input.family}:${revision}`),
    revision,
    status: 'ACTIVE',
    compatibilities: input.requiresCompatibilities?.includes('FARGATE') ? ['EC2', 'FARGATE'] : ['EC2'],
    registeredAt: seconds(),
    registeredBy: 'arn:aws:iam::000000000000:root',
  };
}

const GB = 1024;
/** CPU units → MiB of memory, first, last and step. Source: "Task CPU and memory" in the ECS developer guide. */
const fargateSizes: Record<string, { memory: number[] } | { from: number; to: number; step: number }> = {
  256: { memory: [512, 1 * GB, 2 * GB] },
  512: { from: 1 * GB, to: 4 * GB, step: GB },
  1024: { from: 2 * GB, to: 8 * GB, step: GB },
  2048: { from: 4 * GB, to: 16 * GB, step: GB },
  4096: { from: 8 * GB, to: 30 * GB, step: GB },
  8192: { from: 16 * GB, to: 60 * GB, step: 4 * GB },
  16384: { from: 32 * GB, to: 120 * GB, step: 8 * GB },
};

/** @throws AwsError ClientException in AWS's words. */
// biome-ignore lint/suspicious/noExplicitAny: not checked yet, that is what this is for.
export function validateTaskDefinition(input: any): void {
  if (typeof input.family !== 'string' || input.family === '') refuseClient('Family should not be null or empty.');
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(input.family))
    refuseClient(
      'Family contains invalid characters. Up to 255 letters (uppercase and lowercase), numbers, hyphens, and underscores are allowed.',
    );
  const containers = input.containerDefinitions;
  if (!Array.isArray(containers) || containers.length === 0) refuseClient('Container list cannot be empty.');
  for (const container of containers) validateContainer(container);
  const names = containers.map((container) => container.name);
  if (new Set(names).size < names.length) refuseClient('Container names must be unique within a task definition.');
  if (containers.every((container) => container.essential === false))
    refuseClient('At least one container must be essential.');
  if (input.requiresCompatibilities?.includes('FARGATE')) validateFargate(input);
}

// biome-ignore lint/suspicious/noExplicitAny: not checked yet, that is what this is for.
function validateContainer(container: any): void {
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(container?.name ?? ''))
    refuseClient(
      'Invalid container name: names must be up to 255 letters (uppercase and lowercase), numbers, hyphens, and underscores.',
    );
  if (typeof container.image !== 'string' || container.image === '')
    refuseClient('Container.image should not be null or empty.');
  for (const mapping of container.portMappings ?? [])
    if (!Number.isInteger(mapping.containerPort) || mapping.containerPort < 1 || mapping.containerPort > 65535)
      refuseClient(`Invalid 'containerPort' setting for container '${container.name}'.`);
  const kind = container.healthCheck?.command?.[0];
  if (container.healthCheck !== undefined && !['CMD', 'CMD-SHELL', 'NONE'].includes(kind))
    refuseClient(`Health check command for container '${container.name}' must begin with CMD, CMD-SHELL or NONE.`);
}

// biome-ignore lint/suspicious/noExplicitAny: not checked yet, that is what this is for.
function validateFargate(input: any): void {
  if (input.networkMode !== 'awsvpc') refuseClient('Fargate only supports network mode ‘awsvpc’.');
  if (input.cpu === undefined) refuseClient("Fargate requires that 'cpu' be defined at the task level.");
  if (input.memory === undefined) refuseClient("Fargate requires that 'memory' be defined at the task level.");
  const size = fargateSizes[String(cpuUnits(input.cpu))];
  if (size === undefined)
    refuseClient(
      `Invalid 'cpu' setting for task. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.`,
    );
  if (!allows(size, mebibytes(input.memory)))
    refuseClient(
      `No Fargate configuration exists for given values: ${cpuUnits(input.cpu)} CPU, ${mebibytes(input.memory)} memory. See the Amazon ECS documentation for the valid values.`,
    );
}

function allows(size: NonNullable<(typeof fargateSizes)[string]>, memory: number): boolean {
  if ('memory' in size) return size.memory.includes(memory);
  return memory >= size.from && memory <= size.to && (memory - size.from) % size.step === 0;
}

/** `256` or `.25 vCPU`. */
export function cpuUnits(value: unknown): number {
  const text = String(value).trim();
  return /vcpu/i.test(text) ? Math.round(Number.parseFloat(text) * 1024) : Number(text);
}

/** `512` or `0.5 GB`. */
export function mebibytes(value: unknown): number {
  const text = String(value).trim();
  return /gb/i.test(text) ? Math.round(Number.parseFloat(text) * GB) : Number(text);
}
