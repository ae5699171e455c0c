import path from 'node:path';
import type Docker from 'dockerode';
import type { AppPlan } from '../../src/frameworks/framework.ts';
import { createBuildContext } from '../../src/services/buildContext.ts';
import { buildImage } from '../../src/services/docker.ts';
import { generatedDockerfilePath } from '../../src/services/sentFiles.ts';

export interface Build {
  seconds: number;
  megabytes: number;
  /** What the builder said. */
  lines: string[];
}

/** Builds the image of a recognised app as a deployment does. Throws DeployError. */
export async function buildApp(
  docker: Docker,
  root: string,
  plan: AppPlan,
  tag: string,
  { noCache = false } = {},
): Promise<Build> {
  const dockerfilePath = plan.dockerfilePath || generatedDockerfilePath;
  const context = await createBuildContext(path.join(root, plan.context), {
    dockerfilePath,
    dockerignore: plan.dockerignore,
    ...(plan.dockerfile && { generated: plan.dockerfile }),
  });
  const lines: string[] = [];
  const hooks = { signal: new AbortController().signal, log: (line: string) => lines.push(line), progress: () => {} };
  const began = performance.now();
  const request = { context, dockerfilePath, tag: [tag], labels: {}, platform: platform(), noCache };
  const { sizeBytes } = await buildImage(docker, request, hooks);
  return { seconds: (performance.now() - began) / 1000, megabytes: sizeBytes / 1e6, lines };
}

const platform = () => (process.arch === 'arm64' ? ('linux/arm64' as const) : ('linux/amd64' as const));

/** Whether the instruction that contains `words` came from the cache; undefined when there is no such instruction. */
export function isCached(lines: readonly string[], words: string): boolean | undefined {
  const numbers = lines.flatMap((line) => {
    const [, number, instruction = ''] = /^#(\d+) \[(?:\S+ +)*\d+\/\d+\] RUN (.*)/.exec(line) ?? [];
    return number && instruction.includes(words) ? [number] : [];
  });
  return numbers.length === 0 ? undefined : numbers.every((number) => lines.includes(`#${number} CACHED`));
}
