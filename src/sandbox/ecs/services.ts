import type { ActionTable } from '../action.ts';
import { containersOf } from './containerOptions.ts';
import { deploy } from './deployments.ts';
import { describeService, serviceTags } from './describeService.ts';
import type { Scheduler } from './scheduler.ts';
import {
  activeDefinition,
  checkBalancedPort,
  configure,
  deployedFields,
  emptyRollout,
  pick,
  type ServiceRequest,
  shownFields,
  targetGroupArn,
  validateCounts,
  validateCreate,
} from './serviceRequest.ts';
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
  type StoredService,
  seconds,
} from './state.ts';

export function serviceActions(state: EcsState, scheduler: Scheduler, changed: () => void): ActionTable {
  const shown = (service: StoredService, tags = true) => ({
    ...describeService(state, service),
    ...(tags ? { tags: serviceTags(state, service) } : {}),
  });

  async function create(input: ServiceRequest): Promise<StoredService> {
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
      for (const { containerName, containerPort } of input.loadBalancers ?? service.shown.loadBalancers ?? [])
        checkBalancedPort(findTaskDefinition(state, wanted), containerName, containerPort);
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
