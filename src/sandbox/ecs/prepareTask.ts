import { AwsError, type LogSink, region } from '../action.ts';
import type { Engine } from '../containers.ts';
import { DockerRefused } from '../dockerAnswers.ts';
import type { WireContainerDefinition } from './containerOptions.ts';
import type { StoredTask } from './state.ts';

/** Why a task could not be started, in AWS's words; it becomes the task's `stoppedReason`. */
export class StartFailure extends Error {}

type RegistryAuth = {
  username: string;
  password: string;
  serveraddress: string;
};

/** Container name → variable → value. @throws StartFailure ResourceInitializationError */
export function readSecrets(
  containers: WireContainerDefinition[],
  /** @throws AwsError when it may not be read. */
  secret: (valueFrom: string) => string | undefined,
): Record<string, Record<string, string>> {
  const lookUp = (from: string) => orRefused(from, () => secret(from)) ?? missingSecret(from);
  return Object.fromEntries(
    containers.map((container) => [
      container.name,
      Object.fromEntries((container.secrets ?? []).map((one) => [String(one.name), lookUp(String(one.valueFrom))])),
    ]),
  );
}

const unable =
  'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed';

function orRefused<T>(from: string, lookUp: () => T): T {
  try {
    return lookUp();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const place = from.startsWith('arn:aws:secretsmanager')
      ? `unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret ${from} from secrets manager`
      : 'unable to retrieve secrets from ssm: service call has been retried 1 time(s)';
    throw new StartFailure(`${unable}: ${place}: ${error.code}: ${error.message}`);
  }
}

function missingSecret(from: string): never {
  if (from.startsWith('arn:aws:secretsmanager'))
    throw new StartFailure(
      `${unable}: unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret ${from} from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret.`,
    );
  throw new StartFailure(
    `${unable}: unable to retrieve secrets from ssm: service call has been retried 1 time(s): invalid ssm parameters: ${from.split(':parameter').at(-1)}`,
  );
}

/** Where the `awslogs` driver writes one container's lines; undefined for any other driver. */
export function logPlace(task: StoredTask, container: WireContainerDefinition) {
  const { logDriver, options = {} } = container.logConfiguration ?? {};
  const group = options['awslogs-group'];
  if (logDriver !== 'awslogs' || group === undefined) return undefined;
  const prefix = options['awslogs-stream-prefix'];
  const stream = [...(prefix ? [prefix] : []), container.name, task.id].join('/');
  return { group, stream, create: options['awslogs-create-group'] === 'true' };
}

/** @throws StartFailure ResourceInitializationError when the group is missing and may not be created. */
export function prepareLogs(task: StoredTask, containers: WireContainerDefinition[], logs: LogSink): void {
  for (const container of containers) {
    const place = logPlace(task, container);
    if (place === undefined) continue;
    if (place.create) logs.ensureLogGroup(place.group);
    try {
      logs.createLogStream(place.group, place.stream);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      // A start that is repeated after a restart finds its stream.
      if (error.code === 'ResourceAlreadyExistsException') continue;
      throw new StartFailure(
        `ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ${error.code}: ${logGroupMissing(error, place.group)} : exit status 1`,
      );
    }
  }
}

function logGroupMissing(error: AwsError, group: string): string {
  return error.code === 'ResourceNotFoundException'
    ? `The specified log group does not exist. (${group}, ${region})`
    : error.message;
}

/**
 * An image of the sandbox's registry is always really pulled; of another one only what is not there under this very name.
 * @returns the content digest. @throws StartFailure CannotPullContainerError
 */
export async function pullImage(engine: Engine, image: string, auth: RegistryAuth): Promise<string | undefined> {
  const ours = image.startsWith(`${hostOf(auth.serveraddress)}/`);
  const here = await engine.imageDigest(image);
  try {
    if (ours || here === undefined) await engine.pull(image, ours ? auth : undefined);
  } catch (error) {
    if (error instanceof DockerRefused)
      throw new StartFailure(`CannotPullContainerError: ${pullProblem(image, error.message)}`);
    throw error;
  }
  return engine.imageDigest(image);
}

function pullProblem(image: string, said: string): string {
  if (/not found|manifest unknown|name unknown|does not exist in the registry/i.test(said))
    return `pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: ${image}: not found`;
  return said;
}

const hostOf = (address: string) => address.replace(/^https?:\/\//, '').split('/')[0];
