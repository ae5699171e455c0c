import type { SourceTree } from '../framework.ts';
import type { PackageJson } from './packageJson.ts';

/** How the dependencies of a Node project come into its image. */
export interface NodeInstall {
  hasLock: boolean;
  /** Scripts or workspaces want to see the whole source while dependencies are installed. */
  needsSource: boolean;
  warnings: string[];
}

export async function nodeInstall(source: SourceTree, manifest: PackageJson): Promise<NodeInstall> {
  const hasLock = (await source.has('package-lock.json')) || (await source.has('npm-shrinkwrap.json'));
  const all = { ...manifest.dependencies, ...manifest.devDependencies };
  const hooks = ['preinstall', 'install', 'postinstall', 'prepare'];
  const needsSource =
    manifest.workspaces.length > 0 ||
    hooks.some((hook) => hook in manifest.scripts) ||
    Object.values(all).some((version) => /^(?:file|link|workspace):|^\.{1,2}\//.test(version));
  return { hasLock, needsSource, warnings: hasLock ? [] : await lockWarnings(source, Object.keys(all).length) };
}

async function lockWarnings(source: SourceTree, dependencies: number): Promise<string[]> {
  for (const [file, tool] of [
    ['yarn.lock', 'Yarn'],
    ['pnpm-lock.yaml', 'pnpm'],
    ['bun.lock', 'Bun'],
  ] as const) {
    if (await source.has(file)) {
      return [
        `${file} is not read yet: npm installs the newest versions that package.json allows, not those of ${tool}.`,
      ];
    }
  }
  if (dependencies === 0) return [];
  return ['There is no package-lock.json, so every build may install other versions; commit one.'];
}

export function installCommand({ hasLock }: NodeInstall): string {
  return hasLock ? 'npm ci' : 'npm install';
}

/**
 * The first instructions of the build stage, up to and with `COPY . .`. Manifests first, so that the dependencies
 * stay cached until they change.
 */
export function installLines(install: NodeInstall, keepDev: boolean): string[] {
  // Scripts that run on install may be tools of development (husky, prisma), so those come too and leave later.
  const dev = keepDev || install.needsSource;
  const run = `RUN --mount=type=cache,target=/root/.npm ${installCommand(install)} ${dev ? '--include=dev' : '--omit=dev'}`;
  if (install.needsSource) return ['COPY . .', run];
  return ['COPY package*.json npm-shrinkwrap.json* .npmrc* ./', run, 'COPY . .'];
}

/** Takes the tools of development out again; their scripts have done their work. */
export const pruneLine = 'RUN npm prune --omit=dev --ignore-scripts';
