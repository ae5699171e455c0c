import type { Service, Task } from '@aws-sdk/client-ecs';
import { call } from '../services/aws.ts';
import type { Look } from './destination.ts';

/**
 * Where a service answers: at the address that its tag tells (the sandbox does so, and so can whoever owns a domain), else
 * at its load balancer, else at the public address of one of its tasks, on `port`. Empty where it has none.
 * @throws DeployError of the AWS group
 */
export async function serviceUrl(
  look: Look,
  service: Service,
  port: number,
  tasks: () => Promise<Task[]>,
): Promise<string> {
  const told = service.tags?.find((tag) => tag.key === 'deployotron:url')?.value;
  if (told) return told;
  const { targetGroupArn } = service.loadBalancers?.[0] ?? {};
  if (targetGroupArn) return balancerUrl(look, targetGroupArn);
  if (service.networkConfiguration?.awsvpcConfiguration?.assignPublicIp !== 'ENABLED') return '';
  const [task] = await tasks();
  const address = task && (await publicAddress(look, task));
  return address ? addressOf('http', address, port) : '';
}

/** HTTPS where a listener speaks it, else the first port that is listened on. */
async function balancerUrl(look: Look, targetGroup: string): Promise<string> {
  const [sdk, balancing] = await Promise.all([
    import('@aws-sdk/client-elastic-load-balancing-v2'),
    look.aws.balancing(),
  ]);
  const groups = new sdk.DescribeTargetGroupsCommand({ TargetGroupArns: [targetGroup] });
  const { TargetGroups = [] } = await call(
    'elasticloadbalancing:DescribeTargetGroups',
    (options) => balancing.send(groups, options),
    look,
  );
  const arn = TargetGroups[0]?.LoadBalancerArns?.[0];
  if (!arn) return '';
  const balancers = new sdk.DescribeLoadBalancersCommand({ LoadBalancerArns: [arn] });
  const listeners = new sdk.DescribeListenersCommand({ LoadBalancerArn: arn });
  const [{ LoadBalancers = [] }, { Listeners = [] }] = await Promise.all([
    call('elasticloadbalancing:DescribeLoadBalancers', (options) => balancing.send(balancers, options), look),
    call('elasticloadbalancing:DescribeListeners', (options) => balancing.send(listeners, options), look),
  ]);
  const host = LoadBalancers[0]?.DNSName;
  const listener = Listeners.find(({ Protocol }) => Protocol === 'HTTPS') ?? Listeners[0];
  if (!host || !listener?.Port) return '';
  return addressOf(listener.Protocol === 'HTTPS' ? 'https' : 'http', host, listener.Port);
}

function addressOf(scheme: 'http' | 'https', host: string, port: number): string {
  // A URL leaves out the port that its scheme implies.
  return new URL(`${scheme}://${host}:${port}`).href.replace(/\/$/, '');
}

async function publicAddress(look: Look, { attachments = [] }: Task): Promise<string | undefined> {
  const details = attachments.find(({ type }) => type === 'ElasticNetworkInterface')?.details ?? [];
  const id = details.find(({ name }) => name === 'networkInterfaceId')?.value;
  if (!id) return undefined;
  const [{ DescribeNetworkInterfacesCommand }, ec2] = await Promise.all([
    import('@aws-sdk/client-ec2'),
    look.aws.ec2(),
  ]);
  const command = new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [id] });
  const answer = await call('ec2:DescribeNetworkInterfaces', (options) => ec2.send(command, options), look);
  return answer.NetworkInterfaces?.[0]?.Association?.PublicIp;
}
