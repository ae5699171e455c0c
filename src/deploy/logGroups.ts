import type { RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import { call } from '../services/aws.ts';
import { toFailure } from '../shared/errors.ts';
import type { DeployContext } from './context.ts';

type Parts = Pick<DeployContext, 'aws' | 'project' | 'signal' | 'log'>;

/** Makes what is missing of the log groups that a task writes to: ECS does not start it without. */
export async function ensureLogGroups(ctx: Parts, request: RegisterTaskDefinitionCommandInput): Promise<void> {
  const groups = (request.containerDefinitions ?? [])
    .map((container) => container.logConfiguration)
    .filter((log) => log?.logDriver === 'awslogs' && log.options?.['awslogs-create-group'] !== 'true')
    .flatMap((log) => log?.options?.['awslogs-group'] ?? []);
  for (const name of new Set(groups)) await ensureLogGroup(ctx, name);
}

/** Tagged as the service is, so that a bill tells whose logs they are; without the tag where that is not allowed. */
async function ensureLogGroup(ctx: Parts, name: string): Promise<void> {
  const { name: project, environment } = ctx.project;
  try {
    await createLogGroup(ctx, name, { 'deployotron:project': project, 'deployotron:environment': environment });
  } catch (error) {
    // To tag it takes a right of its own, logs:TagResource.
    if (toFailure(error).code !== 'AwsAccessDenied') throw error;
    if (await createLogGroup(ctx, name)) ctx.log('register', `Without a tag: ${name}. ${toFailure(error).message}`);
  }
}

/** False when it is there already. @throws DeployError of the AWS group */
async function createLogGroup(ctx: Parts, logGroupName: string, tags?: Record<string, string>): Promise<boolean> {
  const [{ CreateLogGroupCommand }, logs] = await Promise.all([
    import('@aws-sdk/client-cloudwatch-logs'),
    ctx.aws.logs(),
  ]);
  const command = new CreateLogGroupCommand({ logGroupName, tags });
  const exists = 'ResourceAlreadyExistsException';
  return call('logs:CreateLogGroup', (options) => logs.send(command, options), ctx, [exists])
    .then(() => true)
    .catch((error) => {
      if (error instanceof Error && error.name === exists) return false;
      throw error;
    });
}
