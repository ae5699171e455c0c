import { wasUnhealthy, willStayUnhealthy } from '../diagnosis/hopeless.ts';
import { messageOf } from '../shared/errors.ts';
import type { Evidence } from '../shared/models.ts';
import type { StepContext } from './context.ts';
import { stoppedTask } from './evidence.ts';
import { failureOf, gather } from './explainEnd.ts';
import type { RolloutFacts } from './rollout.ts';
import { scaleToNothing } from './scaleToNothing.ts';
import type { Rollout } from './steps/deployService.ts';
import { stopDeployment } from './withdraw.ts';

/** What was done about a rollout that is certain to fail; `left`: nothing, so ECS goes on with it. */
type Done = 'left' | 'stopped' | 'scaled to nothing';

/** Said where a new service was stopped. */
export const scaledToNothing =
  'There is no version to go back to, so the service was scaled to 0 tasks; the next deployment starts it again.';

export interface CertainFailure {
  evidence: Evidence;
  /** Undefined as long as the user is being asked, or AWS told. */
  done(): Done | undefined;
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
  let done: Done | undefined;
  void wanted
    .then((yes) => (yes ? stop(ctx, rollout) : 'left'))
    // Cancelled meanwhile, or not asked in the end: the watch goes on and says the rest.
    .catch((): Done => 'left')
    .then((what) => {
      done = what;
    });
  return { evidence, done: () => done };
}

/**
 * Whether two tasks were unhealthy for a reason that will hold for the next one, too. Asks for their logs, so it is
 * to be called when another task has stopped, and not at every look.
 */
export async function staysUnhealthy(ctx: StepContext, rollout: Rollout, facts: RolloutFacts): Promise<boolean> {
  const unhealthy = facts.stoppedTasks.filter((task) => wasUnhealthy(stoppedTask(task)));
  if (unhealthy.length < 2) return false;
  const evidence = await gather(ctx, rollout, facts);
  const { causes = [] } = failureOf(ctx, rollout, evidence, { state: 'ended', status: 'failed' });
  return causes[0] !== undefined && willStayUnhealthy(causes[0]);
}

async function stop(ctx: StepContext, rollout: Rollout): Promise<Done> {
  try {
    return await (rollout.created ? stopNewService(ctx, rollout) : goBack(ctx, rollout));
  } catch (error) {
    ctx.signal.throwIfAborted();
    const message = `The rollout could not be stopped, ECS goes on with it: ${messageOf(error)}`;
    ctx.emit({ type: 'warning', message });
    return 'left';
  }
}

async function stopNewService(ctx: StepContext, rollout: Rollout): Promise<Done> {
  await scaleToNothing(ctx, rollout);
  ctx.emit({ type: 'warning', message: scaledToNothing });
  return 'scaled to nothing';
}

/** Where ECS has ended the deployment by itself meanwhile, the watch sees it. */
async function goBack(ctx: StepContext, rollout: Rollout): Promise<Done> {
  if (!(await stopDeployment(ctx, rollout))) return 'left';
  ctx.log('ECS was asked to go back to the version before.');
  return 'stopped';
}
