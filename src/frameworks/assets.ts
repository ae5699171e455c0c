import type { AppOptions } from '../shared/models.ts';
import { runFor } from './dockerfileText.ts';
import type { AppPlan, BaseImage, EvidenceItem, SourceTree } from './framework.ts';
import { installCommand, installLines } from './javascript/install.ts';
import { readProject } from './javascript/project.ts';
import { type Toolchain, toolchainOf } from './javascript/toolchain.ts';
import { evidenceAt } from './manifest.ts';

/** Styles and scripts that Node builds for an app of another language. */
export interface NodeAssets {
  tools: Toolchain;
  build: string;
  evidence: EvidenceItem[];
  warnings: string[];
}

/** A package.json with a script that builds them beside the manifest of the app; the first of `scripts` that is there. */
export async function findAssets(
  source: SourceTree,
  scripts: readonly string[] = ['build'],
): Promise<NodeAssets | undefined> {
  const project = await readProject(source);
  const script = scripts.find((name) => project?.manifest.scripts[name]);
  if (!project || !script) return undefined;
  // What the user says of package manager and version is meant for the app, not for these.
  const none: AppOptions = {};
  const tools = await toolchainOf(project, none);
  const { text } = project.manifest;
  return {
    tools,
    build: tools.manager.run(script),
    evidence: [
      evidenceAt('package.json', text, `"${script}":`, `its ${script} script makes the assets`),
      ...tools.evidence,
    ],
    warnings: tools.warnings,
  };
}

/** What a bundler needs that another language starts in its own build: Node, and the packages of package.json. */
export async function findPackages(source: SourceTree): Promise<NodeAssets | undefined> {
  const project = await readProject(source);
  if (!project) return undefined;
  const tools = await toolchainOf(project, {});
  return { tools, build: '', evidence: tools.evidence, warnings: tools.warnings };
}

/** Brings both into a stage that has neither, up to and with `COPY . .`. */
export function packageLines({ tools }: NodeAssets, plan: AppPlan, base: BaseImage): string[] {
  const image = base(`node:${tools.node}-bookworm-slim`);
  const its = { ...plan, languageVersion: tools.node, installCommand: installCommand(tools, true) };
  const folders = ['/usr/local/bin/', '/usr/local/lib/node_modules/'];
  return [
    ...folders.map((folder) => `COPY --from=${image} ${folder} ${folder}`),
    ...installLines(tools, its, base).filter((line) => !/^(?:FROM|WORKDIR) /.test(line)),
  ];
}

/** The same lines for a folder of the source: that is all that the stage gets. */
export function forFolder(lines: readonly string[], folder: string): string[] {
  return lines.map((line) =>
    line.replace(/^COPY (.+) (\S+)$/, (_line, from: string, to: string) => {
      const paths = from.split(' ').map((path) => (path === '.' ? `${folder}/` : `${folder}/${path}`));
      return `COPY ${paths.join(' ')} ${to}`;
    }),
  );
}

/** A stage named `assets` that leaves the source, with what was built, in /app. */
export function assetsStage({ tools, build }: NodeAssets, plan: AppPlan, base: BaseImage): string[] {
  const its = { ...plan, languageVersion: tools.node, installCommand: installCommand(tools, true) };
  const [from = '', ...rest] = installLines(tools, its, base);
  return [from.replace(/ AS build$/, ' AS assets'), ...rest, runFor(build), 'RUN rm -rf node_modules', ''];
}
