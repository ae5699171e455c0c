import type { Service } from '@aws-sdk/client-ecs';
import { call } from '../services/aws.ts';
import type { StepContext } from './context.ts';
import type { Rollout } from './steps/deployService.ts';

/** On a service that we scaled to 0: how many tasks it had, and the deployment that failed: `1 ecs-svc/0123`. */
const tag = 'deployotron:desired-count';

/** A new service whose tasks cannot start has nothing to go back to; at 0 tasks it waits for the next deployment. */
export async function scaleToNothing(ctx: StepContext, { service, deploymentId }: Rollout): Promise<void> {
  const [{ TagResourceCommand, UpdateServiceCommand }, ecs] = await Promise.all([
    import('@aws-sdk/client-ecs'),
    ctx.aws.ecs(),
  ]);
  const { serviceArn, serviceName, desiredCount } = service;
  const remember = new TagResourceCommand({
    resourceArn: serviceArn,
    tags: [{ key: tag, value: `${desiredCount ?? 1} ${deploymentId}` }],
  });
  await call('ecs:TagResource', (options) => ecs.send(remember, options), ctx);
  const update = new UpdateServiceCommand({ cluster: ctx.project.awsCluster, service: serviceName, desiredCount: 0 });
  await call('ecs:UpdateService', (options) => ecs.send(update, options), ctx);
}

/** The number of tasks that a service had before we scaled it to 0; undefined where somebody else did, or has deployed since. */
export function rememberedCount({ tags = [], deployments = [] }: Service): number | undefined {
  const [count, id] = tags.find(({ key }) => key === tag)?.value?.split(' ') ?? [];
  const isLatest = deployments.some((each) => each.status === 'PRIMARY' && each.id === id);
  return isLatest ? Number(count) || undefined : undefined;
}
