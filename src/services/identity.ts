import { type Aws, call } from './aws.ts';

export interface Identity {
  account: string;
  /** ARN of the user or role. */
  identity: string;
}

/** As whom AWS knows these credentials. @throws DeployError of the AWS group */
export async function whoAmI(aws: Aws, signal: AbortSignal): Promise<Identity> {
  const [{ GetCallerIdentityCommand }, sts] = await Promise.all([import('@aws-sdk/client-sts'), aws.sts()]);
  const send = (options: { abortSignal: AbortSignal }) => sts.send(new GetCallerIdentityCommand({}), options);
  const { Account = '', Arn = '' } = await call('sts:GetCallerIdentity', send, { signal, patienceMs: 5_000 });
  return { account: Account, identity: Arn };
}
