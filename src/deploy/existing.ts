import type { Service, TaskDefinition } from '@aws-sdk/client-ecs';
import { call } from '../services/aws.ts';
import type { Existing, ExistingService } from '../shared/existing.ts';
import { describeService, describeTaskDefinition, findRepository, type Look } from './destination.ts';
import { logGroupFor } from './taskDefinition.ts';

/** What stands in AWS under a project's names; looks, and changes nothing. @throws DeployError of the AWS group */
export async function lookUpExisting(look: Look): Promise<Existing> {
  const [cluster, repository, service] = await Promise.all([
    clusterExists(look),
    findRepository(look),
    describeService(look),
  ]);
  const definition = service?.taskDefinition ? await describeTaskDefinition(look, service.taskDefinition) : undefined;
  const running = service && service.status !== 'DRAINING' && definition ? { service, definition } : undefined;
  return {
    cluster,
    repository: repository && {
      mutability: repository.imageTagMutability ?? 'MUTABLE',
      tagsExcluded: (repository.imageTagMutabilityExclusionFilters ?? []).flatMap(({ filter }) => filter ?? []),
      scanOnPush: repository.imageScanningConfiguration?.scanOnPush ?? false,
    },
    logGroup: await findLogGroup(look, logGroupOf(definition) ?? logGroupFor(look.project.awsService)),
    service: running && existingService(running.service, running.definition),
  };
}

async function clusterExists(look: Look): Promise<boolean> {
  const [{ DescribeClustersCommand }, ecs] = await Promise.all([import('@aws-sdk/client-ecs'), look.aws.ecs()]);
  const command = new DescribeClustersCommand({ clusters: [look.project.awsCluster] });
  const { clusters = [] } = await call('ecs:DescribeClusters', (options) => ecs.send(command, options), look);
  return clusters.some((each) => each.status === 'ACTIVE');
}

async function findLogGroup(look: Look, name: string): Promise<Existing['logGroup']> {
  const [{ DescribeLogGroupsCommand }, logs] = await Promise.all([
    import('@aws-sdk/client-cloudwatch-logs'),
    look.aws.logs(),
  ]);
  const command = new DescribeLogGroupsCommand({ logGroupNamePrefix: name });
  const { logGroups = [] } = await call('logs:DescribeLogGroups', (options) => logs.send(command, options), look);
  const found = logGroups.find((each) => each.logGroupName === name);
  return found && { name, retentionDays: found.retentionInDays ?? 0 };
}

function logGroupOf(definition: TaskDefinition | undefined): string | undefined {
  const logs = (definition?.containerDefinitions ?? []).map((each) => each.logConfiguration?.options);
  return logs.map((options) => options?.['awslogs-group']).find((group) => group !== undefined);
}

/** Pure: a service in the words of a configuration, with ECS's own defaults where it says nothing. */
export function existingService(service: Service, definition: TaskDefinition): ExistingService {
  const { subnets = [], securityGroups = [], assignPublicIp } = service.networkConfiguration?.awsvpcConfiguration ?? {};
  const { deploymentConfiguration: rollout, capacityProviderStrategy: providers = [] } = service;
  return {
    taskFamily: definition.family ?? service.serviceName ?? '',
    cpu: Number(definition.cpu ?? 0),
    memory: Number(definition.memory ?? 0),
    cpuArchitecture: definition.runtimePlatform?.cpuArchitecture ?? 'X86_64',
    desiredCount: service.desiredCount ?? 0,
    subnets,
    securityGroups,
    assignPublicIp: assignPublicIp === 'ENABLED',
    launchType: providers.length > 0 ? '' : (service.launchType ?? ''),
    capacityProviders: providers.map(({ capacityProvider = '', weight = 0, base = 0 }) => ({
      provider: capacityProvider,
      weight,
      base,
    })),
    targets: (service.loadBalancers ?? []).flatMap(({ targetGroupArn, containerName = '', containerPort = 0 }) =>
      targetGroupArn ? [{ targetGroupArn, container: containerName, port: containerPort }] : [],
    ),
    gracePeriodSeconds: service.healthCheckGracePeriodSeconds ?? 0,
    minimumHealthyPercent: rollout?.minimumHealthyPercent ?? 100,
    maximumPercent: rollout?.maximumPercent ?? 200,
    circuitBreaker: {
      enable: rollout?.deploymentCircuitBreaker?.enable ?? false,
      rollback: rollout?.deploymentCircuitBreaker?.rollback ?? false,
    },
    platformVersion: service.platformVersion ?? '',
    propagateTags: service.propagateTags && service.propagateTags !== 'NONE' ? service.propagateTags : '',
    managedTags: service.enableECSManagedTags ?? false,
    executeCommand: service.enableExecuteCommand ?? false,
    zoneRebalancing: service.availabilityZoneRebalancing ?? '',
    tags: Object.fromEntries(
      (service.tags ?? []).flatMap(({ key, value }) => (key && !key.startsWith('aws:') ? [[key, value ?? '']] : [])),
    ),
  };
}
