import { messageOf } from '../shared/errors.ts';
import type { Evidence } from '../shared/models.ts';
import type { StepContext } from './context.ts';
import { failureOf, gather } from './explainEnd.ts';
import type { RolloutFacts } from './rollout.ts';
import { scaleToNothing } from './scaleToNothing.ts';
import type { Rollout } from './steps/deployService.ts';
import { stopDeployment } from './withdraw.ts';

/** What was done about a rollout that is certain to fail; `left`: nothing, so ECS goes on with it. */
export type Done = 'left' | 'stopped' | 'scaled to nothing';

export interface CertainFailure {
  evidence: Evidence;
  done: Promise<Done>;
}

/**
 * Says why the rollout is bound to fail, as soon as that is certain, and stops it as the settings say: ECS goes back
 * to the version before, and a new service, for which there is none, is scaled to 0 tasks, lest they restart for ever.
 */
export async function meetCertainFailure(
  ctx: StepContext,
  rollout: Rollout,
  facts: RolloutFacts,
): Promise<CertainFailure> {
  const evidence = await gather(ctx, rollout, facts);
  const failure = failureOf(ctx, rollout, evidence, { state: 'ended', status: 'failed' });
  ctx.emit({ type: 'failure-known', failure });
  const policy = ctx.settings.rollbackOnCertainFailure;
  const wanted = policy === 'ask' ? ctx.confirmRollback(failure) : Promise.resolve(policy === 'always');
  const done = wanted.then((yes) => (yes ? stop(ctx, rollout) : 'left'));
  // Cancelled meanwhile, or not asked in the end: the watch goes on and says the rest.
  return { evidence, done: done.catch(() => 'left') };
}

async function stop(ctx: StepContext, rollout: Rollout): Promise<Done> {
  try {
    if (rollout.created) await scaleToNothing(ctx, rollout);
    else await stopDeployment(ctx, rollout);
  } catch (error) {
    ctx.signal.throwIfAborted();
    ctx.emit({
      type: 'warning',
      message: `The rollout could not be stopped, ECS goes on with it: ${messageOf(error)}`,
    });
    return 'left';
  }
  ctx.log(
    rollout.created ? 'The new service was scaled to 0 tasks.' : 'ECS was asked to go back to the version before.',
  );
  return rollout.created ? 'scaled to nothing' : 'stopped';
}
