import type { Service } from '@aws-sdk/client-ecs';
import { call } from '../services/aws.ts';
import { toFailure } from '../shared/errors.ts';
import type { Figures } from '../shared/events.ts';
import type { StepContext } from './context.ts';

type Parts = Pick<StepContext, 'aws' | 'signal' | 'log'>;

/** What a service's first target group makes a rollout wait for; empty without one. Never rejects: who may not look is told. */
export async function balancerFigures(ctx: Parts, service: Service): Promise<Figures> {
  const { targetGroupArn } = service.loadBalancers?.[0] ?? {};
  if (!targetGroupArn) return {};
  return readGroup(ctx, targetGroupArn).catch((error: unknown) => {
    if (!ctx.signal.aborted)
      ctx.log(`How its target group checks and drains is not known: ${toFailure(error).message}`);
    return {};
  });
}

async function readGroup(ctx: Parts, arn: string): Promise<Figures> {
  const [sdk, balancing] = await Promise.all([
    import('@aws-sdk/client-elastic-load-balancing-v2'),
    ctx.aws.balancing(),
  ]);
  const groups = new sdk.DescribeTargetGroupsCommand({ TargetGroupArns: [arn] });
  const attributes = new sdk.DescribeTargetGroupAttributesCommand({ TargetGroupArn: arn });
  const patient = { signal: ctx.signal, patienceMs: 5_000 };
  const [{ TargetGroups = [] }, { Attributes = [] }] = await Promise.all([
    call('elasticloadbalancing:DescribeTargetGroups', (options) => balancing.send(groups, options), patient),
    call(
      'elasticloadbalancing:DescribeTargetGroupAttributes',
      (options) => balancing.send(attributes, options),
      patient,
    ),
  ]);
  const delay = Attributes.find(({ Key }) => Key === 'deregistration_delay.timeout_seconds')?.Value;
  return {
    targetIntervalSeconds: TargetGroups[0]?.HealthCheckIntervalSeconds,
    targetHealthyThreshold: TargetGroups[0]?.HealthyThresholdCount,
    deregistrationSeconds: delay === undefined ? undefined : Number(delay),
  };
}
