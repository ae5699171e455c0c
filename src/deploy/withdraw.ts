import { messageOf } from '../shared/errors.ts';
import type { StepContext } from './context.ts';
import type { Rollout } from './steps/deployService.ts';

/**
 * Takes an update back that the user has cancelled: ECS is asked to stop it, which brings the version before back;
 * a service that we made ourselves is deleted. What fails here is logged, since the user has gone already.
 */
export async function withdraw(ctx: StepContext, rollout: Rollout): Promise<void> {
  try {
    await (rollout.created ? deleteService(ctx) : stopDeployment(ctx));
    ctx.log(rollout.created ? 'The new service was deleted again.' : 'ECS was asked to go back to the version before.');
  } catch (error) {
    ctx.log(`The update could not be taken back, it goes on in ECS: ${messageOf(error)}`);
  }
}

const patienceMs = 10_000;

async function stopDeployment(ctx: StepContext): Promise<void> {
  const { ListServiceDeploymentsCommand, StopServiceDeploymentCommand } = await import('@aws-sdk/client-ecs');
  const ecs = await ctx.aws.ecs();
  const { awsCluster: cluster, awsService: service } = ctx.project;
  const options = { abortSignal: AbortSignal.timeout(patienceMs) };
  const list = new ListServiceDeploymentsCommand({ cluster, service, status: ['PENDING', 'IN_PROGRESS'] });
  const { serviceDeployments = [] } = await ecs.send(list, options);
  for (const { serviceDeploymentArn } of serviceDeployments) {
    await ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: 'ROLLBACK' }), options);
  }
}

async function deleteService(ctx: StepContext): Promise<void> {
  const { DeleteServiceCommand } = await import('@aws-sdk/client-ecs');
  const ecs = await ctx.aws.ecs();
  const { awsCluster: cluster, awsService: service } = ctx.project;
  const command = new DeleteServiceCommand({ cluster, service, force: true });
  await ecs.send(command, { abortSignal: AbortSignal.timeout(patienceMs) });
}
