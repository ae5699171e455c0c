import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { CostExplorerClient } from '@aws-sdk/client-cost-explorer';
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { ECRClient } from '@aws-sdk/client-ecr';
import type { ECSClient } from '@aws-sdk/client-ecs';
import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { IAMClient } from '@aws-sdk/client-iam';
import type { STSClient } from '@aws-sdk/client-sts';
import { awsFailure, isTransient } from './awsErrors.ts';
import { isLoopback as isLoopbackHost } from './gitUrl.ts';

export interface AwsKeys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** Which AWS, and as whom. */
export interface AwsTarget {
  region: string;
  /** A URL, or empty for the public AWS. */
  endpoint: string;
  /** Name of a profile in ~/.aws, or empty for the usual chain. */
  profile: string;
  /** Keys that the user has stored; they count when no profile is named, and before the usual chain. */
  keys?(): Promise<AwsKeys | undefined>;
}

/** The clients, each loaded when first asked for. */
export interface Aws {
  readonly target: AwsTarget;
  ecs(): Promise<ECSClient>;
  ecr(): Promise<ECRClient>;
  logs(): Promise<CloudWatchLogsClient>;
  sts(): Promise<STSClient>;
  costExplorer(): Promise<CostExplorerClient>;
  ec2(): Promise<EC2Client>;
  iam(): Promise<IAMClient>;
  balancing(): Promise<ElasticLoadBalancingV2Client>;
}

export function connectAws(target: AwsTarget): Aws {
  return {
    target,
    ecs: once(async () => new (await import('@aws-sdk/client-ecs')).ECSClient(await clientConfig(target))),
    ecr: once(async () => new (await import('@aws-sdk/client-ecr')).ECRClient(await clientConfig(target))),
    logs: once(
      async () =>
        new (await import('@aws-sdk/client-cloudwatch-logs')).CloudWatchLogsClient(await clientConfig(target)),
    ),
    sts: once(async () => new (await import('@aws-sdk/client-sts')).STSClient(await clientConfig(target))),
    costExplorer: once(async () => {
      const { CostExplorerClient } = await import('@aws-sdk/client-cost-explorer');
      // The bill of all regions is kept in this one.
      return new CostExplorerClient({ ...(await clientConfig(target)), region: 'us-east-1' });
    }),
    ec2: once(async () => new (await import('@aws-sdk/client-ec2')).EC2Client(await clientConfig(target))),
    iam: once(async () => new (await import('@aws-sdk/client-iam')).IAMClient(await clientConfig(target))),
    balancing: once(async () => {
      const { ElasticLoadBalancingV2Client } = await import('@aws-sdk/client-elastic-load-balancing-v2');
      return new ElasticLoadBalancingV2Client(await clientConfig(target));
    }),
  };
}

export interface CallOptions {
  signal: AbortSignal;
  /** For how long a passing fault is retried; default 30 s. */
  patienceMs?: number;
}

/**
 * Sends one command and tries again, with growing pauses, as long as the fault is of the passing kind and patience lasts:
 * the SDK's own three attempts are used up within a second, and an outage of five seconds is common.
 * `what` is the action's name, such as `ecs:UpdateService`; it stands in the sentence of the failure.
 * @throws DeployError of the AWS group; an error named in `expected` comes out as AWS gave it.
 */
export async function call<Output>(
  what: string,
  send: (options: { abortSignal: AbortSignal }) => Promise<Output>,
  { signal, patienceMs = 30_000 }: CallOptions,
  expected: readonly string[] = [],
): Promise<Output> {
  const { default: retry } = await import('p-retry');
  return retry(() => send({ abortSignal: signal }), {
    retries: 8,
    factor: 1.8,
    minTimeout: 250,
    maxTimeout: 8_000,
    randomize: true,
    maxRetryTime: patienceMs,
    signal,
    shouldRetry: ({ error }) => isTransient(error),
  }).catch((error) => {
    signal.throwIfAborted();
    if (error instanceof Error && expected.includes(error.name)) throw error;
    throw awsFailure(error, what);
  });
}

/** True for addresses of this very computer, such as the sandbox's. */
export function isLoopback(endpoint: string): boolean {
  return endpoint !== '' && isLoopbackHost(new URL(endpoint).hostname);
}

async function clientConfig(target: AwsTarget) {
  return {
    region: target.region,
    ...(target.endpoint && { endpoint: target.endpoint }),
    credentials: await credentialsFor(target),
    maxAttempts: 2,
    // Without throwOnRequestTimeout the handler only warns, and waits for ever.
    requestHandler: {
      connectionTimeout: 5_000,
      requestTimeout: 15_000,
      throwOnRequestTimeout: true,
    },
  };
}

/**
 * An AWS on this computer needs no account, so it gets made-up keys where the user has set none in the environment:
 * real ones from ~/.aws are for the real AWS.
 */
async function credentialsFor({ endpoint, profile, region, keys }: AwsTarget) {
  if (isLoopback(endpoint) && !profile && !process.env.AWS_ACCESS_KEY_ID) {
    return { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
  }
  const stored = profile ? undefined : await keys?.();
  if (stored) return stored;
  const { fromNodeProviderChain } = await import('@aws-sdk/credential-providers');
  return fromNodeProviderChain({
    ...(profile && { profile }),
    clientConfig: { region },
    maxRetries: 0,
  });
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
