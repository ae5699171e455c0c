import type { FrameworkType } from '../../shared/models.ts';
import type { EvidenceItem, Framework } from '../framework.ts';
import { isPlainPath } from '../wishes.ts';
import { configNames, dependsOn, has, type Project, readProject, settingIn } from './project.ts';
import { sitePlan } from './site.ts';

interface Tool {
  name: string;
  dependency: string;
  build: string;
  output: string;
  immutable: string;
  /** Where another folder may be named. */
  setting: RegExp;
  files: readonly string[];
}

const vite: Tool = {
  name: 'Vite',
  dependency: 'vite',
  build: 'vite build',
  output: 'dist',
  immutable: '/assets/',
  setting: /\boutDir\s*:\s*['"`](?:\.\/)?([^'"`]+?)\/?['"`]/,
  files: configNames('vite.config'),
};

/** The tools that build a front end, each with what it leaves. */
const tools: readonly Tool[] = [
  vite,
  {
    name: 'Create React App',
    dependency: 'react-scripts',
    build: 'react-scripts build',
    output: 'build',
    immutable: '/static/',
    setting: /\bBUILD_PATH=(?:\.\/)?([\w./-]+)/,
    files: ['package.json'],
  },
  {
    name: 'Vue CLI',
    dependency: '@vue/cli-service',
    build: 'vue-cli-service build',
    output: 'dist',
    immutable: '/js/',
    setting: /\boutputDir\s*:\s*['"`](?:\.\/)?([^'"`]+?)\/?['"`]/,
    files: ['vue.config.js', 'vue.config.cjs', 'vue.config.mjs'],
  },
];

/** A single-page app of one view library; `dependency` is that library, absent for a front end of any other. */
export function frontEndOf(
  kind: string,
  label: string,
  dependency?: string,
  framework: FrameworkType = 'other',
): Framework {
  return {
    id: kind,
    async detect(source, wishes) {
      const project = await readProject(source);
      const tool = project && tools.find((each) => has(project, each.dependency));
      if (!project || !tool || wishes.startCommand || !(await isFrontEnd(project))) return undefined;
      if (dependency && !has(project, dependency)) return undefined;
      const named = await namedOutput(project, tool);
      return sitePlan(
        project,
        {
          kind,
          framework,
          label: `${label}, built with ${tool.name}`,
          evidence: [
            ...(dependency ? [dependsOn(project, dependency)] : []),
            dependsOn(project, tool.dependency),
            ...(named ? [named.evidence] : []),
          ],
          build: tool.build,
          output: named?.value ?? tool.output,
          fallback: 'index.html',
          immutable: tool.immutable,
        },
        wishes,
      );
    },
  };
}

async function namedOutput(
  { source }: Project,
  { files, setting }: Tool,
): Promise<{ value: string; evidence: EvidenceItem } | undefined> {
  const named = await settingIn(source, files, setting);
  return named && isPlainPath(named.value) ? named : undefined;
}

/** It has a page, or a script that builds one; a tool that only tests run with (Vitest) has neither. */
async function isFrontEnd({ source, manifest }: Project): Promise<boolean> {
  if (/\b(?:vite|react-scripts|craco|vue-cli-service) build\b|^(?:npm run|node) /.test(manifest.scripts.build ?? ''))
    return true;
  return (await source.has('index.html')) || (await source.has('public/index.html'));
}
