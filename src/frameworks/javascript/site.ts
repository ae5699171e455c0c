import type { AppOptions, FrameworkType } from '../../shared/models.ts';
import { commonIgnores, dockerfileOf, runFor } from '../dockerfileText.ts';
import { blankPlan, type EvidenceItem, type Recognised } from '../framework.ts';
import { nginxCommand, nginxStage, staticPort } from '../nginx.ts';
import { buildCommand } from './build.ts';
import { installCommand, installLines } from './install.ts';
import { appFolder, isMember, type Project } from './project.ts';
import { toolchainOf } from './toolchain.ts';

/** What is special about one kind of project whose build leaves files and nothing that runs. */
export interface SiteFacts {
  kind: string;
  framework?: FrameworkType;
  /** For people; the version of Node is added. */
  label: string;
  evidence: EvidenceItem[];
  warnings?: readonly string[];
  /** The tool that builds where there is no build script. */
  build: string;
  /** The folder that the build leaves, relative to the app. */
  output: string;
  /** The page that answers unknown paths; absent for sites that have a page for each path. */
  fallback?: string;
  /** Path below which file names change with their content. */
  immutable?: string;
  buildEnv?: readonly string[];
}

export async function sitePlan(project: Project, facts: SiteFacts, wishes: AppOptions): Promise<Recognised> {
  const tools = await toolchainOf(project, wishes);
  const folder = appFolder(project);
  const { fallback, immutable } = facts;
  return {
    ...blankPlan,
    framework: facts.framework ?? 'other',
    kind: facts.kind,
    label: `${facts.label} on Node ${tools.node}`,
    language: 'javascript',
    languageVersion: tools.node,
    packageManager: tools.manager.title,
    installCommand: installCommand(tools, true),
    buildCommand: buildCommand(project, tools, facts.build),
    startCommand: nginxCommand.join(' '),
    outputFolder: facts.output,
    port: staticPort,
    healthPath: '/',
    evidence: [...facts.evidence, ...tools.evidence],
    warnings: [...(facts.warnings ?? []), ...tools.warnings],
    dockerignore: [...commonIgnores, '**/node_modules', `**/${facts.output}`, '**/coverage'],
    needsOuter: isMember(project),
    writeDockerfile(plan, base) {
      const copy = `COPY --from=build ${folder}/${plan.outputFolder}/ /usr/share/nginx/html/`;
      return dockerfileOf(
        ...installLines(tools, plan, base),
        ...(facts.buildEnv ?? []).map((each) => `ENV ${each}`),
        plan.buildCommand !== '' && runFor(plan.buildCommand),
        '',
        ...nginxStage({ base, copy, plan, fallback, immutable }),
      );
    },
  };
}
