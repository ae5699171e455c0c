import { type ActionTable, AwsError } from '../action.ts';
import { containersOf } from './containerOptions.ts';
import { type CircuitBreaker, deploy, type Rollout } from './deployments.ts';
import { describeService, serviceTags } from './describeService.ts';
import type { Scheduler } from './scheduler.ts';
import {
  arnOf,
  type EcsState,
  findActiveService,
  findCluster,
  findServiceOrNone,
  findTaskDefinition,
  lastPart,
  page,
  randomDigits,
  randomHex,
  refuse,
  refuseClient,
  type StoredService,
  seconds,
} from './state.ts';

/** What is kept and shown as it was given. Other fields of the request are not AWS's to show either. */
const shownFields = [
  'launchType',
  'capacityProviderStrategy',
  'platformVersion',
  'networkConfiguration',
  'loadBalancers',
  'serviceRegistries',
  'serviceConnectConfiguration',
  'volumeConfigurations',
  'vpcLatticeConfigurations',
  'placementConstraints',
  'placementStrategy',
  'propagateTags',
  'enableECSManagedTags',
  'enableExecuteCommand',
  'availabilityZoneRebalancing',
  'deploymentConfiguration',
  'monitoring',
] as const;
/** A change of one of these is a new deployment, as with AWS; the rest only changes the service. */
const deployedFields = [
  'launchType',
  'capacityProviderStrategy',
  'platformVersion',
  'networkConfiguration',
  'loadBalancers',
  'serviceRegistries',
  'serviceConnectConfiguration',
  'volumeConfigurations',
  'vpcLatticeConfigurations',
];

// biome-ignore lint/suspicious/noExplicitAny: the request as the wire has it; each field is checked where it is read.
type Request = any;

export function serviceActions(state: EcsState, scheduler: Scheduler, changed: () => void): ActionTable {
  const shown = (service: StoredService, tags = true) => ({
    ...describeService(state, service),
    ...(tags ? { tags: serviceTags(state, service) } : {}),
  });

  async function create(input: Request): Promise<StoredService> {
    const { clusterName } = findCluster(state, input.cluster);
    validateCreate(state, input);
    const definition = activeDefinition(state, input.taskDefinition);
    const arn = arnOf('service', clusterName, input.serviceName);
    const service: StoredService = {
      arn,
      name: input.serviceName,
      cluster: clusterName,
      status: 'ACTIVE',
      createdAt: seconds(),
      shown: {
        schedulingStrategy: 'REPLICA',
        deploymentController: { type: 'ECS' },
        launchType: 'FARGATE',
        loadBalancers: [],
        serviceRegistries: [],
        placementConstraints: [],
        placementStrategy: [],
        propagateTags: 'NONE',
        enableECSManagedTags: false,
        enableExecuteCommand: false,
        createdBy: 'arn:aws:iam::000000000000:root',
        ...pick(input, shownFields),
      },
      clientToken: input.clientToken,
      healthCheckGracePeriodSeconds: input.healthCheckGracePeriodSeconds,
      rollout: emptyRollout(input.serviceName),
      revisions: [],
      events: [],
      targetGroupArn: input.loadBalancers?.[0]?.targetGroupArn ?? targetGroupArn(input.serviceName),
      loadBalancer: input.loadBalancers?.[0],
    };
    configure(service, input);
    delete state.tags[arn];
    if (input.tags) state.tags[arn] = input.tags;
    state.services[arn] = service;
    roll(service, definition.taskDefinitionArn);
    await scheduler.balancers.open(service);
    return service;
  }

  /** Starts a deployment of a new service revision. */
  function roll(service: StoredService, taskDefinition: string): void {
    const revision = arnOf('service-revision', service.cluster, service.name, randomDigits());
    const definition = findTaskDefinition(state, taskDefinition);
    service.revisions.push({
      serviceRevisionArn: revision,
      serviceArn: service.arn,
      clusterArn: arnOf('cluster', service.cluster),
      taskDefinition,
      ...(pick(service.shown, deployedFields) as object),
      containerImages: containersOf(definition).map((one) => ({
        containerName: one.name,
        image: one.image,
      })),
      createdAt: seconds(),
    });
    const arn = arnOf('service-deployment', service.cluster, service.name, randomHex(20));
    service.rollout = deploy(
      service.rollout,
      { id: `ecs-svc/${randomDigits()}`, arn, revision, taskDefinition },
      Date.now(),
    );
  }

  return {
    async CreateService(input) {
      const existing = findServiceOrNone(state, findCluster(state, input.cluster).clusterName, input.serviceName);
      if (existing?.status === 'DRAINING') refuse('Unable to Start a service that is still Draining.');
      // The same request again, after its answer was lost, answers as the first time.
      const repeated = existing?.status === 'ACTIVE' && input.clientToken && input.clientToken === existing.clientToken;
      if (existing?.status === 'ACTIVE' && !repeated) refuse('Creation of service was not idempotent.');
      const service = repeated && existing ? existing : await create(input);
      changed();
      scheduler.wake(service.arn);
      return { service: shown(service) };
    },

    async UpdateService(input) {
      const service = findActiveService(state, input.cluster, input.service);
      const { rollout } = service;
      const current = rollout.deployments[0]?.taskDefinition ?? '';
      const wanted =
        input.taskDefinition === undefined ? current : activeDefinition(state, input.taskDefinition).taskDefinitionArn;
      validateCounts(input);
      configure(service, input);
      service.shown = { ...service.shown, ...pick(input, shownFields) };
      if (input.loadBalancers) service.loadBalancer = input.loadBalancers[0];
      if (input.loadBalancers?.[0]?.targetGroupArn) service.targetGroupArn = input.loadBalancers[0].targetGroupArn;
      if (input.healthCheckGracePeriodSeconds !== undefined)
        service.healthCheckGracePeriodSeconds = input.healthCheckGracePeriodSeconds;
      const isNew =
        wanted !== current || input.forceNewDeployment || deployedFields.some((field) => input[field] !== undefined);
      if (isNew) roll(service, wanted);
      await scheduler.balancers.open(service);
      changed();
      scheduler.wake(service.arn);
      return { service: shown(service) };
    },

    DescribeServices(input) {
      const { clusterName } = findCluster(state, input.cluster);
      if (!Array.isArray(input.services) || input.services.length === 0) refuse('Services cannot be empty.');
      if (input.services.length > 10) refuse('Services cannot have more than 10 elements.');
      const found = input.services.map((name: string) => [name, findServiceOrNone(state, clusterName, name)] as const);
      return {
        services: found.flatMap(([, one]: [string, StoredService?]) =>
          one ? [shown(one, input.include?.includes('TAGS') ?? false)] : [],
        ),
        failures: found.flatMap(([name, one]: [string, StoredService?]) =>
          one
            ? []
            : [
                {
                  arn: arnOf('service', clusterName, lastPart(name)),
                  reason: 'MISSING',
                },
              ],
        ),
      };
    },

    ListServices(input) {
      const { clusterName } = findCluster(state, input.cluster);
      const arns = Object.values(state.services)
        .filter((one) => one.cluster === clusterName && one.status !== 'INACTIVE')
        .filter((one) => input.launchType === undefined || one.shown.launchType === input.launchType)
        .map((one) => one.arn);
      const { items, nextToken } = page(arns, input, input.maxResults ?? 10);
      return { serviceArns: items, nextToken };
    },

    DeleteService(input) {
      const service = findActiveService(state, input.cluster, input.service);
      if (service.rollout.desiredCount > 0 && !input.force)
        refuse('The service cannot be stopped while it is scaled above 0.');
      service.status = 'DRAINING';
      service.rollout = { ...service.rollout, desiredCount: 0 };
      changed();
      scheduler.wake(service.arn);
      return { service: shown(service) };
    },
  };
}

