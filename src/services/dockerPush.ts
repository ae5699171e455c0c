import type Dockerode from 'dockerode';
import { fail } from '../shared/errors.ts';
import type { Stage } from '../shared/events.ts';
import type { Hooks } from '../shared/hooks.ts';
import { dockerFailure } from './dockerFailure.ts';
import { bytesText, type DockerItem, readItems, startWatch, type Watch } from './dockerStream.ts';
import { hostOf, splitReference } from './imageReference.ts';
import { isExpired, isPassing, pushFailure } from './pushFailure.ts';

/** What the engine hands to the registry; it goes in a header, never in a URL. */
export interface RegistryAuth {
  username: string;
  password: string;
  serveraddress: string;
}

export interface PushRequest {
  /** `host/repository:tag`, a name that the local image has. */
  reference: string;
  auth: RegistryAuth;
  /** A fresh login, asked for once when the registry says that this one has expired. */
  refreshAuth?(): Promise<RegistryAuth>;
  /** Seconds without a byte after which the registry counts as silent; default 120. */
  silentSeconds?: number;
}

const attempts = 3;
/** The engine itself sends a layer up to five times within 50 seconds; after that another whole push is no help. */
const retryMilliseconds = 45_000;

/**
 * Pushes an image and returns its digest, `sha256:…`. Layers that the registry has are skipped, so a second attempt
 * goes on where the first one stopped.
 * Throws RegistryRefused, RegistryUnreachable, RegistryFailed, RegistrySilent, RegistryRepositoryMissing,
 * ImageTagImmutable, DockerLost, Cancelled.
 */
export async function pushImage(docker: Dockerode, request: PushRequest, hooks: Hooks): Promise<{ digest: string }> {
  const { default: pRetry } = await import('p-retry');
  let auth = request.auth;
  let refreshed = false;
  let attempted = 0;
  const attempt = () => {
    hooks.measured?.({ pushAttempts: ++attempted });
    return pushOnce(docker, request, auth, hooks);
  };
  try {
    return await pRetry(attempt, {
      retries: attempts - 1,
      minTimeout: 1000,
      maxRetryTime: retryMilliseconds,
      signal: hooks.signal,
      shouldRetry: async ({ error }) => {
        if (!isExpired(error) || refreshed || !request.refreshAuth) return isPassing(error);
        refreshed = true;
        auth = await request.refreshAuth();
        return true;
      },
      onFailedAttempt: ({ error, retriesLeft }) => {
        if (retriesLeft > 0 && isPassing(error)) hooks.log(`${error.message} Trying again.`);
      },
    });
  } catch (error) {
    throw hooks.signal.aborted ? fail('Cancelled') : dockerFailure(error);
  }
}

async function pushOnce(
  docker: Dockerode,
  { reference, silentSeconds = 120 }: PushRequest,
  auth: RegistryAuth,
  hooks: Hooks,
): Promise<{ digest: string }> {
  const { repository, tag } = splitReference(reference);
  const silent = {
    milliseconds: silentSeconds * 1000,
    reached: () => fail('RegistrySilent', hostOf(reference), silentSeconds),
  };
  const watch = startWatch(hooks.signal, [silent]);
  try {
    // The repository as the name and the tag apart is the one form that Docker and Podman both take.
    const options = { tag, authconfig: auth, abortSignal: watch.signal };
    const answer = await watch.race(docker.getImage(repository).push(options));
    return { digest: await readPush(answer, reference, hooks, watch) };
  } catch (error) {
    throw watch.reason() ?? dockerFailure(error);
  } finally {
    watch.stop();
  }
}

async function readPush(answer: NodeJS.ReadableStream, reference: string, hooks: Hooks, watch: Watch): Promise<string> {
  const layers = pushLog(hooks, watch);
  let digest = '';
  for await (const item of readItems(answer)) {
    const message = item.errorDetail?.message ?? item.error;
    if (message) throw pushFailure(message, reference);
    layers(item);
    digest = digestOf(item) || digest;
  }
  if (!digest) throw fail('DockerLost', "the push's answer ended without a digest");
  return digest;
}

/** An engine that keeps its images in containerd, as Docker 29 and Docker Desktop do, says it in words only. */
function digestOf({ aux, id, status = '' }: DockerItem): string {
  const inWords = id ? undefined : /: digest: (sha256:[0-9a-f]{64}) size: \d+$/.exec(status);
  return (aux as { Digest?: string } | undefined)?.Digest ?? inWords?.[1] ?? '';
}

/** Follows all layers of one push: progress in bytes, and a log line whenever a layer's state changes. */
function pushLog(hooks: Hooks, watch: Watch): (item: DockerItem) => void {
  const layers = new Map<string, Layer>();
  let furthest = -1;
  return ({ id, status, progressDetail }) => {
    if (!status) return;
    if (!id) return hooks.log(status);
    const before = layers.get(id) ?? {
      status: '',
      current: 0,
      total: 0,
      done: false,
      startedAt: 0,
    };
    if (kindOf(status) !== kindOf(before.status)) hooks.log(`${id}: ${status}`);
    const done = /^(?:Pushed|Layer already exists|Mounted from)/.test(status);
    const total = Math.max(before.total, progressDetail?.total ?? 0);
    const current = done ? total : Math.min(total, progressDetail?.current ?? before.current);
    // A layer that waits for its turn is not being sent yet.
    const startedAt = before.startedAt || (/^(?:Preparing|Waiting)/.test(status) ? 0 : Date.now());
    layers.set(id, { status, current, total, done, startedAt });
    if (done && !before.done) hooks.stage?.(layerStage(id, status, total, startedAt));

    const { fraction, bytes, known } = measure([...layers.values()]);
    // Only what moves forward counts: the engine's own retries go on talking while nothing arrives.
    if (fraction <= furthest) return;
    furthest = fraction;
    watch.alive();
    hooks.progress(fraction, known > 0 ? bytesText(bytes, known) : `${layers.size} layers`);
  };
}

interface Layer {
  status: string;
  current: number;
  total: number;
  done: boolean;
  /** Milliseconds since 1970; 0 while it waits. */
  startedAt: number;
}

function layerStage(id: string, status: string, bytes: number, startedAt: number): Stage {
  const cached = status !== 'Pushed';
  return {
    name: `layer ${id}`,
    startedAt,
    endedAt: Date.now(),
    ...(cached && { cached }),
    ...(bytes > 0 && { bytes }),
  };
}

/** While the engine waits to send a layer again it counts the seconds down; that is one state. */
function kindOf(status: string): string {
  return status.startsWith('Retrying') ? 'Retrying' : status;
}

/** The size of a layer is known only once its turn comes, so bytes are weighed with the part of the layers that are known. */
function measure(layers: { current: number; total: number; done: boolean }[]) {
  const bytes = layers.reduce((sum, layer) => sum + layer.current, 0);
  const known = layers.reduce((sum, layer) => sum + layer.total, 0);
  const begun = layers.filter((layer) => layer.done || layer.total > 0).length / layers.length;
  return { fraction: begun * (known > 0 ? bytes / known : 1), bytes, known };
}
