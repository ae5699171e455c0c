import type { CreateServiceCommandInput, Deployment, Service } from '@aws-sdk/client-ecs';
import { call } from '../../services/aws.ts';
import { fail, toFailure } from '../../shared/errors.ts';
import type { ProjectOptions } from '../../shared/models.ts';
import type { DeployContext, StepContext } from '../context.ts';
import { defaultNetwork } from '../defaultNetwork.ts';
import type { Destination } from '../destination.ts';
import { rememberedCount } from '../scaleToNothing.ts';
import type { Step } from '../step.ts';
import type { Revision } from './registerTaskDefinition.ts';

export interface Rollout {
  service: Service;
  /** `ecs-svc/…`: the deployment that the verdict will be about. */
  deploymentId: string;
  revision: Revision;
  /** Date of the update by our clock, minus a minute for clocks that differ. */
  since: Date;
  created: boolean;
  /** True when the service already ran exactly this, healthy. */
  unchanged: boolean;
}

interface Input {
  destination: Promise<Destination>;
  revision: Revision;
  /** Told to whatever checks the new service's health; empty when it is not known. */
  healthPath: string;
  /** Start new tasks even though nothing changed. */
  force: boolean;
}

const clockSkewMs = 60_000;

/** Step 9: tells ECS to run the new revision, and notes the id of the deployment that this makes. */
export const deployService: Step<Input, Rollout> = {
  id: 'deploy',
  async run(ctx, input) {
    const since = new Date(Date.now() - clockSkewMs);
    const { revision, force } = input;
    const { service } = await input.destination;
    const running = service && !force && runsAlready(service, revision);
    const after = running ? service : await rollOut(ctx, service, input);
    const pinned = pin(after, revision);
    const unchanged = running === 'healthy';
    await ctx.record({ facts: { ecsDeploymentId: pinned.deploymentId, unchanged } });
    return { ...pinned, since, created: !service, unchanged };
  },
  summary: ({ created, unchanged, deploymentId }) =>
    unchanged ? 'runs this already' : `${created ? 'created' : 'updated'}, deployment ${deploymentId}`,
  skipped: ({ unchanged }) => unchanged,
};

/** Whether the service's newest deployment is of this very revision: finished and healthy, or still on its way. */
function runsAlready(service: Service, { arn }: Revision): 'healthy' | 'starting' | undefined {
  const deployments = service.deployments ?? [];
  const primary = deployments.find((each) => each.status === 'PRIMARY');
  if (primary?.taskDefinition !== arn || !primary.desiredCount) return undefined;
  if (primary.rolloutState === 'IN_PROGRESS') return 'starting';
  const healthy = primary.rolloutState === 'COMPLETED' && primary.runningCount === primary.desiredCount;
  return healthy ? 'healthy' : undefined;
}

function pin(service: Service, revision: Revision): { service: Service; deploymentId: string; revision: Revision } {
  const primary: Deployment | undefined = service.deployments?.find((each) => each.status === 'PRIMARY');
  if (!primary?.id) throw fail('AwsUnreadable', 'ecs:UpdateService');
  return { service, deploymentId: primary.id, revision };
}

function rollOut(ctx: StepContext, service: Service | undefined, input: Input): Promise<Service> {
  return service ? updateService(ctx, service, input) : createService(ctx, input);
}

async function updateService(ctx: StepContext, service: Service, { revision, force }: Input): Promise<Service> {
  const [{ UpdateServiceCommand }, ecs] = await Promise.all([import('@aws-sdk/client-ecs'), ctx.aws.ecs()]);
  const { healthCheckGracePeriodSeconds } = ctx.project.options;
  const desiredCount =
    ctx.project.options.desiredCount ?? (service.desiredCount === 0 ? rememberedCount(service) : undefined);
  if ((desiredCount ?? service.desiredCount) === 0) {
    throw fail(
      'ServiceNotRunnable',
      ctx.project.awsService,
      'it is scaled to 0 tasks; set --desired-count to 1 or more',
    );
  }
  // Sent again after a broken answer this makes no second deployment: ECS sees that nothing changed.
  const command = new UpdateServiceCommand({
    cluster: ctx.project.awsCluster,
    service: ctx.project.awsService,
    taskDefinition: revision.arn,
    ...(desiredCount !== undefined && { desiredCount }),
    ...(healthCheckGracePeriodSeconds !== undefined && { healthCheckGracePeriodSeconds }),
    ...((force || service.taskDefinition === revision.arn) && { forceNewDeployment: true }),
  });
  const answer = await call('ecs:UpdateService', (options) => ecs.send(command, options), toTheEnd());
  if (!answer.service) throw fail('AwsUnreadable', 'ecs:UpdateService');
  return answer.service;
}

