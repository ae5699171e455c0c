import { fail } from '../shared/errors.ts';
import type { StepId } from '../shared/events.ts';
import type { DeployContext } from './context.ts';
import { describeTaskDefinition, lookUpDestination } from './destination.ts';
import type { RollbackGoal } from './earlierRevision.ts';
import { runStep, type Step } from './step.ts';
import { deployService } from './steps/deployService.ts';
import { type Healthy, monitorRollout } from './steps/monitorRollout.ts';
import { type Revision, revisionOf } from './steps/registerTaskDefinition.ts';

export const rollbackSteps: StepId[] = ['register', 'deploy', 'monitor'];

/** Back to an earlier deployment's revision, watched to a verdict of its own. */
export async function rollback(ctx: DeployContext, to: RollbackGoal): Promise<Healthy> {
  const revision = await runStep(ctx, findRevision, to);
  const destination = lookUpDestination(ctx);
  const rollout = await runStep(ctx, deployService, { destination, revision, healthPath: '', force: false });
  return runStep(ctx, monitorRollout, rollout);
}

/** A revision stays in ECS until somebody deregisters it; a deregistered one cannot be run by a service any more. */
const findRevision: Step<RollbackGoal, Revision> = {
  id: 'register',
  async run(ctx, { facts, commitSha, commitMessage, imageTag }) {
    const definition = await describeTaskDefinition(ctx, facts.taskDefinitionArn ?? '');
    if (definition?.status !== 'ACTIVE') throw fail('RevisionGone', facts.taskDefinitionArn ?? 'of that deployment');
    const revision = revisionOf(ctx, facts.imageUri?.replace(/:[^:/]*$/, '') ?? '', definition, true);
    const tag = imageTag || (revision.container.image?.split(':').pop() ?? '');
    await ctx.record({ commitSha, commitMessage, imageTag: tag, facts: { taskDefinitionArn: revision.arn } });
    return revision;
  },
  summary: ({ arn }) => `${arn.split('/').pop()}, registered earlier`,
};
