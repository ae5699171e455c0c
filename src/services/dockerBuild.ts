import type Dockerode from 'dockerode';
import { DeployError, fail } from '../shared/errors.ts';
import type { Stage } from '../shared/events.ts';
import type { Hooks } from '../shared/hooks.ts';
import { isInstruction } from '../shared/metrics.ts';
import { redact } from '../shared/redact.ts';
import { countedTar, sendingPart } from './buildBody.ts';
import type { BuildContext } from './buildContext.ts';
import { buildkitLog } from './buildkitLog.ts';
import { type BuildLog, buildFailure } from './buildLog.ts';
import { openSession, type RegistryLogin } from './buildSession.ts';
import { classicLog } from './classicLog.ts';
import { dockerFailure, statusOf } from './dockerFailure.ts';
import { type DockerItem, readItems, startWatch, type Watch } from './dockerStream.ts';

export interface BuildRequest {
  context: BuildContext;
  /** The same for engines without BuildKit, where the Dockerfile has to be another one. */
  classicContext?: () => Promise<BuildContext>;
  /** Inside the context. */
  dockerfilePath: string;
  /** Names for the image, `repository:tag`. */
  tag: string[];
  platform: 'linux/amd64' | 'linux/arm64';
  labels: Record<string, string>;
  buildArgs?: Record<string, string>;
  /** What `RUN --mount=type=secret` gets, by id; hidden in all that the builder says. Only BuildKit knows such mounts. */
  secrets?: Record<string, string>;
  /** Builds every instruction anew. */
  noCache?: boolean;
  /** Keeps in the image what a later build needs to take its layers over. */
  inlineCache?: boolean;
  /** Images with such a cache from which layers may be taken over; whether one is there is of no concern. */
  cacheFrom?: readonly string[];
  /** For the images of `cacheFrom`; no other registry gets it. */
  login?: RegistryLogin;
  /** Minutes; default 30 in all and 15 without a word. After a third of the silence a line says so. */
  limits?: { total?: number; silent?: number };
}

export interface BuiltImage {
  /** `sha256:…` */
  imageId: string;
  sizeBytes: number;
  /** True when nothing had to be built. */
  cached: boolean;
  /** As they stand in the Dockerfile, without FROM, and whether each was taken over from a cache. */
  instructions: readonly { text: string; cached: boolean }[];
}

/**
 * Builds an image with BuildKit, or with the classic builder where the engine has no BuildKit (Podman).
 * Throws BuildFailed with the telling lines, DockerfileInvalid, BaseImageUnavailable, BuildTimedOut, BuildSilent,
 * DockerLost, DiskFull, Cancelled.
 */
export async function buildImage(docker: Dockerode, request: BuildRequest, shown: Hooks): Promise<BuiltImage> {
  const secrets = Object.values(request.secrets ?? {});
  const hooks = secrets.length === 0 ? shown : { ...shown, log: (line: string) => shown.log(redact(line, secrets)) };
  const watch = startWatch(hooks.signal, limitsOf(request, hooks));
  try {
    return await buildWith('buildkit', docker, request, hooks, watch).catch(async (error: unknown) => {
      // Engines without BuildKit do not know the path /session.
      if (statusOf(error) !== 404) throw error;
      const context = (await request.classicContext?.()) ?? request.context;
      return buildWith('classic', docker, { ...request, context }, hooks, watch);
    });
  } catch (error) {
    if (hooks.signal.aborted) throw fail('Cancelled');
    throw withoutSecrets(watch.reason() ?? dockerFailure(error), secrets);
  } finally {
    watch.stop();
  }
}

function withoutSecrets(error: Error, secrets: readonly string[]): Error {
  if (!(error instanceof DeployError) || secrets.length === 0) return error;
  const { message, detail, ...failure } = error.failure;
  const hidden = detail === undefined ? {} : { detail: redact(detail, secrets) };
  return new DeployError({ ...failure, message: redact(message, secrets), ...hidden });
}

