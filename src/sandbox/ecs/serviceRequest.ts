import { AwsError } from '../action.ts';
import { containersOf } from './containerOptions.ts';
import type { CircuitBreaker, Rollout } from './deployments.ts';
import {
  type EcsState,
  type findTaskDefinition,
  lastPart,
  randomHex,
  refuse,
  refuseClient,
  type StoredService,
} from './state.ts';

/** A change of one of these is a new deployment, as with AWS; the rest only changes the service. */
export const deployedFields = [
  'launchType',
  'capacityProviderStrategy',
  'platformVersion',
  'networkConfiguration',
  'loadBalancers',
  'serviceRegistries',
  'serviceConnectConfiguration',
  'volumeConfigurations',
  'vpcLatticeConfigurations',
] as const;

/** What is kept and shown as it was given. Other fields of the request are not AWS's to show either. */
export const shownFields = [
  ...deployedFields,
  'placementConstraints',
  'placementStrategy',
  'propagateTags',
  'enableECSManagedTags',
  'enableExecuteCommand',
  'availabilityZoneRebalancing',
  'deploymentConfiguration',
  'monitoring',
] as const;

// biome-ignore lint/suspicious/noExplicitAny: the request as the wire has it; each field is checked where it is read.
export type ServiceRequest = any;

/** @throws AwsError */
export function validateCreate(state: EcsState, input: ServiceRequest): void {
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(input.serviceName ?? ''))
    refuse(
      'Invalid service name: up to 255 letters (uppercase and lowercase), numbers, underscores, and hyphens are allowed.',
    );
  if (input.taskDefinition === undefined) refuse('TaskDefinition cannot be blank.');
  if (input.schedulingStrategy !== 'DAEMON' && input.desiredCount === undefined)
    refuse('desiredCount is required when the scheduling strategy is REPLICA.');
  validateCounts(input);
  const definition = activeDefinition(state, input.taskDefinition);
  // AWS wants a networkConfiguration for awsvpc; here there is one network only, and a first try shall need no settings.
  if (input.launchType === 'FARGATE' && !definition.compatibilities?.includes('FARGATE'))
    refuse('Task definition does not support launch_type FARGATE.');
  for (const { containerName, containerPort } of input.loadBalancers ?? [])
    checkBalancedPort(definition, containerName, containerPort);
}

export function checkBalancedPort(definition: ReturnType<typeof findTaskDefinition>, name: string, port: number): void {
  const container = containersOf(definition).find((one) => one.name === name);
  if (container === undefined) refuse(`The container ${name} does not exist in the task definition.`);
  if (!container.portMappings?.some((one) => one.containerPort === port))
    refuse(`The container ${name} did not have a container port ${port} defined.`);
}

export function validateCounts(input: ServiceRequest): void {
  const { desiredCount, deploymentConfiguration: { maximumPercent = 200, minimumHealthyPercent = 100 } = {} } = input;
  if (desiredCount !== undefined && !(Number.isInteger(desiredCount) && desiredCount >= 0))
    refuse('desiredCount must be 0 or greater.');
  if (maximumPercent <= minimumHealthyPercent && maximumPercent <= 100 && minimumHealthyPercent >= 100)
    refuse('Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.');
}

/** @throws AwsError ClientException */
export function activeDefinition(state: EcsState, reference: unknown) {
  const [family = '', revision] = lastPart(reference).split(':');
  const found = state.families[family]?.findLast((one) =>
    revision === undefined ? one.status === 'ACTIVE' : one.revision === Number(revision),
  );
  if (found === undefined) refuseClient('TaskDefinition not found.');
  if (found.status !== 'ACTIVE') throw new AwsError('ClientException', 'TaskDefinition is inactive');
  return found;
}

export function emptyRollout(serviceName: string): Rollout {
  return {
    serviceName,
    desiredCount: 1,
    minimumHealthyPercent: 100,
    maximumPercent: 200,
    breaker: readBreaker({}),
    deployments: [],
    history: [],
    steady: false,
  };
}

/** The numbers of the request that rule the rollout; what is absent stays. */
export function configure(service: StoredService, input: ServiceRequest): void {
  const given = input.deploymentConfiguration ?? {};
  const { rollout } = service;
  service.rollout = {
    ...rollout,
    desiredCount: input.desiredCount ?? rollout.desiredCount,
    minimumHealthyPercent: given.minimumHealthyPercent ?? rollout.minimumHealthyPercent,
    maximumPercent: given.maximumPercent ?? rollout.maximumPercent,
    breaker: given.deploymentCircuitBreaker ? readBreaker(given.deploymentCircuitBreaker) : rollout.breaker,
  };
}

/** Defaults of the ECS API reference, DeploymentCircuitBreaker. */
function readBreaker(given: ServiceRequest): CircuitBreaker {
  return {
    enable: given.enable ?? false,
    rollback: given.rollback ?? false,
    resetOnHealthyTask: given.resetOnHealthyTask ?? true,
    threshold: {
      type: given.thresholdConfiguration?.type ?? 'BOUNDED_PERCENT',
      value: given.thresholdConfiguration?.value ?? 50,
    },
  };
}

/** Made up but well formed, for a service that has a local load balancer and none of its own. */
export function targetGroupArn(name: string): string {
  return `arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/${name.slice(0, 32)}/${randomHex(16)}`;
}

export function pick(from: ServiceRequest, fields: readonly string[]): object {
  return Object.fromEntries(fields.filter((field) => from[field] !== undefined).map((field) => [field, from[field]]));
}
