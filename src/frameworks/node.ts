import { fail } from '../shared/errors.ts';
import type { FrameworkType } from '../shared/models.ts';
import { cmdFor, commonIgnores, dockerfileOf } from './dockerfileText.ts';
import type { AppPlan, EvidenceItem, Framework, Overrides, SourceTree } from './framework.ts';
import { evidenceAt, type PackageJson, readPackageJson } from './manifest.ts';
import { nodeVersion } from './nodeVersion.ts';
import { nginxStage, staticPort } from './static.ts';

const serverPort = 3000;

/** By dependency; the first that is there names the app. */
const servers: readonly [dependency: string, label: string, framework: FrameworkType][] = [
  ['next', 'Next.js', 'nextjs'],
  ['@nestjs/core', 'NestJS', 'node'],
  ['express', 'Express', 'node'],
  ['fastify', 'Fastify', 'node'],
  ['koa', 'Koa', 'node'],
  ['hono', 'Hono', 'node'],
];

/** Front ends whose build leaves files: the tool that builds, and the folder that it leaves. */
const builders: readonly [dependency: string, output: string][] = [
  ['vite', 'dist'],
  ['react-scripts', 'build'],
  ['@vue/cli-service', 'dist'],
];

const views: readonly [dependency: string, label: string, framework: FrameworkType][] = [
  ['react', 'React', 'react'],
  ['vue', 'Vue', 'vue'],
];

/** A package.json: a server, or a front end that is built into files. */
export const node: Framework = {
  id: 'node',
  async detect(source, overrides) {
    const manifest = await readPackageJson(source);
    if (!manifest) return undefined;
    const server = servers.find(([dependency]) => dependency in manifest.dependencies);
    const all = { ...manifest.dependencies, ...manifest.devDependencies };
    const builder = builders.find(([dependency]) => dependency in all);
    const base = await basics(source, manifest);
    if (!server && builder && manifest.scripts.build) return frontEnd(base, manifest, builder, overrides.healthPath);
    return serverPlan(source, base, manifest, server, overrides);
  },
};

interface Basics {
  version: string;
  lock: boolean;
  evidence: EvidenceItem[];
  warnings: string[];
}

async function basics(source: SourceTree, manifest: PackageJson): Promise<Basics> {
  const { version, evidence } = await nodeVersion(source, manifest);
  const lock = (await source.has('package-lock.json')) || (await source.has('npm-shrinkwrap.json'));
  return {
    version,
    lock,
    evidence: [
      { file: 'package.json', says: 'a Node project' },
      ...evidence,
      ...(lock ? [{ file: 'package-lock.json', says: 'npm' }] : []),
    ],
    warnings: lock ? [] : ['There is no package-lock.json, so every build may install other versions; commit one.'],
  };
}

async function serverPlan(
  source: SourceTree,
  base: Basics,
  manifest: PackageJson,
  server: (typeof servers)[number] | undefined,
  overrides: Overrides,
): Promise<AppPlan> {
  const start = await withStart(source, manifest, overrides.startCommand);
  const listening = await listeningPort(source, start.command);
  const [dependency, label, framework] = server ?? ['', 'Node', 'node' as const];
  const evidence = [...base.evidence, start.evidence, ...(listening ? [listening.evidence] : [])];
  if (dependency)
    evidence.push(evidenceAt('package.json', manifest.text, `"${dependency}"`, `depends on ${dependency}`));
  const port = overrides.port ?? listening?.port ?? serverPort;
  const buildCommand = manifest.scripts.build ? 'npm run build' : '';
  return {
    framework,
    kind: dependency === '@nestjs/core' ? 'nestjs' : dependency || 'node',
    label: `${label} on Node ${base.version}`,
    language: 'javascript',
    languageVersion: base.version,
    packageManager: 'npm',
    installCommand: install(base),
    buildCommand,
    startCommand: start.command,
    outputFolder: '',
    port,
    healthPath: overrides.healthPath ?? '',
    evidence,
    warnings: base.warnings,
    folder: '.',
    dockerfilePath: '',
    dockerfile: serverDockerfile(base, { buildCommand, start: start.command, port }),
    dockerignore: [...commonIgnores, '**/node_modules', 'npm-debug.log*', 'coverage'],
  };
}

function install(base: Basics): string {
  return base.lock ? 'npm ci' : 'npm install';
}

