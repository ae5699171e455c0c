import type { Choice } from './packageManager.ts';

/** How one package manager is told what to do, as commands for a Dockerfile. */
export interface Manager {
  /** For people: `pnpm@10`. */
  title: string;
  /** Brings it into the image of Node; empty where it is there. */
  setUp: string;
  /** ENV lines for the build stage. */
  env: string[];
  /** What the installation reads besides package.json; patterns that need not be there end with `*`. */
  files: string;
  /** The folder of its downloads, which BuildKit keeps from build to build. */
  cache: string;
  install: string;
  /** Without the tools of development. */
  installProduction: string;
  /** Takes the tools of development out again; their scripts have done their work. */
  prune: string;
  /** Runs a script of a package that lies in `folder` of a workspace, or in this folder. */
  run(script: string, folder?: string): string;
}

/**
 * Brought by npm rather than by corepack: that is not part of Node any more (from 25 on), and it asks npm's own
 * registry whatever .npmrc says.
 */
export function managerFor({ name, version, lockFile }: Choice, isWorkspace: boolean): Manager {
  const isLocked = lockFile !== undefined;
  if (name === 'pnpm') return pnpm(version, isLocked, isWorkspace);
  if (name === 'bun') return bun(version, isLocked);
  if (name === 'yarn') return /^1\b/.test(version) ? yarn(version, isLocked) : berry(version, isLocked);
  return npm(version, isLocked);
}

function npm(version: string, isLocked: boolean): Manager {
  const install = isLocked ? 'npm ci' : 'npm install';
  return {
    title: 'npm',
    setUp: version ? `npm install --global npm@${version}` : '',
    env: [],
    files: 'package*.json npm-shrinkwrap.json* .npmrc*',
    cache: '/root/.npm',
    install,
    installProduction: `${install} --omit=dev`,
    prune: 'npm prune --omit=dev --ignore-scripts',
    run: (script, folder) => `npm ${folder ? `--prefix ${folder} ` : ''}run ${script}`,
  };
}

function yarn(version: string, isLocked: boolean): Manager {
  const install = `yarn install${isLocked ? ' --frozen-lockfile' : ''}`;
  return {
    title: 'yarn@1',
    // The official image of Node brings this very release; --force, since npm does not replace what it did not install.
    setUp: `npm install --global --force yarn@${version}`,
    env: [],
    files: 'package.json yarn.lock* .npmrc* .yarnrc*',
    cache: '/usr/local/share/.cache/yarn',
    install,
    installProduction: `${install} --production`,
    prune: `${install} --production --ignore-scripts --prefer-offline`,
    run: (script, folder) => `yarn ${folder ? `--cwd ${folder} ` : ''}run ${script}`,
  };
}

function berry(version: string, isLocked: boolean): Manager {
  const install = `yarn install${isLocked ? ' --immutable' : ''}`;
  return {
    title: `yarn@${version.split('.')[0]}`,
    setUp: `npm install --global --force @yarnpkg/cli-dist@${version}`,
    // Plug'n'Play would have to be loaded into every start command; downloads go where the cache mount is.
    env: ['YARN_NODE_LINKER=node-modules', 'YARN_ENABLE_GLOBAL_CACHE=true', 'YARN_ENABLE_TELEMETRY=false'],
    files: 'package.json yarn.lock* .yarnrc.yml*',
    cache: '/root/.yarn/berry/cache',
    install,
    installProduction: 'yarn workspaces focus --all --production',
    prune: 'yarn workspaces focus --all --production',
    run: (script, folder) => `yarn ${folder ? `--cwd ${folder} ` : ''}run ${script}`,
  };
}

function pnpm(version: string, isLocked: boolean, isWorkspace: boolean): Manager {
  const install = `pnpm install${isLocked ? ' --frozen-lockfile' : ''}`;
  return {
    title: `pnpm@${version.split('.')[0]}`,
    setUp: `npm install --global pnpm@${version}`,
    env: [],
    files: 'package.json pnpm-lock.yaml* pnpm-workspace.yaml* .npmrc* .pnpmfile.cjs*',
    cache: '/root/.local/share/pnpm/store',
    install,
    installProduction: `${install} --prod`,
    // `pnpm prune` does not know workspaces; without CI it would ask before it removes anything.
    prune: isWorkspace ? `CI=true ${install} --prod --ignore-scripts` : 'CI=true pnpm prune --prod --ignore-scripts',
    run: (script, folder) => `pnpm ${folder ? `--dir ${folder} ` : ''}run ${script}`,
  };
}

function bun(version: string, isLocked: boolean): Manager {
  const install = `bun install${isLocked ? ' --frozen-lockfile' : ''}`;
  return {
    title: 'bun',
    setUp: `npm install --global bun@${version}`,
    env: [],
    files: 'package.json bun.lock* bunfig.toml* .npmrc*',
    cache: '/root/.bun/install/cache',
    install,
    installProduction: `${install} --production`,
    // Bun removes nothing that is there already.
    prune: `rm -rf node_modules && ${install} --production --ignore-scripts`,
    run: (script, folder) => `bun ${folder ? `--cwd ${folder} ` : ''}run ${script}`,
  };
}
