import type { FrameworkType } from '../../shared/models.ts';
import { commonIgnores, dockerfileOf } from '../dockerfileText.ts';
import { blankPlan, type EvidenceItem, type Recognised, type SourceTree } from '../framework.ts';
import { evidenceAt, parseObject, recordOf, stringOf } from '../manifest.ts';
import { nginxCommand, nginxStage, staticPort } from '../static.ts';
import { installCommand, installLines } from './install.ts';
import type { NodeBasics } from './node.ts';
import type { PackageJson } from './packageJson.ts';

/** A project whose `build` script leaves files and nothing that runs. */
export interface FrontEnd {
  builder: string;
  output: string;
  evidence: EvidenceItem[];
}

/** The tool that builds, the folder that it leaves, and where another one may be named. */
const builders: readonly [dependency: string, output: string, setting: RegExp, files: readonly string[]][] = [
  ['vite', 'dist', /\boutDir\s*:\s*['"`]([^'"`]+)['"`]/, ['vite.config.js', 'vite.config.ts', 'vite.config.mjs']],
  ['react-scripts', 'build', /\bBUILD_PATH=([\w./-]+)/, ['package.json']],
  ['@vue/cli-service', 'dist', /\boutputDir\s*:\s*['"`]([^'"`]+)['"`]/, ['vue.config.js']],
];

/** These build with Vite too, but leave a server. */
const serverFrameworks = [
  '@sveltejs/kit',
  '@remix-run/dev',
  '@react-router/dev',
  'nuxt',
  'astro',
  '@solidjs/start',
  'vinxi',
];

const views: readonly [dependency: string, label: string, framework: FrameworkType][] = [
  ['@angular/core', 'Angular', 'angular'],
  ['react', 'React', 'react'],
  ['vue', 'Vue', 'vue'],
];

export async function findFrontEnd(
  source: SourceTree,
  manifest: PackageJson,
  server = '',
): Promise<FrontEnd | undefined> {
  const all = { ...manifest.dependencies, ...manifest.devDependencies };
  if (!manifest.scripts.build) return undefined;
  if (server === 'next') return exportedNext(source);
  if (server || serverFrameworks.some((name) => name in all)) return undefined;
  if ('@angular/core' in all) return angular(source);
  for (const [builder, output, setting, files] of builders) {
    if (!(builder in all)) continue;
    const named = await settingIn(source, files, setting);
    const evidence = evidenceAt('package.json', manifest.text, `"${builder}":`, `depends on ${builder}`);
    return { builder, output: named?.value ?? output, evidence: [evidence, ...(named?.evidence ?? [])] };
  }
  return undefined;
}

/** `output: 'export'` makes Next.js leave plain files in `out`. */
async function exportedNext(source: SourceTree): Promise<FrontEnd | undefined> {
  const files = ['next.config.js', 'next.config.mjs', 'next.config.ts'];
  const found = await settingIn(source, files, /\boutput\s*:\s*['"`](export)['"`]/);
  return found && { builder: 'next', output: 'out', evidence: found.evidence };
}

/** Angular's application builder leaves the pages in a folder `browser` below its output path. */
async function angular(source: SourceTree): Promise<FrontEnd | undefined> {
  const text = await source.read('angular.json');
  if (text === undefined) return undefined;
  const projects = recordOf(parseObject('angular.json', text).projects);
  const [name = '', project] = Object.entries(projects)[0] ?? [];
  const build = recordOf(recordOf(recordOf(project).architect).build);
  const path = recordOf(build.options).outputPath;
  const base = stringOf(path) || stringOf(recordOf(path).base) || `dist/${name}`;
  const output = stringOf(build.builder).endsWith(':application') ? `${base}/browser` : base;
  if (!isPlainFolder(output)) return undefined;
  return {
    builder: 'Angular',
    output,
    evidence: [evidenceAt('angular.json', text, `"${name}"`, `is built into ${output}`)],
  };
}

async function settingIn(source: SourceTree, files: readonly string[], pattern: RegExp) {
  for (const file of files) {
    const text = await source.read(file);
    const match = text && pattern.exec(text);
    const value = match?.[1]?.replace(/^\.\//, '').replace(/\/$/, '');
    if (text && match && value && isPlainFolder(value)) {
      return { value, evidence: [evidenceAt(file, text, match[0], match[0].trim())] };
    }
  }
  return undefined;
}

/** Below the project, and safe to stand in a Dockerfile. */
function isPlainFolder(path: string): boolean {
  return /^\w[\w./-]*$/.test(path) && !path.includes('..');
}

export function frontEndPlan({ manifest, node, install }: NodeBasics, found: FrontEnd): Recognised {
  const all = { ...manifest.dependencies, ...manifest.devDependencies };
  const view = found.builder === 'next' ? undefined : views.find(([dependency]) => dependency in all);
  const [, name, framework] = view ?? [
    '',
    'Front end',
    found.builder === 'next' ? ('nextjs' as const) : ('other' as const),
  ];
  return {
    ...blankPlan,
    framework,
    kind: `${framework === 'other' ? 'frontend' : framework}-static`,
    label: `${found.builder === 'next' ? 'Next.js export' : name}, built with ${found.builder} on Node ${node.version}`,
    language: 'javascript',
    languageVersion: node.version,
    packageManager: 'npm',
    installCommand: installCommand(install),
    buildCommand: 'npm run build',
    startCommand: nginxCommand.join(' '),
    outputFolder: found.output,
    port: staticPort,
    healthPath: '/',
    evidence: [{ file: 'package.json', says: 'a Node project' }, ...found.evidence, ...node.evidence],
    warnings: [...install.warnings, ...node.warnings],
    writeDockerfile: ({ languageVersion, outputFolder, port }, base) =>
      dockerfileOf(
        `FROM ${base(`node:${languageVersion}-bookworm-slim`)} AS build`,
        'WORKDIR /app',
        ...installLines(install, true),
        'RUN npm run build',
        '',
        ...nginxStage({
          base,
          copy: `COPY --from=build /app/${outputFolder}/ /usr/share/nginx/html/`,
          singlePage: true,
          port,
        }),
      ),
    dockerignore: [...commonIgnores, '**/node_modules', found.output, 'coverage'],
  };
}