function installLines(base: Basics, dev: boolean): string[] {
  return [
    'COPY package*.json ./',
    // Production dependencies alone, unless a build needs the others.
    `RUN --mount=type=cache,target=/root/.npm ${install(base)}${dev ? ' --include=dev' : ' --omit=dev'}`,
  ];
}

function serverDockerfile(
  base: Basics,
  { buildCommand, start, port }: { buildCommand: string; start: string; port: number },
): string {
  const image = `node:${base.version}-bookworm-slim`;
  return dockerfileOf(
    `FROM ${image} AS build`,
    'WORKDIR /app',
    ...installLines(base, buildCommand !== ''),
    'COPY . .',
    buildCommand !== '' && `RUN ${buildCommand} && npm prune --omit=dev`,
    '',
    `FROM ${image}`,
    'ENV NODE_ENV=production \\',
    '    HOST=0.0.0.0 \\',
    `    PORT=${port}`,
    'WORKDIR /app',
    'COPY --from=build --chown=node:node /app ./',
    'USER node',
    `EXPOSE ${port}`,
    `CMD ${cmdFor(start)}`,
  );
}

async function withStart(source: SourceTree, manifest: PackageJson, override: string | undefined) {
  if (override)
    return { command: override, evidence: { file: 'the project settings', says: `starts with ${override}` } };
  const script = manifest.scripts.start;
  if (script) {
    // The script itself, not `npm start`: npm would stand between ECS's SIGTERM and the app.
    const direct = /^node\s/.test(script.trim()) ? script.trim() : 'npm start';
    return { command: direct, evidence: evidenceAt('package.json', manifest.text, '"start"', `start: ${script}`) };
  }
  for (const file of [manifest.main, 'server.js', 'index.js', 'app.js', 'src/index.js']) {
    if (file && /^[\w./-]+$/.test(file) && (await source.has(file))) {
      return { command: `node ${file}`, evidence: { file, says: 'the file that is started' } };
    }
  }
  throw fail('NoStartCommand', 'the `start` script and `main` of package.json, server.js, index.js, app.js');
}

/** `listen(4000)`, or `PORT || 4000`, in the file that is started. With PORT the app follows our ENV. */
async function listeningPort(source: SourceTree, command: string) {
  const file = /^node\s+(?:--\S+\s+)*([\w./-]+)/.exec(command)?.[1];
  const text = file && (await source.read(file));
  if (!file || !text) return undefined;
  const match = /\.listen\(\s*(\d{2,5})\b|\bPORT\s*(?:\|\||\?\?)\s*["'`]?(\d{2,5})/.exec(text);
  const port = Number(match?.[1] ?? match?.[2]);
  if (!match || !(port > 0 && port < 65_536)) return undefined;
  return { port, evidence: evidenceAt(file, text, match[0], `listens on ${port}`) };
}

function frontEnd(
  base: Basics,
  manifest: PackageJson,
  [builder, output]: readonly [string, string],
  healthPath = '/',
): AppPlan {
  const all = { ...manifest.dependencies, ...manifest.devDependencies };
  const [view, name, framework] = views.find(([dependency]) => dependency in all) ?? [
    '',
    'Front end',
    'other' as const,
  ];
  const evidence = [builder, view]
    .filter(Boolean)
    .map((each) => evidenceAt('package.json', manifest.text, `"${each}"`, `depends on ${each}`));
  return {
    framework,
    kind: `${framework === 'other' ? 'frontend' : framework}-${builder === 'vite' ? 'vite' : 'cli'}`,
    label: `${name} built with ${builder} on Node ${base.version}`,
    language: 'javascript',
    languageVersion: base.version,
    packageManager: 'npm',
    installCommand: install(base),
    buildCommand: 'npm run build',
    startCommand: 'nginx -g daemon off;',
    outputFolder: output,
    port: staticPort,
    healthPath,
    evidence: [...base.evidence, ...evidence],
    warnings: base.warnings,
    folder: '.',
    dockerfilePath: '',
    dockerfile: dockerfileOf(
      `FROM node:${base.version}-bookworm-slim AS build`,
      'WORKDIR /app',
      ...installLines(base, true),
      'COPY . .',
      'RUN npm run build',
      '',
      ...nginxStage(`COPY --from=build /app/${output}/ /usr/share/nginx/html/`, true),
    ),
    dockerignore: [...commonIgnores, '**/node_modules', output, 'coverage'],
  };
}
