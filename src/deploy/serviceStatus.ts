import type { Service } from '@aws-sdk/client-ecs';
import { type Aws, call } from '../services/aws.ts';
import { toFailure } from '../shared/errors.ts';
import type { Project } from '../shared/models.ts';

/** How the service stands at this moment, in words; what keeps us from knowing is said in the same way. */
export async function serviceStatus(aws: Aws, project: Project): Promise<string> {
  try {
    const service = await findService(aws, project);
    if (!service) return 'does not exist';
    const { runningCount, desiredCount, taskDefinition = '' } = service;
    const primary = service.deployments?.find((each) => each.status === 'PRIMARY');
    const state = primary?.rolloutState ? `, ${primary.rolloutState}` : '';
    return `${runningCount} of ${desiredCount} tasks running ${taskDefinition.split('/').pop()}${state}`;
  } catch (error) {
    return toFailure(error).message;
  }
}

/** Undefined when there is no such service, or no such cluster. @throws DeployError of the AWS group */
export async function findService(aws: Aws, { awsCluster, awsService }: Project): Promise<Service | undefined> {
  const [{ DescribeServicesCommand }, ecs] = await Promise.all([import('@aws-sdk/client-ecs'), aws.ecs()]);
  const command = new DescribeServicesCommand({ cluster: awsCluster, services: [awsService] });
  const signal = AbortSignal.timeout(10_000);
  const missing = 'ClusterNotFoundException';
  const send = (options: { abortSignal: AbortSignal }) => ecs.send(command, options);
  try {
    const { services = [] } = await call('ecs:DescribeServices', send, { signal, patienceMs: 5_000 }, [missing]);
    return services.find(({ status }) => status !== 'INACTIVE');
  } catch (error) {
    if (error instanceof Error && error.name === missing) return undefined;
    throw error;
  }
}
