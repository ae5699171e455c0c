import path from 'node:path';
import type { Repository } from '@aws-sdk/client-ecr';
import type Dockerode from 'dockerode';
import { plainForm } from '../../frameworks/dockerfileText.ts';
import type { AppPlan } from '../../frameworks/framework.ts';
import { call } from '../../services/aws.ts';
import { type BuildContext, createBuildContext, generatedDockerfilePath } from '../../services/buildContext.ts';
import { buildImage as build } from '../../services/docker.ts';
import type { CpuArchitecture } from '../../shared/models.ts';
import type { StepContext } from '../context.ts';
import type { Destination } from '../destination.ts';
import { commitLabel, projectLabel } from '../localImages.ts';
import { imageTag } from '../names.ts';
import type { Step } from '../step.ts';
import type { Source } from './cloneRepository.ts';
import type { CommitState } from './readCommit.ts';

export interface Image {
  tag: string;
  /** Its name in the local engine; empty when it was not built because the registry has it. */
  localReference: string;
  cpuArchitecture: CpuArchitecture;
  /** `sha256:…` when the registry has it already. */
  digest: string;
  cached: boolean;
}

interface Input {
  docker: Dockerode;
  source: Source;
  app: AppPlan;
  commit: CommitState;
  /** Still being looked up when the step begins. */
  destination: Promise<Destination>;
  /** Build even when the registry has this very image. */
  rebuild: boolean;
}

/** Step 5: builds the image, unless the registry has what this commit and this recipe give. */
export const buildImage: Step<Input, Image> = {
  id: 'build',
  async run(ctx, { docker, source, app, commit, rebuild, ...input }) {
    const destination = await input.destination;
    const cpuArchitecture = await architecture(ctx, docker, destination);
    const context = await contextFor(source, app, app.dockerfile);
    for (const message of context.warnings) ctx.emit({ type: 'warning', message });
    const tag = await tagFor(ctx, { app, commit, context, cpuArchitecture });
    await ctx.record({ imageTag: tag });
    const digest = rebuild ? undefined : await pushedDigest(ctx, destination.repository, tag);
    if (digest) return { tag, localReference: '', cpuArchitecture, digest, cached: true };
    for (const line of app.dockerfile.trim().split('\n')) ctx.log(line);
    const localReference = `${ctx.project.ecrRepository}:${tag}`;
    const request = requestFor(ctx, { app, commit, context, cpuArchitecture, localReference });
    const classicContext = () => contextFor(source, app, plainForm(app.dockerfile));
    const { cached } = await build(docker, { ...request, classicContext }, ctx);
    return { tag, localReference, cpuArchitecture, digest: '', cached };
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

/** `dockerfile` is the generated one; empty where the user's own is used. */
function contextFor(source: Source, app: AppPlan, dockerfile: string): Promise<BuildContext> {
  return createBuildContext(path.join(source.root, app.context), {
    dockerfilePath: dockerfileOf(app),
    ...(dockerfile && { generated: dockerfile }),
    dockerignore: app.dockerignore,
  });
}

function dockerfileOf(app: AppPlan): string {
  return app.dockerfilePath || generatedDockerfilePath;
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
    platform: parts.cpuArchitecture === 'ARM64' ? ('linux/arm64' as const) : ('linux/amd64' as const),
    labels: { [projectLabel]: ctx.project.name, ...(parts.commit.sha && { [commitLabel]: parts.commit.sha }) },
    limits: { total: ctx.settings.buildMinutes },
  };
}

async function pushedDigest(
  ctx: StepContext,
  repository: Repository | undefined,
  tag: string,
): Promise<string | undefined> {
  if (!repository) return undefined;
  const [{ DescribeImagesCommand }, ecr] = await Promise.all([import('@aws-sdk/client-ecr'), ctx.aws.ecr()]);
  const command = new DescribeImagesCommand({
    repositoryName: repository.repositoryName,
    imageIds: [{ imageTag: tag }],
  });
  const missing = 'ImageNotFoundException';
  return call('ecr:DescribeImages', (options) => ecr.send(command, options), ctx, [missing])
    .then((answer) => answer.imageDetails?.[0]?.imageDigest)
    .catch((error) => {
      if (error instanceof Error && error.name === missing) return undefined;
      throw error;
    });
}
