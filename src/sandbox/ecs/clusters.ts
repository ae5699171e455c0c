import type { ActionTable } from '../action.ts';
import { AwsError } from '../action.ts';
import { arnOf, type EcsState, findCluster, lastPart, page, refuse } from './state.ts';

export function clusterActions(state: EcsState, changed: () => void): ActionTable {
  return {
    CreateCluster(input) {
      const name = input.clusterName ?? 'default';
      if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) refuse('Cluster name invalid.');
      const arn = arnOf('cluster', name);
      // Creating a cluster that exists answers with it, as AWS does.
      if (state.clusters[name]?.status !== 'ACTIVE') {
        const { settings = [], configuration, capacityProviders = [], defaultCapacityProviderStrategy = [] } = input;
        state.clusters[name] = {
          clusterArn: arn,
          clusterName: name,
          status: 'ACTIVE',
          settings,
          configuration,
          capacityProviders,
          defaultCapacityProviderStrategy,
        };
        if (input.tags) state.tags[arn] = input.tags;
        changed();
      }
      return {
        cluster: { ...describe(state, name), tags: state.tags[arn] ?? [] },
      };
    },

    DescribeClusters(input) {
      const wanted: string[] = (input.clusters ?? ['default']).map(lastPart);
      const tags = input.include?.includes('TAGS');
      return {
        clusters: wanted
          .filter((name) => state.clusters[name])
          .map((name) => ({
            ...describe(state, name),
            ...(tags ? { tags: state.tags[arnOf('cluster', name)] ?? [] } : {}),
          })),
        failures: wanted
          .filter((name) => !state.clusters[name])
          .map((name) => ({ arn: arnOf('cluster', name), reason: 'MISSING' })),
      };
    },

    ListClusters(input) {
      const arns = Object.values(state.clusters)
        .filter((one) => one.status === 'ACTIVE')
        .map((one) => one.clusterArn);
      const { items, nextToken } = page(arns, input);
      return { clusterArns: items, nextToken };
    },

    DeleteCluster(input) {
      const cluster = findCluster(state, input.cluster);
      const counts = describe(state, cluster.clusterName);
      if (counts.activeServicesCount > 0)
        throw new AwsError(
          'ClusterContainsServicesException',
          'The Cluster cannot be deleted while Services are active.',
        );
      if (counts.runningTasksCount + counts.pendingTasksCount > 0)
        throw new AwsError('ClusterContainsTasksException', 'The Cluster cannot be deleted while Tasks are active.');
      cluster.status = 'INACTIVE';
      changed();
      return { cluster: { ...counts, status: 'INACTIVE' } };
    },
  };
}

function describe(state: EcsState, name: string) {
  const cluster = state.clusters[name];
  const tasks = Object.values(state.tasks).filter((task) => task.wire.clusterArn === cluster?.clusterArn);
  const services = Object.values(state.services).filter((one) => one.cluster === name && one.status === 'ACTIVE');
  return {
    ...cluster,
    registeredContainerInstancesCount: 0,
    runningTasksCount: tasks.filter((task) => task.wire.lastStatus === 'RUNNING').length,
    pendingTasksCount: tasks.filter((task) => ['PROVISIONING', 'PENDING', 'ACTIVATING'].includes(task.wire.lastStatus))
      .length,
    activeServicesCount: services.length,
    statistics: [],
  };
}
