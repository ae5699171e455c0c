import type { Repository } from '@aws-sdk/client-ecr';
import type { Service, TaskDefinition } from '@aws-sdk/client-ecs';
import { call, isLoopback } from '../services/aws.ts';
import { fail } from '../shared/errors.ts';
import type { DeployContext } from './context.ts';

/** What stands at the destination before we change anything. */
export interface Destination {
  repository: Repository | undefined;
  /** The service, unless it is missing or deleted. */
  service: Service | undefined;
  /** What the service runs by now. */
  taskDefinition: TaskDefinition | undefined;
}

/** What a look at AWS needs to know. */
export type Look = Pick<DeployContext, 'aws' | 'project' | 'signal'>;

/**
 * Looks, and changes nothing. It runs beside the clone and the build, so that its round trips cost no time.
 * @throws DeployError ServiceDraining, ServiceNotRunnable, or one of the AWS group.
 */
export async function lookUpDestination(ctx: Look): Promise<Destination> {
  const [repository, service] = await Promise.all([findRepository(ctx), findService(ctx)]);
  const arn = service?.taskDefinition;
  return { repository, service, taskDefinition: arn ? await describeTaskDefinition(ctx, arn) : undefined };
}

export async function findRepository(ctx: Look): Promise<Repository | undefined> {
  const [{ DescribeRepositoriesCommand }, ecr] = await Promise.all([import('@aws-sdk/client-ecr'), ctx.aws.ecr()]);
  const command = new DescribeRepositoriesCommand({ repositoryNames: [ctx.project.ecrRepository] });
  const missing = ['RepositoryNotFoundException'];
  return call('ecr:DescribeRepositories', (options) => ecr.send(command, options), ctx, missing)
    .then((answer) => answer.repositories?.[0])
    .catch(undefinedWhen(missing));
}

/** The service as it is now; undefined when it, or its cluster, does not exist or was deleted. */
export async function describeService(ctx: Look): Promise<Service | undefined> {
  const [{ DescribeServicesCommand }, ecs] = await Promise.all([import('@aws-sdk/client-ecs'), ctx.aws.ecs()]);
  const { awsCluster: cluster, awsService } = ctx.project;
  const command = new DescribeServicesCommand({ cluster, services: [awsService], include: ['TAGS'] });
  const missing = ['ClusterNotFoundException'];
  return call('ecs:DescribeServices', (options) => ecs.send(command, options), ctx, missing)
    .then((answer) => answer.services?.find((each) => each.status !== 'INACTIVE'))
    .catch(undefinedWhen(missing));
}

async function findService(ctx: Look): Promise<Service | undefined> {
  const service = await describeService(ctx);
  const name = ctx.project.awsService;
  if (service?.status === 'DRAINING') throw fail('ServiceDraining', name);
  const controller = service?.deploymentController?.type ?? 'ECS';
  if (controller !== 'ECS') throw fail('ServiceNotRunnable', name, `its deployments are made by ${controller}`);
  return service;
}

export async function describeTaskDefinition(ctx: Look, arn: string): Promise<TaskDefinition | undefined> {
  const [{ DescribeTaskDefinitionCommand }, ecs] = await Promise.all([import('@aws-sdk/client-ecs'), ctx.aws.ecs()]);
  const command = new DescribeTaskDefinitionCommand({ taskDefinition: arn });
  const answer = await call('ecs:DescribeTaskDefinition', (options) => ecs.send(command, options), ctx);
  return answer.taskDefinition;
}

/**
 * Where Docker pushes to. An emulator on this computer may name its repositories like the public AWS does
 * (`000000000000.dkr.ecr.…`), which no name server knows; its registry answers on the endpoint itself.
 */
export function pushRepository(repositoryUri: string, endpoint: string): string {
  const [host = '', ...path] = repositoryUri.split('/');
  if (!isLoopback(endpoint) || !host.endsWith('.amazonaws.com')) return repositoryUri;
  return [new URL(endpoint).host, ...path].join('/');
}

/** A `catch` for what AWS says of something that is not there. */
export function undefinedWhen(names: readonly string[]) {
  return (error: unknown): undefined => {
    if (error instanceof Error && names.includes(error.name)) return undefined;
    throw error;
  };
}
