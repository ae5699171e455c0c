import type Dockerode from 'dockerode';
import type { DependencyStage } from '../frameworks/dependencyStages.ts';
import type { BuildContext } from '../services/buildContext.ts';
import { type BuildRequest, type BuiltImage, buildImage, pushImage } from '../services/docker.ts';
import { hostOf, splitReference } from '../services/imageReference.ts';
import { DeployError, toFailure } from '../shared/errors.ts';
import type { Hooks } from '../shared/hooks.ts';
import type { CpuArchitecture } from '../shared/models.ts';
import type { DeployContext } from './context.ts';
import { type Destination, pushRepository } from './destination.ts';
import { projectLabel } from './localImages.ts';
import { pushedDigest } from './pushedDigest.ts';
import { freshAuth, type Registry } from './steps/authenticateRegistry.ts';
import type { Image } from './steps/buildImage.ts';
import type { RegistryLogin } from './steps/initRecord.ts';

/** What a build leaves to be kept for builds on other computers. */
export interface BuildCache {
  stages: readonly DependencyStage[];
  /** What the build of the image did. */
  instructions: BuiltImage['instructions'];
  dockerfilePath: string;
  /** The files of the build, with another text at `dockerfilePath`. */
  contextWith(dockerfile: string): Promise<BuildContext>;
}

type Platform = BuildRequest['platform'];

export function platformOf(cpuArchitecture: CpuArchitecture): Platform {
  return cpuArchitecture === 'ARM64' ? 'linux/arm64' : 'linux/amd64';
}

/** Beginning of the tags under which layers are kept; unlike an image's they are pushed anew. */
export const cacheTagPrefix = 'buildcache-';

/** From where a build takes over what is kept of these stages. Pure. */
export function cacheSources(
  { project, aws }: DeployContext,
  { repository }: Destination,
  stages: readonly DependencyStage[],
  platform: Platform,
  { username, password }: RegistryLogin,
): Pick<BuildRequest, 'cacheFrom' | 'login'> {
  if (!repository?.repositoryUri || stages.length === 0) return {};
  const name = pushRepository(repository.repositoryUri, aws.target.endpoint);
  return {
    cacheFrom: stages.map((stage) => cacheReference(name, project.name, platform, stage)),
    login: { host: hostOf(name), username, password },
  };
}

/** A cache that cannot be read is as good as none: BuildKit itself goes on without most, and here the others are left. */
export async function buildWithCache(docker: Dockerode, request: BuildRequest, hooks: Hooks): Promise<BuiltImage> {
  const { cacheFrom, login, ...plain } = request;
  return buildImage(docker, request, hooks).catch((error: unknown) => {
    if (!cacheFrom || !mayBeOfTheCache(error)) throw error;
    hooks.log(`Building again without the build cache, since with it the build failed: ${error.message}`);
    return buildImage(docker, plain, hooks);
  });
}

/** A command that ran and failed does so without a cache, too. */
function mayBeOfTheCache(error: unknown): error is DeployError {
  if (!(error instanceof DeployError)) return false;
  const { code, detail = '' } = error.failure;
  return ['BuildFailed', 'BaseImageUnavailable', 'DockerFailed'].includes(code) && !/exit code: \d/.test(detail);
}

function cacheReference(repository: string, project: string, platform: Platform, { number }: DependencyStage): string {
  return `${repository}:${cacheTagPrefix}${project}-${platform.replace('linux/', '')}-${number}`;
}

/**
 * Brings these stages to the registry, each as an image that says of which instructions its layers came. They have just
 * been built, so this is no work but the sending of what the registry does not have. Never rejects: no deployment fails
 * for its cache.
 */
export async function keepBuildCache(
  ctx: DeployContext,
  docker: Dockerode,
  { cache, cpuArchitecture }: Image,
  registry: Registry,
): Promise<void> {
  if (!cache) return;
  const hooks = { signal: ctx.signal, log: () => undefined, progress: () => undefined };
  const platform = platformOf(cpuArchitecture);
  try {
    for (const stage of cache.stages) {
      const reference = cacheReference(registry.pushRepository, ctx.project.name, platform, stage);
      const request = {
        context: await cache.contextWith(stage.dockerfile),
        dockerfilePath: cache.dockerfilePath,
        tag: [reference],
        platform,
        labels: { [projectLabel]: ctx.project.name },
        inlineCache: true,
      };
      const { instructions, sizeBytes } = await buildImage(docker, request, hooks);
      const isNew = instructions.some(({ text }) => wasCarriedOut(cache, text));
      if (!isNew && (await pushedDigest(ctx, splitReference(reference).tag))) continue;
      await pushImage(docker, { reference, auth: registry.auth, refreshAuth: () => freshAuth(ctx) }, hooks);
      ctx.log('monitor', `Kept for the next build: stage ${stage.number}, ${Math.round(sizeBytes / 1e6)} MB.`);
    }
  } catch (error) {
    if (ctx.signal.aborted) return;
    const { message, remedy } = toFailure(error);
    ctx.emit({ type: 'warning', message: `The build cache was not kept: ${message} ${remedy.text}` });
  }
}

function wasCarriedOut({ instructions }: BuildCache, instruction: string): boolean {
  return instructions.some(({ text, cached }) => text === instruction && !cached);
}
