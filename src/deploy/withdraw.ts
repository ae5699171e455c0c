import { messageOf } from '../shared/errors.ts';
import type { StepContext } from './context.ts';
import { serviceDeploymentOf } from './evidence.ts';
import type { Rollout } from './steps/deployService.ts';

/**
 * Takes an update back that the user has cancelled: ECS is asked to stop it, which brings the version before back;
 * a service that we made ourselves is deleted. What fails here is logged, since the user has gone already.
 */
export async function withdraw(cancelled: StepContext, rollout: Rollout): Promise<void> {
  // The deployment's own signal has fired; this last piece of work has one of its own.
  const ctx = { ...cancelled, signal: AbortSignal.timeout(patienceMs) };
  try {
    await (rollout.created ? deleteService(ctx) : stopDeployment(ctx, rollout));
    ctx.log(rollout.created ? 'The new service was deleted again.' : 'ECS was asked to go back to the version before.');
  } catch (error) {
    ctx.log(`The update could not be taken back, it goes on in ECS: ${messageOf(error)}`);
  }
}

const patienceMs = 10_000;

/** ECS goes back to the version before; false where there is nothing to stop. Only what we started ourselves: a newer deployment of somebody else goes on. */
export async function stopDeployment(ctx: StepContext, { service, revision, since }: Rollout): Promise<boolean> {
  const { StopServiceDeploymentCommand } = await import('@aws-sdk/client-ecs');
  const ours = await serviceDeploymentOf(ctx, service, revision.arn, since);
  if (ours?.status !== 'IN_PROGRESS' && ours?.status !== 'PENDING') return false;
  const { serviceDeploymentArn } = ours;
  const ecs = await ctx.aws.ecs();
  const command = new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: 'ROLLBACK' });
  await ecs.send(command, { abortSignal: ctx.signal });
  return true;
}

async function deleteService(ctx: StepContext): Promise<void> {
  const { DeleteServiceCommand } = await import('@aws-sdk/client-ecs');
  const ecs = await ctx.aws.ecs();
  const { awsCluster: cluster, awsService: service } = ctx.project;
  const command = new DeleteServiceCommand({ cluster, service, force: true });
  await ecs.send(command, { abortSignal: ctx.signal });
}
