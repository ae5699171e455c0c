import type { ContainerDefinition, RegisterTaskDefinitionCommandInput, TaskDefinition } from '@aws-sdk/client-ecs';
import { plainWords } from '../../frameworks/dockerfileText.ts';
import type { AppPlan } from '../../frameworks/framework.ts';
import { call } from '../../services/aws.ts';
import { fail } from '../../shared/errors.ts';
import type { DeployContext, StepContext } from '../context.ts';
import type { Destination } from '../destination.ts';
import { executionRoleName } from '../executionRole.ts';
import { ensureLogGroups } from '../logGroups.ts';
import type { Step } from '../step.ts';
import { isSameTaskDefinition, ourContainer, taskDefinitionFor } from '../taskDefinition.ts';
import type { Registry } from './authenticateRegistry.ts';
import type { Image } from './buildImage.ts';
import type { PushedImage } from './pushImage.ts';

export interface Revision {
  taskDefinition: TaskDefinition;
  arn: string;
  /** The one among its containers that carries the app. */
  container: ContainerDefinition;
  /** True when the running revision is what was asked for, so that no new one was made. */
  reused: boolean;
}

interface Input {
  app: AppPlan;
  image: Image;
  registry: Registry;
  pushed: PushedImage;
  destination: Promise<Destination>;
  /** True when the account's role for ECS was made for this deployment. */
  role: Promise<boolean>;
}

/** Step 8: registers the next revision, unless it would be the same as the one that runs. */
export const registerTaskDefinition: Step<Input, Revision> = {
  id: 'register',
  async run(ctx, { app, image, registry, pushed, destination, role }) {
    const { taskDefinition: base } = await destination;
    if (await role) {
      const message = `The account had no IAM role ${executionRoleName}, with which ECS pulls images and writes logs; it was made.`;
      ctx.emit({ type: 'warning', message });
    }
    const request = taskDefinitionFor({
      base,
      service: ctx.project.awsService,
      image: pushed.uri,
      repository: registry.repositoryUri,
      port: app.port,
      command: commandOf(app),
      region: ctx.aws.target.region,
      account: registry.account,
      cpuArchitecture: image.cpuArchitecture,
      options: { ...ctx.project.options, ...app.wishes },
    });
    warnOfOtherPort(ctx, app, request, registry.repositoryUri);
    const reused = base !== undefined && isSameTaskDefinition(base, request);
    const definition = reused ? base : await register(ctx, request);
    const revision = revisionOf(ctx, registry.repositoryUri, definition, reused);
    await ctx.record({ facts: { taskDefinitionArn: revision.arn } });
    return revision;
  },
  summary: ({ arn, reused }) => `${arn.split('/').pop()}${reused ? ', as before' : ''}`,
  skipped: ({ reused }) => reused,
};

/** A generated Dockerfile carries the start command already; an own one is used as it is, so the task must say it. */
export function commandOf({ wishes: { startCommand }, dockerfile }: AppPlan): string[] | undefined {
  if (!startCommand || dockerfile) return undefined;
  return plainWords(startCommand) ?? ['/bin/sh', '-c', startCommand];
}

/** The port of a running service stays as it is, since its load balancer may depend on it; but the user should know. */
function warnOfOtherPort(
  ctx: StepContext,
  app: AppPlan,
  { containerDefinitions = [] }: RegisterTaskDefinitionCommandInput,
  repository: string,
): void {
  const container = ourContainer({ service: ctx.project.awsService, repository }, containerDefinitions);
  const ports = (container.portMappings ?? []).map((each) => each.containerPort);
  if (ports.length === 0 || ports.includes(app.port)) return;
  const message = `The app seems to listen on port ${app.port}, but the service expects it on ${ports.join(', ')}; change that with --port.`;
  ctx.emit({ type: 'warning', message });
}

async function register(ctx: DeployContext, request: RegisterTaskDefinitionCommandInput): Promise<TaskDefinition> {
  await ensureLogGroups(ctx, request);
  const [{ RegisterTaskDefinitionCommand }, ecs] = await Promise.all([import('@aws-sdk/client-ecs'), ctx.aws.ecs()]);
  const command = new RegisterTaskDefinitionCommand(request);
  const answer = await call('ecs:RegisterTaskDefinition', (options) => ecs.send(command, options), ctx);
  if (!answer.taskDefinition) throw fail('AwsUnreadable', 'ecs:RegisterTaskDefinition');
  return answer.taskDefinition;
}

/** `repository` is the address by which our container is found among those of the task. */
export function revisionOf(
  ctx: DeployContext,
  repository: string,
  taskDefinition: TaskDefinition,
  reused: boolean,
): Revision {
  const container = ourContainer(
    { service: ctx.project.awsService, repository },
    taskDefinition.containerDefinitions ?? [],
  );
  return { taskDefinition, arn: taskDefinition.taskDefinitionArn ?? '', container, reused };
}