/** @throws AwsError */
function validateCreate(state: EcsState, input: Request): void {
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

function checkBalancedPort(definition: ReturnType<typeof findTaskDefinition>, name: string, port: number): void {
  const container = containersOf(definition).find((one) => one.name === name);
  if (container === undefined) refuse(`The container ${name} does not exist in the task definition.`);
  if (!container.portMappings?.some((one) => one.containerPort === port))
    refuse(`The container ${name} did not have a container port ${port} defined.`);
}

function validateCounts(input: Request): void {
  const { desiredCount, deploymentConfiguration: { maximumPercent = 200, minimumHealthyPercent = 100 } = {} } = input;
  if (desiredCount !== undefined && !(Number.isInteger(desiredCount) && desiredCount >= 0))
    refuse('desiredCount must be 0 or greater.');
  if (maximumPercent <= minimumHealthyPercent && maximumPercent <= 100 && minimumHealthyPercent >= 100)
    refuse('Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.');
}

/** @throws AwsError ClientException */
function activeDefinition(state: EcsState, reference: unknown) {
  const [family = '', revision] = lastPart(reference).split(':');
  const found = state.families[family]?.findLast((one) =>
    revision === undefined ? one.status === 'ACTIVE' : one.revision === Number(revision),
  );
  if (found === undefined) refuseClient('TaskDefinition not found.');
  if (found.status !== 'ACTIVE') throw new AwsError('ClientException', 'TaskDefinition is inactive');
  return found;
}

function emptyRollout(serviceName: string): Rollout {
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
function configure(service: StoredService, input: Request): void {
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
function readBreaker(given: Request): CircuitBreaker {
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
function targetGroupArn(name: string): string {
  return `arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/${name.slice(0, 32)}/${randomHex(16)}`;
}

function pick(from: Request, fields: readonly string[]): object {
  return Object.fromEntries(fields.filter((field) => from[field] !== undefined).map((field) => [field, from[field]]));
}
