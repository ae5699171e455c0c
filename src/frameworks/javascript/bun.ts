import { cmdFor, commonIgnores, dockerfileOf, runFor } from '../dockerfileText.ts';
import {
  type AppPlan,
  type BaseImage,
  blankPlan,
  type EvidenceItem,
  type Framework,
  type SourceTree,
} from '../framework.ts';
import { healthcheckFor } from '../healthcheck.ts';
import { evidenceAt } from '../manifest.ts';
import type { PackageJson } from './packageJson.ts';
import { listeningPort } from './port.ts';
import { readProject } from './project.ts';

const entryFiles = ['index.ts', 'server.ts', 'src/index.ts', 'src/server.ts', 'index.js', 'src/index.js', 'index.tsx'];

/** A server that Bun runs, whatever library it is written with. A project that only installs with Bun is not one. */
export const bun: Framework = {
  id: 'bun',
  async detect(source, wishes) {
    const project = await readProject(source);
    if (!project) return undefined;
    const { manifest } = project;
    const start = wishes.startCommand
      ? { command: wishes.startCommand, evidence: [] }
      : await startOf(source, manifest);
    if (!start || !/^(?:\w+=\S* )*bunx? /.test(start.command)) return undefined;
    const version = await versionOf(source, manifest);
    const listening = await listeningPort(source, start.command);
    const isLocked = (await source.has('bun.lock')) || (await source.has('bun.lockb'));
    return {
      ...blankPlan,
      framework: 'node',
      kind: 'bun',
      label: `Bun ${version}`,
      language: 'javascript',
      languageVersion: version,
      packageManager: 'bun',
      installCommand: `bun install${isLocked ? ' --frozen-lockfile' : ''}${manifest.scripts.build ? '' : ' --production'}`,
      buildCommand: manifest.scripts.build ? 'bun run build' : '',
      startCommand: start.command,
      port: listening.port ?? 3000,
      healthPath: listening.healthPath,
      evidence: [
        ...start.evidence,
        ...(isLocked ? [{ file: 'bun.lock', says: 'the lock file of Bun' }] : []),
        ...listening.evidence,
      ],
      warnings: isLocked ? [] : ['There is no bun.lock, so every build may install other versions; commit one.'],
      dockerignore: [...commonIgnores, '**/node_modules', '**/coverage'],
      writeDockerfile,
    };
  },
};

async function startOf(
  source: SourceTree,
  manifest: PackageJson,
): Promise<{ command: string; evidence: EvidenceItem[] } | undefined> {
  const script = manifest.scripts.start?.trim();
  if (script) {
    const command = script.replace(/ --(?:watch|hot)\b/, '');
    return { command, evidence: [evidenceAt('package.json', manifest.text, '"start":', `start: ${script}`)] };
  }
  const types = ['@types/bun', 'bun-types'].find((name) => name in manifest.devDependencies);
  const isBun =
    types || (await source.has('bun.lock')) || (await source.has('bun.lockb')) || (await source.has('bunfig.toml'));
  if (!isBun || manifest.published.length > 0) return undefined;
  for (const file of [manifest.main, ...entryFiles].filter((each) => /^\w[\w./-]*$/.test(each))) {
    const text = await source.read(file);
    // Bun serves what the entry file exports, too.
    if (text && /\bBun\.serve\(|\bexport default\b|\.listen\(/.test(text)) {
      return { command: `bun ${file}`, evidence: [{ file, says: 'the file that Bun starts' }] };
    }
  }
  return undefined;
}

async function versionOf(source: SourceTree, manifest: PackageJson): Promise<string> {
  const file =
    (await source.read('.bun-version')) ?? (await source.read('.tool-versions'))?.replace(/^[\s\S]*?\bbun /, '') ?? '';
  const asked = /^bun@(\d+)/.exec(manifest.packageManager)?.[1] ?? /^v?(\d+)\./.exec(file)?.[1];
  return asked && Number(asked) > 0 ? asked : '1';
}

function writeDockerfile(plan: AppPlan, base: BaseImage): string {
  const { installCommand, buildCommand, port } = plan;
  const image = base(`oven/bun:${plan.languageVersion}-slim`);
  return dockerfileOf(
    `FROM ${image} AS build`,
    'WORKDIR /app',
    'COPY package.json bun.lock* bunfig.toml* .npmrc* ./',
    installCommand !== '' && runFor(installCommand, '/root/.bun/install/cache'),
    'COPY . .',
    buildCommand !== '' && runFor(buildCommand),
    '',
    `FROM ${image}`,
    `ENV NODE_ENV=production \\\n    HOST=0.0.0.0 \\\n    PORT=${port} \\\n    PATH=/app/node_modules/.bin:$PATH`,
    'WORKDIR /app',
    'COPY --from=build --chown=bun:bun /app ./',
    'USER bun',
    `EXPOSE ${port}`,
    healthcheckFor('bun', plan),
    `CMD ${cmdFor(plan.startCommand)}`,
  );
}
