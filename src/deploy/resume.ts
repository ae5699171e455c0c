import { fail } from '../shared/errors.ts';
import type { StepId } from '../shared/events.ts';
import type { Deployment } from '../shared/models.ts';
import type { DeployContext } from './context.ts';
import { describeService, describeTaskDefinition } from './destination.ts';
import { runStep } from './step.ts';
import type { Rollout } from './steps/deployService.ts';
import { type Healthy, monitorRollout } from './steps/monitorRollout.ts';
import { revisionOf } from './steps/registerTaskDefinition.ts';

export const resumeSteps: StepId[] = ['monitor'];

/** Watches the ECS deployment that the record names, to the verdict that nobody waited for. */
export async function resumeWatching(ctx: DeployContext, record: Deployment): Promise<Healthy> {
  return runStep(ctx, monitorRollout, await findRollout(ctx, record));
}

async function findRollout(ctx: DeployContext, { facts, startedAt }: Deployment): Promise<Rollout> {
  const { ecsDeploymentId = '', taskDefinitionArn = '', imageUri = '' } = facts;
  const [service, definition] = await Promise.all([
    describeService(ctx),
    describeTaskDefinition(ctx, taskDefinitionArn),
  ]);
  if (!service) throw fail('ServiceGone', ctx.project.awsService);
  if (!definition) throw fail('RevisionGone', taskDefinitionArn);
  return {
    service,
    deploymentId: ecsDeploymentId,
    revision: revisionOf(ctx, imageUri.replace(/[:@][^/]*$/, ''), definition, true),
    since: new Date(startedAt * 1000),
    // What is not known any more is taken for the careful case: a cancelled watch then deletes no service.
    created: false,
    unchanged: false,
  };
}
