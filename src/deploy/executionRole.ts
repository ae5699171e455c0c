import { call } from '../services/aws.ts';
import { fail, toFailure } from '../shared/errors.ts';
import type { Destination, Look } from './destination.ts';

/** The name under which AWS's own consoles make the role; it lets ECS pull from ECR and write logs. */
export const executionRoleName = 'ecsTaskExecutionRole';

const policyArn = 'arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy';

/** Who may take the role on: ECS, for tasks. */
const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

/**
 * For a service's first revision: makes the role where the account does not have it, as one that never used ECS. Early in
 * a deployment, since a new role takes IAM some seconds to make known.
 * Gives true when it was made. Who may not look into IAM is told nothing: the role may well be there.
 * @throws DeployError ExecutionRoleMissing, or one of the AWS group
 */
export async function ensureExecutionRole(look: Look, { taskDefinition }: Destination): Promise<boolean> {
  const isNamed = taskDefinition !== undefined || look.project.options.executionRoleArn !== undefined;
  if (isNamed || (await mayExist(look))) return false;
  const [{ AttachRolePolicyCommand, CreateRoleCommand }, iam] = await Promise.all([
    import('@aws-sdk/client-iam'),
    look.aws.iam(),
  ]);
  const create = new CreateRoleCommand({
    RoleName: executionRoleName,
    AssumeRolePolicyDocument: JSON.stringify(trust),
  });
  const attach = new AttachRolePolicyCommand({ RoleName: executionRoleName, PolicyArn: policyArn });
  try {
    await call('iam:CreateRole', (options) => iam.send(create, options), look);
    await call('iam:AttachRolePolicy', (options) => iam.send(attach, options), look);
  } catch (error) {
    throw toFailure(error).code === 'AwsAccessDenied' ? fail('ExecutionRoleMissing', executionRoleName) : error;
  }
  return true;
}

/** False only where IAM says so: a look that fails is no reason to stop a deployment. */
async function mayExist(look: Look): Promise<boolean> {
  const [{ GetRoleCommand }, iam] = await Promise.all([import('@aws-sdk/client-iam'), look.aws.iam()]);
  const command = new GetRoleCommand({ RoleName: executionRoleName });
  const missing = 'NoSuchEntityException';
  const { signal } = look;
  try {
    await call('iam:GetRole', (options) => iam.send(command, options), { signal, patienceMs: 5_000 }, [missing]);
  } catch (error) {
    signal.throwIfAborted();
    return !(error instanceof Error && error.name === missing);
  }
  return true;
}
