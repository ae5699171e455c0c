import { keepBuildCache } from './buildCache.ts';
import type { DeployContext } from './context.ts';
import { lookUpDestination } from './destination.ts';
import { ensureExecutionRole } from './executionRole.ts';
import { tidyUp } from './localImages.ts';
import { runStep } from './step.ts';
import { authenticateRegistry } from './steps/authenticateRegistry.ts';
import { buildImage } from './steps/buildImage.ts';
import { cloneRepository } from './steps/cloneRepository.ts';
import { deployService } from './steps/deployService.ts';
import { detectFramework } from './steps/detectFramework.ts';
import { initRecord } from './steps/initRecord.ts';
import { type Healthy, monitorRollout } from './steps/monitorRollout.ts';
import { pushImage } from './steps/pushImage.ts';
import { readCommit } from './steps/readCommit.ts';
import { registerTaskDefinition } from './steps/registerTaskDefinition.ts';

export interface DeployWishes {
  /** Build and push even when the registry has the image of this very commit. */
  rebuild: boolean;
  /** Start new tasks even when the service runs this very revision. */
  force: boolean;
}

/** A deployment, from a repository to a healthy service. */
export async function deploy(ctx: DeployContext, { rebuild, force }: DeployWishes): Promise<Healthy> {
  const { docker, login } = await runStep(ctx, initRecord, undefined);
  const destination = aside(lookUpDestination(ctx));
  const role = aside(destination.then((found) => ensureExecutionRole(ctx, found)));
  const source = await runStep(ctx, cloneRepository, undefined);
  const app = await runStep(ctx, detectFramework, source);
  const commit = await runStep(ctx, readCommit, source);
  const image = await runStep(ctx, buildImage, { docker, source, app, commit, login, destination, rebuild });
  const registry = await runStep(ctx, authenticateRegistry, { login, destination });
  const pushed = await runStep(ctx, pushImage, { docker, image, registry });
  const revision = await runStep(ctx, registerTaskDefinition, { app, image, registry, pushed, destination, role });
  const { healthPath } = app;
  const rollout = await runStep(ctx, deployService, { destination, revision, healthPath, force: force || rebuild });
  const tidied = keepBuildCache(ctx, docker, image, registry).then(() => tidyUp(ctx, docker, image.tag, destination));
  return runStep(ctx, monitorRollout, rollout).finally(() => tidied);
}

/** Lets work run beside the next steps; its failure comes out at the step that awaits it, not as an unhandled one. */
function aside<T>(work: Promise<T>): Promise<T> {
  work.catch(() => undefined);
  return work;
}
