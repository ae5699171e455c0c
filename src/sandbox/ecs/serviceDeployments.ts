import { type ActionTable, AwsError } from '../action.ts';
import type { ServiceDeployment } from './deployments.ts';
import { deploymentConfiguration, revisionSummary } from './describeService.ts';
import { breakerThreshold, stopAndRollBack } from './failures.ts';
import type { Scheduler } from './scheduler.ts';
import {
  arnOf,
  type EcsState,
  findActiveService,
  findCluster,
  findServiceOrNone,
  page,
  randomDigits,
  refuse,
  type StoredService,
  seconds,
} from './state.ts';

export function serviceDeploymentActions(state: EcsState, scheduler: Scheduler, changed: () => void): ActionTable {
  return {
    ListServiceDeployments(input) {
      const service = findServiceOrNone(state, findCluster(state, input.cluster).clusterName, input.service);
      if (service === undefined) throw new AwsError('ServiceNotFoundException', 'Service not found.');
      const { after, before } = input.createdAt ?? {};
      const found = service.rollout.history
        .filter((one) => input.status === undefined || input.status.length === 0 || input.status.includes(one.status))
        .filter(
          (one) =>
            (after === undefined || seconds(one.createdAt) >= after) &&
            (before === undefined || seconds(one.createdAt) <= before),
        );
      const { items, nextToken } = page(found, input);
      return {
        serviceDeployments: items.map((one) => brief(service, one)),
        nextToken,
      };
    },

    DescribeServiceDeployments(input) {
      const found = (input.serviceDeploymentArns ?? []).map(
        (arn: string) => [arn, findDeployment(state, arn)] as const,
      );
      return {
        serviceDeployments: found.flatMap(([, one]: Found) => (one ? [describe(state, one.service, one.record)] : [])),
        failures: found.flatMap(([arn, one]: Found) => (one ? [] : [{ arn, reason: 'MISSING' }])),
      };
    },

    DescribeServiceRevisions(input) {
      const all = Object.values(state.services).flatMap((one) => one.revisions);
      const wanted: string[] = input.serviceRevisionArns ?? [];
      return {
        serviceRevisions: wanted.flatMap((arn) => all.find((one) => one.serviceRevisionArn === arn) ?? []),
        failures: wanted
          .filter((arn) => !all.some((one) => one.serviceRevisionArn === arn))
          .map((arn) => ({ arn, reason: 'MISSING' })),
      };
    },

    StopServiceDeployment(input) {
      const found = findDeployment(state, String(input.serviceDeploymentArn));
      if (found === undefined)
        throw new AwsError('ServiceDeploymentNotFoundException', 'Service deployment not found.');
      if ((input.stopType ?? 'ROLLBACK') !== 'ROLLBACK') refuse('stopType must be ROLLBACK.');
      const { service, record } = found;
      findActiveService(state, service.cluster, service.name);
      if (record.status !== 'IN_PROGRESS')
        throw new AwsError('ConflictException', 'The service deployment is not in a state that can be stopped.');
      const step = stopAndRollBack(service.rollout, { id: `ecs-svc/${randomDigits()}` }, Date.now());
      scheduler.take(service, step);
      changed();
      scheduler.wake(service.arn);
      return { serviceDeploymentArn: record.arn };
    },
  };
}

type Found = readonly [string, { service: StoredService; record: ServiceDeployment } | undefined];

function findDeployment(state: EcsState, arn: string) {
  for (const service of Object.values(state.services)) {
    const record = service.rollout.history.find((one) => one.arn === arn);
    if (record) return { service, record };
  }
  return undefined;
}

function brief(service: StoredService, record: ServiceDeployment) {
  return {
    serviceDeploymentArn: record.arn,
    serviceArn: service.arn,
    clusterArn: arnOf('cluster', service.cluster),
    createdAt: seconds(record.createdAt),
    startedAt: seconds(record.createdAt),
    ...(record.finishedAt === undefined ? {} : { finishedAt: seconds(record.finishedAt) }),
    targetServiceRevisionArn: record.targetRevision,
    status: record.status,
    ...(record.statusReason === undefined ? {} : { statusReason: record.statusReason }),
  };
}

function describe(state: EcsState, service: StoredService, record: ServiceDeployment) {
  const { targetServiceRevisionArn, ...shown } = brief(service, record);
  const tasks = Object.values(state.tasks).filter((task) => task.service === service.arn);
  return {
    ...shown,
    updatedAt: seconds(record.updatedAt),
    ...(record.status === 'STOPPED' ? { stoppedAt: seconds(record.updatedAt) } : {}),
    sourceServiceRevisions: record.sourceRevisions.map((one) => revisionSummary(service, tasks, one)),
    targetServiceRevision: revisionSummary(service, tasks, targetServiceRevisionArn),
    deploymentConfiguration: deploymentConfiguration(service),
    ...(record.rollback
      ? {
          rollback: {
            reason: record.rollback.reason,
            startedAt: seconds(record.rollback.startedAt),
            serviceRevisionArn: record.rollback.revision,
          },
        }
      : {}),
    deploymentCircuitBreaker: {
      status: breakerStatus(service, record),
      failureCount: record.failures,
      threshold: breakerThreshold(service.rollout.breaker, service.rollout.desiredCount),
    },
  };
}

function breakerStatus(service: StoredService, record: ServiceDeployment): string {
  if (record.triggered) return 'TRIGGERED';
  if (!service.rollout.breaker.enable) return 'DISABLED';
  return record.status === 'IN_PROGRESS' ? 'MONITORING' : 'MONITORING_COMPLETE';
}
