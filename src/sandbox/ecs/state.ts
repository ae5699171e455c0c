import { randomBytes } from 'node:crypto';
import type {
  Cluster,
  KeyValuePair,
  Service,
  ServiceEvent,
  ServiceRevision,
  Tag,
  Task,
  TaskDefinition,
} from '@aws-sdk/client-ecs';
import { AwsError, accountId, region } from '../action.ts';
import type { Rollout } from './deployments.ts';

/** A shape of the AWS SDK as it goes over the wire: a date is a number of seconds since 1970. */
export type Wire<T> = T extends Date
  ? number
  : T extends readonly (infer Item)[]
    ? Wire<Item>[]
    : T extends object
      ? { [Key in keyof T]: Wire<T[Key]> }
      : T;

export type WireTask = Wire<Task> & {
  taskArn: string;
  lastStatus: TaskStatus;
  desiredStatus: 'RUNNING' | 'STOPPED';
};
export type WireTaskDefinition = Wire<TaskDefinition> & {
  taskDefinitionArn: string;
  family: string;
  revision: number;
};
export type WireTag = Wire<Tag>;

/** In the order that a task goes through. */
export const taskStatuses = [
  'PROVISIONING',
  'PENDING',
  'ACTIVATING',
  'RUNNING',
  'DEACTIVATING',
  'STOPPING',
  'DEPROVISIONING',
  'STOPPED',
] as const;
export type TaskStatus = (typeof taskStatuses)[number];

export interface StoredTask {
  /** The last part of the ARN: 32 hex digits. */
  id: string;
  wire: WireTask;
  taskDefinitionArn: string;
  overrides: {
    name?: string;
    command?: string[];
    environment?: KeyValuePair[];
  }[];
  /** ARN of the service; absent for a task of RunTask. */
  service?: string;
  /** ARN of the service revision. */
  revision?: string;
  /** What the service's load balancer sends requests to. */
  target?: {
    hostPort: number;
    containerPort: number;
    health: 'initial' | 'healthy' | 'unhealthy';
  };
  /** Milliseconds since 1970 of RUNNING, for the settling time of a task that nothing checks. */
  runningAt?: number;
  /** True once the scheduler knew it as healthy, or as failed: each counts once. */
  countedHealthy?: boolean;
  countedFailed?: boolean;
  /** Container name → Docker's time stamp of the last line that went to the logs. */
  logged: Record<string, string>;
}

export interface StoredService {
  arn: string;
  name: string;
  cluster: string;
  status: 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  createdAt: number;
  /** The fields of CreateService and UpdateService that are only kept and shown. */
  shown: Partial<Wire<Service>>;
  clientToken?: string;
  healthCheckGracePeriodSeconds?: number;
  rollout: Rollout;
  revisions: Wire<ServiceRevision>[];
  /** Newest first. */
  events: Wire<ServiceEvent>[];
  targetGroupArn: string;
  /** The container and port that the load balancer sends to, as the caller gave it in `loadBalancers`. */
  loadBalancer?: { containerName?: string; containerPort?: number };
  /** Local port of the service's URL; chosen once. */
  port?: number;
}

export interface EcsState {
  version: 1;
  clusters: Record<string, Wire<Cluster> & { clusterArn: string; clusterName: string }>;
  /** Family → revisions in order; a number is never used again. */
  families: Record<string, WireTaskDefinition[]>;
  services: Record<string, StoredService>;
  tasks: Record<string, StoredTask>;
  /** ARN → tags. */
  tags: Record<string, WireTag[]>;
}

export function emptyEcsState(): EcsState {
  return {
    version: 1,
    clusters: {},
    families: {},
    services: {},
    tasks: {},
    tags: {},
  };
}

/** `arn:aws:ecs:…:<kind>/<path>` in the long format. */
export function arnOf(kind: string, ...path: string[]): string {
  return `arn:aws:ecs:${region}:${accountId}:${kind}/${path.join('/')}`;
}

/** Seconds since 1970 with milliseconds, as AWS's JSON has them. */
export const seconds = (ms = Date.now()): number => ms / 1000;

export const randomHex = (digits: number): string => randomBytes(digits / 2).toString('hex');

/** 19 digits, the first never 0, as in `ecs-svc/…`. */
export function randomDigits(): string {
  const digits = [...randomBytes(19)].map((byte) => byte % 10);
  return [Math.max(1, digits[0] as number), ...digits.slice(1)].join('');
}

/** @throws AwsError ClusterNotFoundException. `reference` is a name or an ARN; absent means `default`. */
export function findCluster(state: EcsState, reference: unknown) {
  const cluster = state.clusters[lastPart(reference ?? 'default')];
  if (cluster === undefined || cluster.status !== 'ACTIVE')
    throw new AwsError('ClusterNotFoundException', 'Cluster not found.');
  return cluster;
}

/** The name at the end of an ARN, or the name itself. */
export function lastPart(reference: unknown): string {
  return String(reference).split('/').at(-1) ?? '';
}

export function findServiceOrNone(state: EcsState, cluster: unknown, reference: unknown): StoredService | undefined {
  return state.services[arnOf('service', lastPart(cluster ?? 'default'), lastPart(reference))];
}

/** @throws AwsError ServiceNotFoundException, ServiceNotActiveException. */
export function findActiveService(state: EcsState, cluster: unknown, reference: unknown): StoredService {
  const service = findServiceOrNone(state, findCluster(state, cluster).clusterName, reference);
  if (service === undefined) throw new AwsError('ServiceNotFoundException', 'Service not found.');
  if (service.status !== 'ACTIVE') throw new AwsError('ServiceNotActiveException', 'Service was not ACTIVE.');
  return service;
}

/**
 * `family`, `family:revision` or the ARN of an ACTIVE revision, or of an INACTIVE one when it is named exactly.
 * @throws AwsError ClientException
 */
export function findTaskDefinition(state: EcsState, reference: unknown): WireTaskDefinition {
  const [family = '', revision] = lastPart(reference).split(':');
  const all = state.families[family] ?? [];
  const found =
    revision === undefined
      ? all.findLast((one) => one.status === 'ACTIVE')
      : all.find((one) => one.revision === Number(revision));
  if (found === undefined) throw new AwsError('ClientException', 'Unable to describe task definition.');
  return found;
}

/** One page of `items`; the token is the place to go on at. */
export function page<T>(items: T[], input: { maxResults?: number; nextToken?: string }, defaultSize = 100) {
  const from = input.nextToken === undefined ? 0 : Number(input.nextToken);
  if (!Number.isSafeInteger(from) || from < 0) throw new AwsError('InvalidParameterException', 'Invalid token.');
  const to = from + Math.min(defaultSize, input.maxResults ?? defaultSize);
  return {
    items: items.slice(from, to),
    nextToken: to < items.length ? String(to) : undefined,
  };
}

/** @throws AwsError InvalidParameterException */
export function refuse(message: string): never {
  throw new AwsError('InvalidParameterException', message);
}

/** @throws AwsError ClientException */
export function refuseClient(message: string): never {
  throw new AwsError('ClientException', message);
}