async function createService(ctx: StepContext, input: Input): Promise<Service> {
  const [{ CreateServiceCommand }, ecs] = await Promise.all([import('@aws-sdk/client-ecs'), ctx.aws.ecs()]);
  await ensureCluster(ctx);
  const create = (options: ProjectOptions) => {
    const command = new CreateServiceCommand(newService(ctx, input, options));
    return call('ecs:CreateService', (sending) => ecs.send(command, sending), toTheEnd());
  };
  const { options } = ctx.project;
  const answer = await create(options).catch(async (error) => {
    if (!lacksNetwork(error)) throw error;
    return create({ ...options, ...(await defaultNetwork(ctx, portOf(input.revision))) });
  });
  if (!answer.service) throw fail('AwsUnreadable', 'ecs:CreateService');
  return answer.service;
}

/** The request for a new service; pure. Its circuit breaker is on, so that a bad deployment ends early and by itself. */
export function newService(
  { project, deploymentId }: Pick<DeployContext, 'project' | 'deploymentId'>,
  input: Input,
  options: ProjectOptions,
): CreateServiceCommandInput {
  return {
    cluster: project.awsCluster,
    serviceName: project.awsService,
    taskDefinition: input.revision.arn,
    desiredCount: options.desiredCount ?? 1,
    launchType: 'FARGATE',
    // The same token in a second try gives the same service.
    clientToken: deploymentId.slice(0, 36),
    deploymentConfiguration: {
      deploymentCircuitBreaker: { enable: true, rollback: true },
      minimumHealthyPercent: 100,
      maximumPercent: 200,
    },
    propagateTags: 'SERVICE',
    enableECSManagedTags: true,
    tags: [
      { key: 'deployotron:project', value: project.name },
      { key: 'deployotron:environment', value: project.environment },
      ...(input.healthPath ? [{ key: 'deployotron:health-path', value: input.healthPath }] : []),
    ],
    ...networkOf(options),
    ...loadBalancerOf(options, input),
  };
}

/** A change of the service is never left half said: a cancel waits for AWS's answer, and is honoured after it. */
function toTheEnd(): { signal: AbortSignal } {
  return { signal: AbortSignal.timeout(60_000) };
}

function networkOf({ subnets, securityGroups, assignPublicIp }: ProjectOptions): Partial<CreateServiceCommandInput> {
  if (!subnets?.length) return {};
  const publicIp = assignPublicIp === false ? ('DISABLED' as const) : ('ENABLED' as const);
  return {
    networkConfiguration: {
      awsvpcConfiguration: { subnets, ...(securityGroups?.length && { securityGroups }), assignPublicIp: publicIp },
    },
  };
}

function loadBalancerOf(options: ProjectOptions, { revision }: Input) {
  const { targetGroupArn, healthCheckGracePeriodSeconds } = options;
  const grace = healthCheckGracePeriodSeconds ?? (targetGroupArn ? 60 : undefined);
  return {
    ...(targetGroupArn && {
      loadBalancers: [{ targetGroupArn, containerName: revision.container.name, containerPort: portOf(revision) }],
    }),
    ...(grace !== undefined && { healthCheckGracePeriodSeconds: grace }),
  };
}

/** CreateCluster gives an existing active cluster back as it is. */
async function ensureCluster(ctx: StepContext): Promise<void> {
  const [{ CreateClusterCommand }, ecs] = await Promise.all([import('@aws-sdk/client-ecs'), ctx.aws.ecs()]);
  const command = new CreateClusterCommand({ clusterName: ctx.project.awsCluster });
  await call('ecs:CreateCluster', (options) => ecs.send(command, options), ctx);
}

/** Asked of AWS instead of our own idea of it: an emulator runs tasks without a network of their own. */
function lacksNetwork(error: unknown): boolean {
  const { code, message } = toFailure(error);
  return code === 'AwsRejected' && /network ?configuration/i.test(message);
}

/** The port that the app listens on; undefined for a task that serves nobody. */
export function portOf({ container }: Revision): number | undefined {
  return container.portMappings?.[0]?.containerPort;
}
