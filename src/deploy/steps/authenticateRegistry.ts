import type { Repository } from '@aws-sdk/client-ecr';
import { call } from '../../services/aws.ts';
import type { RegistryAuth } from '../../services/docker.ts';
import { fail } from '../../shared/errors.ts';
import type { DeployContext } from '../context.ts';
import { type Destination, findRepository, pushRepository } from '../destination.ts';
import type { Step } from '../step.ts';
import { logIn, type RegistryLogin } from './initRecord.ts';

export interface Registry {
  /** `host/name` as ECS pulls it. */
  repositoryUri: string;
  /** `host/name` as our Docker pushes to it; the same with the public AWS. */
  pushRepository: string;
  /** The account that the repository belongs to. */
  account: string;
  auth: RegistryAuth;
}

interface Input {
  login: RegistryLogin;
  destination: Promise<Destination>;
}

/** Step 6: makes sure of the repository, and of a login that still holds. */
export const authenticateRegistry: Step<Input, Registry> = {
  id: 'authenticate',
  async run(ctx, { login, destination }) {
    const { repository } = await destination;
    return registryOf(ctx, login, repository ?? (await createRepository(ctx)));
  },
  summary: (registry) => registry.repositoryUri,
};

export function registryOf(ctx: DeployContext, login: RegistryLogin, repository: Repository): Registry {
  const { repositoryUri, registryId = '' } = repository;
  if (!repositoryUri) throw fail('AwsUnreadable', 'ecr:DescribeRepositories');
  return {
    repositoryUri,
    pushRepository: pushRepository(repositoryUri, ctx.aws.target.endpoint),
    account: registryId,
    auth: registryAuth(login),
  };
}

export async function freshAuth(ctx: DeployContext): Promise<RegistryAuth> {
  return registryAuth(await logIn(ctx));
}

function registryAuth({ username, password, proxyEndpoint }: RegistryLogin): RegistryAuth {
  return { username, password, serveraddress: proxyEndpoint };
}

/** Another deployment may create it at the same moment; then it is as good as ours. */
async function createRepository(ctx: DeployContext): Promise<Repository> {
  const [{ CreateRepositoryCommand }, ecr] = await Promise.all([import('@aws-sdk/client-ecr'), ctx.aws.ecr()]);
  const command = new CreateRepositoryCommand({
    repositoryName: ctx.project.ecrRepository,
    imageScanningConfiguration: { scanOnPush: true },
    tags: [{ Key: 'deployotron:project', Value: ctx.project.name }],
  });
  const exists = 'RepositoryAlreadyExistsException';
  const created = await call('ecr:CreateRepository', (options) => ecr.send(command, options), ctx, [exists])
    .then((answer) => answer.repository)
    .catch((error) => {
      if (error instanceof Error && error.name === exists) return findRepository(ctx);
      throw error;
    });
  if (!created) throw fail('AwsUnreadable', 'ecr:CreateRepository');
  return created;
}
