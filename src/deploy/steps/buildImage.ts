import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type Dockerode from 'dockerode';
import { presentSecrets } from '../../frameworks/buildSecrets.ts';
import { dependencyStages } from '../../frameworks/dependencyStages.ts';
import { layeredForm, plainForm } from '../../frameworks/dockerfileText.ts';
import type { AppPlan } from '../../frameworks/framework.ts';
import { type BuildContext, createBuildContext } from '../../services/buildContext.ts';
import { generatedDockerfilePath } from '../../services/sentFiles.ts';
import type { CpuArchitecture } from '../../shared/models.ts';
import { type BuildCache, buildWithCache, cacheSources, platformOf } from '../buildCache.ts';
import type { StepContext } from '../context.ts';
import type { Destination } from '../destination.ts';
import { commitLabel, projectLabel } from '../localImages.ts';
import { imageTag } from '../names.ts';
import { pushedDigest } from '../pushedDigest.ts';
import type { Step } from '../step.ts';
import type { Source } from './cloneRepository.ts';
import type { RegistryLogin } from './initRecord.ts';
import type { CommitState } from './readCommit.ts';

export interface Image {
  tag: string;
  /** Its name in the local engine; empty when it was not built because the registry has it. */
  localReference: string;
  cpuArchitecture: CpuArchitecture;
  /** `sha256:…` when the registry has it already. */
  digest: string;
  cached: boolean;
  /** What is to be kept of this build, where the settings want that. */
  cache: BuildCache | undefined;
}

interface Input {
  docker: Dockerode;
  source: Source;
  app: AppPlan;
  commit: CommitState;
  /** Still being looked up when the step begins. */
  destination: Promise<Destination>;
  login: RegistryLogin;
  /** Build even when the registry has this very image, and from the start. */
  rebuild: boolean;
}

/** Step 5: builds the image, unless the registry has what this commit and this recipe give. */
export const buildImage: Step<Input, Image> = {
  id: 'build',
  async run(ctx, { docker, source, app, commit, login, rebuild, ...input }) {
    const destination = await input.destination;
    const cpuArchitecture = await architecture(ctx, docker, destination);
    const dockerfile = ctx.settings.buildCache === 'registry' ? layeredForm(app.dockerfile) : app.dockerfile;
    const context = await contextFor(source, app, dockerfile);
    for (const message of context.warnings) ctx.emit({ type: 'warning', message });
    const tag = await tagFor(ctx, { app, commit, context, cpuArchitecture });
    await ctx.record({ imageTag: tag });
    const digest = destination.repository && !rebuild ? await pushedDigest(ctx, tag) : undefined;
    if (digest) return { tag, localReference: '', cpuArchitecture, digest, cached: true, cache: undefined };
    for (const line of dockerfile.trim().split('\n')) ctx.log(line);
    const localReference = `${ctx.project.ecrRepository}:${tag}`;
    const request = requestFor(ctx, { app, commit, context, cpuArchitecture, localReference });
    const classicContext = () => contextFor(source, app, plainForm(app.dockerfile));
    const wanted = await cacheWanted(ctx, source, app, dockerfile);
    const kept = wanted && !rebuild ? cacheSources(ctx, destination, wanted.stages, request.platform, login) : {};
    const { cached, instructions } = await buildWithCache(docker, { ...request, ...kept, classicContext }, ctx);
    const cache = wanted && { ...wanted, instructions };
    return { tag, localReference, cpuArchitecture, digest: '', cached, cache };
  },
  summary: ({ tag, digest, cached }) =>
    digest ? `${tag} is in the registry` : `${tag}${cached ? ', nothing changed' : ''}`,
  skipped: ({ digest }) => digest !== '',
};

/** The platform follows the task; a new service gets the architecture that this engine builds without emulation. */
async function architecture(
  ctx: StepContext,
  docker: Dockerode,
  { taskDefinition }: Destination,
): Promise<CpuArchitecture> {
  const set = ctx.project.options.cpuArchitecture;
  if (set) return set;
  if (!taskDefinition) return (await docker.version()).Arch === 'arm64' ? 'ARM64' : 'X86_64';
  // Without a runtimePlatform Fargate takes X86_64, see "Task definition parameters for Fargate".
  return taskDefinition.runtimePlatform?.cpuArchitecture === 'ARM64' ? 'ARM64' : 'X86_64';
}

/** `dockerfile` is the generated one, or stands in for the user's own; empty where that is used as it is. */
function contextFor(source: Source, app: AppPlan, dockerfile: string): Promise<BuildContext> {
  return createBuildContext(path.join(source.root, app.context), {
    dockerfilePath: dockerfileOf(app),
    ...(dockerfile && { [app.dockerfilePath ? 'replaced' : 'generated']: dockerfile }),
    dockerignore: app.dockerignore,
  });
}

function dockerfileOf(app: AppPlan): string {
  return app.dockerfilePath || generatedDockerfilePath;
}

async function cacheWanted(
  ctx: StepContext,
  source: Source,
  app: AppPlan,
  dockerfile: string,
): Promise<Omit<BuildCache, 'instructions'> | undefined> {
  if (ctx.settings.buildCache !== 'registry') return undefined;
  const text = dockerfile || (await readFile(path.join(source.root, app.context, app.dockerfilePath), 'utf8'));
  return {
    stages: await dependencyStages(text),
    dockerfilePath: dockerfileOf(app),
    contextWith: (text) => contextFor(source, app, text),
  };
}

interface Ingredients {
  app: AppPlan;
  commit: CommitState;
  context: BuildContext;
  cpuArchitecture: CpuArchitecture;
}

async function tagFor(ctx: StepContext, { app, commit, context, cpuArchitecture }: Ingredients): Promise<string> {
  // A clean commit says by its id what the files are; else the files must be read.
  const files = commit.uncommitted ? await context.hash() : '';
  return imageTag(ctx.project.name, commit.sha, [
    app.context,
    app.dockerfilePath,
    app.dockerfile,
    cpuArchitecture,
    files,
  ]);
}

function requestFor(ctx: StepContext, parts: Ingredients & { localReference: string }) {
  return {
    context: parts.context,
    dockerfilePath: dockerfileOf(parts.app),
    tag: [parts.localReference],
    platform: platformOf(parts.cpuArchitecture),
    secrets: presentSecrets(parts.app, process.env),
    labels: { [projectLabel]: ctx.project.name, ...(parts.commit.sha && { [commitLabel]: parts.commit.sha }) },
    limits: { total: ctx.settings.buildMinutes },
  };
}
