import type { SecurityGroup } from '@aws-sdk/client-ec2';
import { call } from '../services/aws.ts';
import { fail, toFailure } from '../shared/errors.ts';
import type { ProjectOptions } from '../shared/models.ts';
import type { StepContext } from './context.ts';
import type { Look } from './destination.ts';

/** The VPC that AWS made with the account; its subnets are public. */
export interface DefaultVpc {
  id: string;
  subnets: string[];
}

/**
 * The network of a new service that was told none: the default VPC, with the app's port open to everyone.
 * @throws DeployError NetworkConfigurationMissing, or one of the AWS group
 */
export async function defaultNetwork(ctx: StepContext, port: number | undefined): Promise<ProjectOptions> {
  const { securityGroups, targetGroupArn } = ctx.project.options;
  // Which network a balancer's targets belong to is its owner's to say.
  if (targetGroupArn || !port) throw fail('NetworkConfigurationMissing', '');
  try {
    const vpc = await findDefaultVpc(ctx);
    if (!vpc) throw fail('NetworkConfigurationMissing', 'this account has no default VPC in the region');
    if (securityGroups?.length) return { subnets: vpc.subnets };
    const group = await openToEveryone(ctx, vpc, port);
    const message = `The service runs in the default VPC ${vpc.id}; its security group ${group} lets everyone in on port ${port}.`;
    ctx.emit({ type: 'warning', message });
    return { subnets: vpc.subnets, securityGroups: [group] };
  } catch (error) {
    if (toFailure(error).code !== 'AwsAccessDenied') throw error;
    throw fail('NetworkConfigurationMissing', 'these credentials may not look for the default VPC');
  }
}

/** Undefined where the account has none, or none any more. @throws DeployError of the AWS group */
export async function findDefaultVpc(look: Look): Promise<DefaultVpc | undefined> {
  const [{ DescribeSubnetsCommand }, ec2] = await Promise.all([import('@aws-sdk/client-ec2'), look.aws.ec2()]);
  const command = new DescribeSubnetsCommand({ Filters: [{ Name: 'default-for-az', Values: ['true'] }] });
  const { Subnets = [] } = await call('ec2:DescribeSubnets', (options) => ec2.send(command, options), look);
  const id = Subnets[0]?.VpcId;
  return id ? { id, subnets: Subnets.flatMap(({ SubnetId }) => SubnetId ?? []) } : undefined;
}

/**
 * The id of a security group that lets the port in from everywhere, made when it is missing: the VPC's own one lets
 * nobody in. @throws DeployError of the AWS group
 */
async function openToEveryone(look: Look, vpc: DefaultVpc, port: number): Promise<string> {
  const name = `deployotron-${look.project.awsService}`;
  const found = await findGroup(look, vpc, name);
  const id = found?.GroupId ?? (await makeGroup(look, vpc, name));
  if (!lets(found, port)) await letIn(look, id, port);
  return id;
}

async function findGroup(look: Look, vpc: DefaultVpc, name: string): Promise<SecurityGroup | undefined> {
  const [{ DescribeSecurityGroupsCommand }, ec2] = await Promise.all([import('@aws-sdk/client-ec2'), look.aws.ec2()]);
  const command = new DescribeSecurityGroupsCommand({
    Filters: [
      { Name: 'vpc-id', Values: [vpc.id] },
      { Name: 'group-name', Values: [name] },
    ],
  });
  const answer = await call('ec2:DescribeSecurityGroups', (options) => ec2.send(command, options), look);
  return answer.SecurityGroups?.[0];
}

async function makeGroup(look: Look, vpc: DefaultVpc, name: string): Promise<string> {
  const [{ CreateSecurityGroupCommand }, ec2] = await Promise.all([import('@aws-sdk/client-ec2'), look.aws.ec2()]);
  const command = new CreateSecurityGroupCommand({
    VpcId: vpc.id,
    GroupName: name,
    Description: `Lets everyone reach the ECS service ${look.project.awsService}`,
    TagSpecifications: [
      { ResourceType: 'security-group', Tags: [{ Key: 'deployotron:project', Value: look.project.name }] },
    ],
  });
  const { GroupId = '' } = await call('ec2:CreateSecurityGroup', (options) => ec2.send(command, options), look);
  return GroupId;
}

async function letIn(look: Look, GroupId: string, port: number): Promise<void> {
  const [{ AuthorizeSecurityGroupIngressCommand }, ec2] = await Promise.all([
    import('@aws-sdk/client-ec2'),
    look.aws.ec2(),
  ]);
  const IpPermissions = [{ IpProtocol: 'tcp', FromPort: port, ToPort: port, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }];
  const command = new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions });
  await call('ec2:AuthorizeSecurityGroupIngress', (options) => ec2.send(command, options), look);
}

function lets(group: SecurityGroup | undefined, port: number): boolean {
  return (group?.IpPermissions ?? []).some(({ FromPort, ToPort }) => FromPort === port && ToPort === port);
}
