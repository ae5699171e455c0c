import type { AppOptions, FrameworkType } from '../../shared/models.ts';
import { aptLine, cmdFor, commonIgnores, dockerfileOf, runFor } from '../dockerfileText.ts';
import { type AppPlan, type BaseImage, blankPlan, type EvidenceItem, type Recognised } from '../framework.ts';
import { healthcheckFor } from '../healthcheck.ts';
import { buildCommand } from './build.ts';
import { installCommand, installLines } from './install.ts';
import { listeningPort } from './port.ts';
import { appFolder, isMember, type Project } from './project.ts';
import { findStart } from './start.ts';
import { type Toolchain, toolchainOf } from './toolchain.ts';

/** What people expect of a Node server that follows PORT. */
const defaultPort = 3000;

/** What is special about one kind of server. */
export interface ServerFacts {
  kind: string;
  framework?: FrameworkType;
  /** For people; the version of Node is added. */
  label: string;
  evidence: EvidenceItem[];
  warnings?: readonly string[];
  /** The tool that builds where there is no build script. */
  build?: string;
  /** The command that runs what the build leaves, whatever the scripts say. */
  start?: string;
  /** The command where no script starts it. */
  startFallback?: string;
  port?: number;
  healthPath?: string;
  /** What runs needs only these of the build, [from, to] relative to the app; absent: all of it, with its dependencies. */
  output?: readonly (readonly [from: string, to: string])[];
  buildEnv?: readonly string[];
  runEnv?: readonly string[];
  /** What a build leaves, which must not come along from the user's computer. */
  ignored?: readonly string[];
}

/** Throws NoStartCommand. */
export async function serverPlan(project: Project, facts: ServerFacts, wishes: AppOptions): Promise<Recognised> {
  const { source, manifest } = project;
  const tools = await toolchainOf(project, wishes);
  const start = await findStart(source, manifest, {
    wish: wishes.startCommand ?? facts.start,
    fallback: facts.startFallback ?? '',
  });
  const listening = await listeningPort(source, start.command);
  const build = buildCommand(project, tools, facts.build);
  return {
    ...blankPlan,
    framework: facts.framework ?? 'node',
    kind: facts.kind,
    label: facts.label === 'Node' ? `Node ${tools.node}` : `${facts.label} on Node ${tools.node}`,
    language: 'javascript',
    languageVersion: tools.node,
    packageManager: tools.manager.title,
    installCommand: installCommand(tools, build !== '' || start.needsDev),
    buildCommand: build,
    startCommand: start.command,
    port: listening.port ?? facts.port ?? defaultPort,
    healthPath: (listening.healthPath || facts.healthPath) ?? '',
    evidence: [...facts.evidence, ...tools.evidence, ...start.evidence, ...listening.evidence],
    warnings: [...(facts.warnings ?? []), ...tools.warnings, ...start.warnings, ...listening.warnings],
    dockerignore: [...commonIgnores, '**/node_modules', '**/npm-debug.log*', '**/coverage', ...(facts.ignored ?? [])],
    needsOuter: isMember(project),
    writeDockerfile: (plan, base) => dockerfile(plan, base, { project, facts, tools, needsDev: start.needsDev }),
  };
}

interface Parts {
  project: Project;
  facts: ServerFacts;
  tools: Toolchain;
  needsDev: boolean;
}

function dockerfile(plan: AppPlan, base: BaseImage, { project, facts, tools, needsDev }: Parts): string {
  const { buildCommand, port, languageVersion } = plan;
  const folder = appFolder(project);
  const hasDev = plan.installCommand !== tools.manager.installProduction;
  const copies = facts.output ?? [['', '']];
  return dockerfileOf(
    ...installLines(tools, plan, base),
    ...(facts.buildEnv ?? []).map((each) => `ENV ${each}`),
    buildCommand !== '' && runFor(buildCommand),
    !facts.output && hasDev && !needsDev && plan.installCommand !== '' && `RUN ${tools.manager.prune}`,
    '',
    `FROM ${base(`node:${languageVersion}-bookworm-slim`)}`,
    tools.system.run.length > 0 && aptLine(tools.system.run),
    `ENV ${[...runEnv(facts, folder), `PORT=${port}`].join(' \\\n    ')}`,
    `WORKDIR ${facts.output ? '/app' : folder}`,
    ...copies.map(([from, to]) =>
      copyLine(facts.output ? `${folder}/${from}` : '/app', facts.output ? `/app/${to}` : '/app/'),
    ),
    'USER node',
    `EXPOSE ${port}`,
    healthcheckFor('node', plan),
    `CMD ${cmdFor(plan.startCommand)}`,
  );
}

function copyLine(from: string, to: string): string {
  return `COPY --from=build --chown=node:node ${from} ${to}`;
}

function runEnv({ output, runEnv = [] }: ServerFacts, folder: string): string[] {
  const binaries = [...new Set([folder, '/app'])].map((each) => `${each}/node_modules/.bin`);
  const path = output ? [] : [`PATH=${binaries.join(':')}:$PATH`];
  return ['NODE_ENV=production', 'HOST=0.0.0.0', ...runEnv, ...path];
}
