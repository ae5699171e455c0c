import type { AppOptions, FrameworkType } from '../../shared/models.ts';
import { cmdFor, commonIgnores, dockerfileOf } from '../dockerfileText.ts';
import {
  type AppPlan,
  type BaseImage,
  blankPlan,
  type Framework,
  type Recognised,
  type SourceTree,
} from '../framework.ts';
import { evidenceAt } from '../manifest.ts';
import { findFrontEnd, frontEndPlan } from './frontEnd.ts';
import { installCommand, installLines, type NodeInstall, nodeInstall, pruneLine } from './install.ts';
import { type PackageJson, readPackageJson } from './packageJson.ts';
import { listeningPort } from './port.ts';
import { type NodeStart, nodeStart } from './start.ts';
import { type NodeVersion, nodeVersion } from './version.ts';

/** What people expect of a Node server that follows PORT. */
const serverPort = 3000;

/** By dependency; the first that is there names the app. Those that build on another come before it. */
const servers: readonly [dependency: string, kind: string, label: string, framework: FrameworkType][] = [
  ['next', 'nextjs', 'Next.js', 'nextjs'],
  ['@nestjs/core', 'nestjs', 'NestJS', 'node'],
  ['fastify', 'fastify', 'Fastify', 'node'],
  ['koa', 'koa', 'Koa', 'node'],
  ['hono', 'hono', 'Hono', 'node'],
  ['express', 'express', 'Express', 'node'],
];

/** What every plan of a Node project rests on. */
export interface NodeBasics {
  manifest: PackageJson;
  node: NodeVersion;
  install: NodeInstall;
}

/** A package.json: a server, or a front end that is built into files. */
export const node: Framework = {
  id: 'node',
  async detect(source, overrides) {
    const manifest = await readPackageJson(source);
    if (!manifest) return undefined;
    const basics: NodeBasics = {
      manifest,
      node: await nodeVersion(source, manifest),
      install: await nodeInstall(source, manifest),
    };
    const server = servers.find(([dependency]) => dependency in manifest.dependencies);
    const frontEnd = await findFrontEnd(source, manifest, server?.[0]);
    if (frontEnd && !overrides.startCommand) return frontEndPlan(basics, frontEnd);
    return serverPlan(source, basics, server, overrides);
  },
};

async function serverPlan(
  source: SourceTree,
  { manifest, node, install }: NodeBasics,
  server: (typeof servers)[number] | undefined,
  overrides: AppOptions,
): Promise<Recognised> {
  const start = await nodeStart(source, manifest, overrides.startCommand);
  const listening = await listeningPort(source, start.command);
  const [dependency, kind, label, framework] = server ?? ['', 'node', 'Node', 'node' as const];

  const build = manifest.scripts.build ? 'npm run build' : '';
  const depends = dependency
    ? [evidenceAt('package.json', manifest.text, `"${dependency}":`, `depends on ${dependency}`)]
    : [];
  return {
    ...blankPlan,
    framework,
    kind,
    label: kind === 'node' ? `Node ${node.version}` : `${label} on Node ${node.version}`,
    language: 'javascript',
    languageVersion: node.version,
    packageManager: 'npm',
    installCommand: installCommand(install),
    buildCommand: build,
    startCommand: start.command,
    port: listening?.port ?? serverPort,
    evidence: [
      { file: 'package.json', says: 'a Node project' },
      ...depends,
      ...node.evidence,
      start.evidence,
      ...(listening?.evidence ?? []),
    ],
    warnings: [...install.warnings, ...node.warnings, ...(listening?.warnings ?? [])],
    writeDockerfile: (plan, base) => serverDockerfile(plan, base, install, start),
    dockerignore: [...commonIgnores, '**/node_modules', 'npm-debug.log*', 'coverage'],
  };
}

function serverDockerfile(plan: AppPlan, base: BaseImage, install: NodeInstall, start: NodeStart): string {
  const image = base(`node:${plan.languageVersion}-bookworm-slim`);
  const { buildCommand: build, port } = plan;
  const withDev = build !== '' || install.needsSource;
  return dockerfileOf(
    `FROM ${image} AS build`,
    'WORKDIR /app',
    ...installLines(install, withDev || start.needsDev),
    build !== '' && `RUN ${build}`,
    withDev && !start.needsDev && pruneLine,
    '',
    `FROM ${image}`,
    'ENV NODE_ENV=production \\',
    '    HOST=0.0.0.0 \\',
    `    PORT=${port} \\`,
    '    PATH=/app/node_modules/.bin:$PATH',
    'WORKDIR /app',
    'COPY --from=build --chown=node:node /app ./',
    'USER node',
    `EXPOSE ${port}`,
    `CMD ${cmdFor(plan.startCommand)}`,
  );
}
