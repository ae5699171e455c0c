import { mkdir } from 'node:fs/promises';
import type { AuthorizationData } from '@aws-sdk/client-ecr';
import type Dockerode from 'dockerode';
import { call } from '../../services/aws.ts';
import { checkDocker, connectDocker } from '../../services/docker.ts';
import { fail } from '../../shared/errors.ts';
import type { DeployContext } from '../context.ts';
import type { Step } from '../step.ts';

export interface Preflight {
  docker: Dockerode;
  /** The login to ECR; asked for at once, because it shows at no cost that AWS is there and knows us. */
  login: RegistryLogin;
}

export interface RegistryLogin {
  username: string;
  password: string;
  /** URL of the registry, as AWS gave it. */
  proxyEndpoint: string;
}

/** Step 1: makes the work folder, and finds out within seconds what would otherwise fail after minutes. */
export const initRecord: Step<void, Preflight> = {
  id: 'record',
  async run(ctx) {
    await mkdir(ctx.workDir, { recursive: true, mode: 0o700 });
    const docker = await connectDocker();
    const [login] = await Promise.all([logIn(ctx), checkDocker(docker, ctx.signal)]);
    return { docker, login };
  },
  summary: () => 'Docker and AWS answer',
};

/** A new login to the registry; ECR's is good for 12 hours. */
export async function logIn(ctx: DeployContext): Promise<RegistryLogin> {
  const [{ GetAuthorizationTokenCommand }, ecr] = await Promise.all([import('@aws-sdk/client-ecr'), ctx.aws.ecr()]);
  const send = (options: { abortSignal: AbortSignal }) => ecr.send(new GetAuthorizationTokenCommand({}), options);
  const { authorizationData = [] } = await call('ecr:GetAuthorizationToken', send, ctx);
  return parseLogin(authorizationData[0]);
}

function parseLogin(data: AuthorizationData | undefined): RegistryLogin {
  const [username, password] = Buffer.from(data?.authorizationToken ?? '', 'base64')
    .toString()
    .split(':');
  if (!username || !password) throw fail('AwsUnreadable', 'ecr:GetAuthorizationToken');
  return { username, password, proxyEndpoint: data?.proxyEndpoint ?? '' };
}
