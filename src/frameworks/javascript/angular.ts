import type { Framework, SourceTree } from '../framework.ts';
import { evidenceAt, parseObject, recordOf, stringOf } from '../manifest.ts';
import { isPlainPath } from '../wishes.ts';
import { has, readProject } from './project.ts';
import { serverPlan } from './server.ts';
import { sitePlan } from './site.ts';

const kind = {
  kind: 'angular',
  framework: 'angular',
  build: 'ng build',
  buildEnv: ['NG_CLI_ANALYTICS=false'],
} as const;

/** Angular: plain files, or a server that renders them. */
export const angular: Framework = {
  id: 'angular',
  async detect(source, wishes) {
    const project = await readProject(source);
    const target = project && has(project, '@angular/core') ? await readTarget(source) : undefined;
    if (!project || !target) return undefined;
    const { output, hasServer, evidence } = target;
    if (!hasServer && !wishes.startCommand) {
      const facts = { ...kind, label: 'Angular', evidence: [evidence], output: target.pages, fallback: 'index.html' };
      return sitePlan(project, facts, wishes);
    }
    const facts = { ...kind, label: 'Angular, rendered on the server', evidence: [evidence], healthPath: '/' };
    const run = {
      start: `node ${output}/server/server.mjs`,
      port: 4000,
      output: [[`${output}/`, `${output}/`]] as const,
    };
    return serverPlan(project, { ...facts, ...run, ignored: ['**/dist', '**/.angular'] }, wishes);
  },
};

interface Target {
  /** The folder that the build leaves, and the one in it that browsers get. */
  output: string;
  pages: string;
  hasServer: boolean;
  evidence: ReturnType<typeof evidenceAt>;
}

/** The application of angular.json: its default one, else the first. Throws InvalidManifest. */
async function readTarget(source: SourceTree): Promise<Target | undefined> {
  const file = 'angular.json';
  const text = await source.read(file);
  if (text === undefined) return undefined;
  const workspace = parseObject(file, text);
  const projects = Object.entries(recordOf(workspace.projects));
  const isApplication = ([, each]: [string, unknown]) => stringOf(recordOf(each).projectType) !== 'library';
  const named = projects.find(([name]) => name === workspace.defaultProject);
  const [name = '', project] = named ?? projects.find(isApplication) ?? [];
  const targets = recordOf(recordOf(project).architect ?? recordOf(project).targets);
  const build = recordOf(targets.build);
  const options = recordOf(build.options);
  const { output, pages, hasServer } = outputOf(stringOf(build.builder), options, `dist/${name}`);
  if (!isPlainPath(output) || !isPlainPath(pages)) return undefined;
  return { output, pages, hasServer, evidence: evidenceAt(file, text, `"${name}"`, `is built into ${output}`) };
}

/** What the options of a build target leave. */
export function outputOf(
  builder: string,
  options: Record<string, unknown>,
  usual: string,
): Pick<Target, 'output' | 'pages' | 'hasServer'> {
  const path = options.outputPath;
  const output = (stringOf(path) || stringOf(recordOf(path).base) || usual).replace(/\/+$/, '');
  // The builders "application" leave what browsers get in a folder of its own; the older ones leave nothing else.
  const isNew = /:application$/.test(builder);
  const browser = recordOf(path).browser === undefined ? 'browser' : stringOf(recordOf(path).browser);
  const hasServer = isNew && Boolean(options.server) && Boolean(options.ssr) && options.outputMode !== 'static';
  return { output, pages: isNew && browser ? `${output}/${browser}` : output, hasServer };
}
