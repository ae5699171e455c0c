import { createHash, randomUUID } from 'node:crypto';
import { containersOf } from './containerOptions.ts';
import { arnOf, type EcsState, findTaskDefinition, type StoredTask, seconds } from './state.ts';

/** A task as it is born: PROVISIONING, with nothing but its plan. */
export function newTask(
  state: EcsState,
  wanted: Pick<StoredTask, 'id' | 'taskDefinitionArn' | 'overrides' | 'service' | 'revision'> & {
    cluster: string;
    group: string;
    startedBy?: string;
    launchType?: string;
    subnet?: string;
    tags?: StoredTask['wire']['tags'];
  },
): StoredTask {
  const definition = findTaskDefinition(state, wanted.taskDefinitionArn);
  const taskArn = arnOf('task', wanted.cluster, wanted.id);
  const attachment = {
    id: randomUUID(),
    type: 'ElasticNetworkInterface',
    status: 'PRECREATED',
    details: [
      { name: 'subnetId', value: wanted.subnet ?? 'subnet-00000000000000000' },
      {
        name: 'networkInterfaceId',
        value: `eni-${createHash('sha256').update(wanted.id).digest('hex').slice(0, 17)}`,
      },
    ],
  };
  const containers = containersOf(definition).map((container) => ({
    containerArn: arnOf('container', wanted.cluster, wanted.id, randomUUID()),
    taskArn,
    name: container.name,
    image: container.image,
    lastStatus: 'PENDING',
    networkBindings: [],
    networkInterfaces: [],
    healthStatus: 'UNKNOWN' as const,
    cpu: String(container.cpu ?? 0),
    ...(container.memory ? { memory: String(container.memory) } : {}),
  }));
  const wire = {
    taskArn,
    clusterArn: arnOf('cluster', wanted.cluster),
    taskDefinitionArn: definition.taskDefinitionArn,
    group: wanted.group,
    startedBy: wanted.startedBy,
    launchType: wanted.launchType ?? 'FARGATE',
    platformVersion: '1.4.0',
    platformFamily: 'Linux',
    availabilityZone: 'us-east-1a',
    lastStatus: 'PROVISIONING',
    desiredStatus: 'RUNNING',
    healthStatus: 'UNKNOWN',
    createdAt: seconds(),
    cpu: definition.cpu,
    memory: definition.memory,
    containers,
    attachments: definition.networkMode === 'awsvpc' ? [attachment] : [],
    overrides: {
      containerOverrides: wanted.overrides,
      inferenceAcceleratorOverrides: [],
    },
    enableExecuteCommand: false,
    tags: wanted.tags ?? [],
    version: 1,
  } as StoredTask['wire'];
  const { id, overrides, service, revision } = wanted;
  return {
    id,
    wire,
    taskDefinitionArn: definition.taskDefinitionArn,
    overrides,
    service,
    revision,
    logged: {},
  };
}
