import type { Service } from '@aws-sdk/client-ecs';
import { hopelessAfter } from '../diagnosis/hopeless.ts';
import { taskSignature } from '../diagnosis/index.ts';
import type { StepContext } from './context.ts';
import { describeService } from './destination.ts';
import { serviceDeploymentOf, stoppedTask, tasksOf } from './evidence.ts';
import type { RolloutFacts } from './rollout.ts';
import type { Rollout } from './steps/deployService.ts';

/** Failed looks in a row after which AWS counts as out of reach. */
const missedLooks = 3;

interface Look {
  /** What was seen last. */
  facts: RolloutFacts | undefined;
  /** Why nothing was seen any more, time after time. */
  lost?: unknown;
}

/** Looks at a rollout each time that it is called; a look or two that fail leave what was seen before. */
export function keepLooking(ctx: StepContext, rollout: Rollout): () => Promise<Look> {
  let facts: RolloutFacts | undefined;
  let missed = 0;
  return async () => {
    try {
      facts = await lookAt(ctx, rollout);
      missed = 0;
    } catch (error) {
      ctx.signal.throwIfAborted();
      if (++missed >= missedLooks) return { facts, lost: error };
    }
    return { facts };
  };
}

async function lookAt(ctx: StepContext, rollout: Rollout): Promise<RolloutFacts> {
  const { deploymentId } = rollout;
  const [service, stoppedTasks] = await Promise.all([describeService(ctx), tasksOf(ctx, deploymentId, 'STOPPED')]);
  return {
    service,
    deploymentId,
    serviceDeploymentStatus: service && (await serviceDeploymentStatus(ctx, rollout, service)),
    stoppedTasks,
    signatureOf: (task) => taskSignature(stoppedTask(task)),
    hopelessAfter: (task) => hopelessAfter(stoppedTask(task)),
  };
}

/** Asked for only when the deployment is not simply going on; an endpoint that does not know it (an emulator) is no fault. */
async function serviceDeploymentStatus(ctx: StepContext, { deploymentId, revision, since }: Rollout, service: Service) {
  const mine = service.deployments?.find((each) => each.id === deploymentId);
  if (mine?.status === 'PRIMARY' && mine.rolloutState !== 'FAILED') return undefined;
  const found = await serviceDeploymentOf(ctx, service, revision.arn, since).catch(() => undefined);
  return found?.status;
}