function limitsOf({ limits }: BuildRequest, hooks: Hooks): Parameters<typeof startWatch>[1] {
  const total = limits?.total ?? 30;
  const silent = limits?.silent ?? 15;
  const warn = () => {
    hooks.log(`Nothing new from the build for ${Math.round((silent * 60) / 3)} seconds; waiting.`);
    return undefined;
  };
  return [
    {
      milliseconds: total * 60_000,
      total: true,
      reached: () => fail('BuildTimedOut', total),
    },
    {
      milliseconds: silent * 60_000,
      reached: () => fail('BuildSilent', silent),
    },
    { milliseconds: (silent * 60_000) / 3, reached: warn },
  ];
}

async function buildWith(
  builder: 'buildkit' | 'classic',
  docker: Dockerode,
  request: BuildRequest,
  hooks: Hooks,
  watch: Watch,
): Promise<BuiltImage> {
  const log = (builder === 'buildkit' ? buildkitLog : classicLog)({
    log: hooks.log,
    progress: (fraction, detail) => hooks.progress(sendingPart + (1 - sendingPart) * fraction, detail),
  });
  const { files, sizeBytes } = request.context;
  hooks.measured?.({ contextBytes: sizeBytes, contextFiles: files.length });
  const answers = { logins: request.login ? [request.login] : [], secrets: request.secrets ?? {} };
  const session = builder === 'buildkit' ? await watch.race(openSession(docker, answers, watch.signal)) : undefined;
  const body = countedTar(request.context, hooks, watch);
  try {
    const answer = await watch.race(docker.buildImage(body, buildOptions(request, watch.signal, session?.id)));
    const imageId = await readBuild(answer, log, watch).finally(() => {
      for (const stage of log.stages()) hooks.stage?.(stage);
    });
    // The id alone proves nothing: the image has to be there.
    const { Id, Size } = await docker.getImage(imageId).inspect();
    hooks.measured?.({ imageBytes: Size });
    return { imageId: Id, sizeBytes: Size, cached: log.cached(), instructions: instructionsOf(log.stages()) };
  } catch (error) {
    throw classicParseFailure(error) ?? error;
  } finally {
    body.destroy();
    session?.close();
  }
}

function instructionsOf(stages: readonly Stage[]): BuiltImage['instructions'] {
  return stages
    .filter(isInstruction)
    .map(({ name, cached = false }) => ({ text: name.replace(/^\[[^\]]*\] /, ''), cached }));
}

/** As dockerode takes them; it deletes what is no query parameter, hence a new object for every call. */
function buildOptions(request: BuildRequest, signal: AbortSignal, session: string | undefined) {
  return {
    // A number: the string would have dockerode open a session of its own.
    ...(session && { version: 2, session, cachefrom: request.cacheFrom ?? [] }),
    t: request.tag,
    dockerfile: request.dockerfilePath,
    platform: request.platform,
    labels: request.labels,
    buildargs: { ...request.buildArgs, ...(request.inlineCache && { BUILDKIT_INLINE_CACHE: '1' }) },
    nocache: request.noCache ?? false,
    rm: true,
    forcerm: true,
    abortSignal: signal,
    // Types of dockerode know one tag only; the API takes several (POST /build, parameter t).
  } as Omit<Dockerode.ImageBuildOptions, 't'> as Dockerode.ImageBuildOptions;
}

/** The image's id; throws what the answer says went wrong, and DockerLost when it ends without a result. */
async function readBuild(answer: NodeJS.ReadableStream, log: BuildLog, watch: Watch): Promise<string> {
  let imageId = '';
  for await (const item of readItems(answer)) {
    watch.alive();
    log.take(item);
    const message = item.errorDetail?.message ?? item.error;
    if (message) throw buildFailure(message, log.failing());
    imageId = idOf(item) || imageId;
  }
  if (!imageId) throw fail('DockerLost', "the build's answer ended without an image");
  return imageId;
}

function idOf({ id, aux }: DockerItem): string {
  if (id === 'moby.buildkit.trace' || typeof aux !== 'object' || aux === null) return '';
  const imageId = (aux as { ID?: unknown }).ID;
  return typeof imageId === 'string' ? imageId : '';
}

/** The classic builder reads the Dockerfile before it answers, and refuses a wrong one by status. */
function classicParseFailure(error: unknown): Error | undefined {
  if (![400, 500].includes(statusOf(error) ?? 0)) return undefined;
  const failure = dockerFailure(error).failure;
  return failure.detail ? buildFailure(failure.detail, { instruction: '', lines: [], image: '' }) : undefined;
}
