import type { AppOptions } from '../../shared/models.ts';
import type { Framework, Recognised, SourceTree } from '../framework.ts';
import { stringOf } from '../manifest.ts';
import { outputOf } from './angular.ts';
import { nestHealth } from './nestHealth.ts';
import { importedKinds, serverKind, viewKind } from './nxKinds.ts';
import { type NxProject, readNxProject, workspacePath } from './nxProject.ts';
import { readPackageJson } from './packageJson.ts';
import { listeningPort } from './port.ts';
import { configNames, type Project, settingIn } from './project.ts';
import { type ServerFacts, serverPlan } from './server.ts';
import { type SiteFacts, sitePlan } from './site.ts';

/** What the build of a project leaves, relative to the workspace: files, or a server and how it starts. */
type Built =
  | (Omit<SiteFacts, 'build'> & { start?: undefined })
  | (Omit<ServerFacts, 'build' | 'output'> & { start: string });

/** Nx leaves neither its cache nor a daemon in the image, and asks no service of its maker's. */
const buildEnv = [
  'NX_DAEMON=false',
  'NX_NO_CLOUD=true',
  'NX_TUI=false',
  'NX_CACHE_DIRECTORY=/tmp/nx',
  'NX_WORKSPACE_DATA_DIRECTORY=/tmp/nx',
];

/** An app of an Nx workspace that has no package.json, or one that leaves its scripts to Nx. */
export const nx: Framework = {
  id: 'nx',
  kinds: ['nextjs', 'angular', ...importedKinds],
  async detect(source, wishes) {
    const nxProject = await readNxProject(source);
    const home = source.outer ?? source;
    const manifest = nxProject && (await readPackageJson(home));
    const built = nxProject && manifest && (await builtBy(source, nxProject, wishes));
    if (!built) return undefined;
    // Dependencies stand at the root, and its scripts are those of the whole workspace.
    const project = { source: home, manifest: { ...manifest, scripts: {}, main: '' }, home, members: [] };
    return { ...(await planOf(project, nxProject, built, wishes)), needsOuter: source !== home };
  },
};

async function planOf(
  project: Project,
  { build, evidence }: NxProject,
  built: Built,
  wishes: AppOptions,
): Promise<Recognised> {
  const facts = { buildEnv, build, evidence: [...evidence, ...built.evidence] };
  if (built.start === undefined) return sitePlan(project, { ...built, ...facts }, wishes);
  return serverPlan(project, { ...built, ...facts, ignored: ['**/dist', '**/.nx', '**/.next'] }, wishes);
}

/** By the executor of its build target, else by the configuration file from which a plugin infers one. */
async function builtBy(source: SourceTree, project: NxProject, wishes: AppOptions): Promise<Built | undefined> {
  if (wishes.startCommand) return serverBy(source, wishes.startCommand);
  const { executor, folder, options } = project;
  const named = workspacePath(stringOf(options.outputPath), '.', folder);
  const output = named || `dist/${folder === '.' ? project.name : folder}`;
  if (/\/next:build$/.test(executor)) return nextjs(source, output, `${output}/.next`);
  if (/\/vite:build$/.test(executor)) return site(source, named || (await viteOutput(source, folder, output)));
  if (/:(?:application|browser|browser-esbuild|webpack-browser)$/.test(executor)) return angular(project, output);
  if (/\/(?:webpack:webpack|rspack:rspack|node:webpack)$/.test(executor))
    return options.target === 'node' || /node:webpack$/.test(executor) || (await isForNode(source))
      ? serverBy(source, `node ${output}/${stringOf(options.outputFileName) || 'main.js'}`)
      : site(source, output);
  if (/\/esbuild:esbuild$/.test(executor)) return serverBy(source, `node ${output}/${esbuildFile(options)}`);
  if (/\/js:(?:tsc|swc)$/.test(executor)) return serverBy(source, `node ${output}/src/main.js`);
  return inferred(source, project, output);
}

async function inferred(source: SourceTree, project: NxProject, output: string): Promise<Built | undefined> {
  const { folder } = project;
  const holds = async (stem: string) => {
    const files = await source.files();
    return configNames(stem).some((file) => files.includes(file));
  };
  if (await holds('next.config')) return nextjs(source, folder, `${folder}/out`);
  if ((await holds('vite.config')) && (await source.has('index.html')))
    return site(source, await viteOutput(source, folder, `${folder}/dist`));
  const bundler = (await holds('webpack.config')) || (await holds('rspack.config'));
  if (!bundler) return undefined;
  const path = await settingIn(
    source,
    bundlerConfigs,
    /\bpath\s*:\s*(?:path\.)?(?:join|resolve)\(\s*__dirname\s*,\s*['"`]([^'"`]+)['"`]/,
  );
  const left = (path && workspacePath(path.value, folder, folder)) || output;
  return (await isForNode(source)) ? serverBy(source, `node ${left}/main.js`) : site(source, left);
}

const bundlerConfigs = [...configNames('webpack.config'), ...configNames('rspack.config')];

async function isForNode(source: SourceTree): Promise<boolean> {
  return (await settingIn(source, bundlerConfigs, /\btarget\s*:\s*['"`](node)/)) !== undefined;
}

async function viteOutput(source: SourceTree, folder: string, usual: string): Promise<string> {
  const named = await settingIn(source, configNames('vite.config'), /\boutDir\s*:\s*['"`]([^'"`]+)['"`]/);
  return (named && workspacePath(named.value, folder, folder)) || usual;
}

async function site(source: SourceTree, output: string): Promise<Built> {
  return { ...(await viewKind(source)), evidence: [], output, fallback: 'index.html', immutable: '/assets/' };
}

/** `output` is what Next.js runs in, `exported` where it puts a site without a server. */
async function nextjs(source: SourceTree, output: string, exported: string): Promise<Built> {
  const kind = { kind: 'nextjs', framework: 'nextjs', label: 'Next.js' } as const;
  const isExport = await settingIn(source, configNames('next.config'), /\boutput\s*:\s*['"`](export)['"`]/);
  if (isExport) return { ...kind, evidence: [isExport.evidence], output: exported, immutable: '/_next/static/' };
  return { ...kind, evidence: [], start: `next start ${output}`, healthPath: '/' };
}

function angular({ executor, options }: NxProject, output: string): Built {
  const kind = { kind: 'angular', framework: 'angular', label: 'Angular' } as const;
  const target = outputOf(executor, options, output);
  if (!target.hasServer) return { ...kind, evidence: [], output: target.pages, fallback: 'index.html' };
  return { ...kind, evidence: [], start: `node ${target.output}/server/server.mjs`, port: 4000, healthPath: '/' };
}

/** esbuild calls CommonJS `.cjs` unless it is told otherwise. */
function esbuildFile({ main, outputFileName, format, esbuildOptions }: NxProject['options']): string {
  const named = stringOf(outputFileName);
  if (named) return named;
  const isCommon = Array.isArray(format) && format.includes('cjs');
  const ending = isCommon && !JSON.stringify(esbuildOptions ?? '').includes('outExtension') ? 'cjs' : 'js';
  const name = /([\w.-]+)\.[cm]?[jt]s$/.exec(stringOf(main))?.[1] ?? 'main';
  return `${name}.${ending}`;
}

async function serverBy(source: SourceTree, start: string): Promise<Built> {
  const kind = await serverKind(source);
  const listening = await listeningPort(source, 'node src/main.ts');
  const health = kind.kind === 'nestjs' ? await nestHealth(source) : { healthPath: '', evidence: [] };
  return {
    ...kind,
    start,
    evidence: [...listening.evidence, ...health.evidence],
    warnings: listening.warnings,
    healthPath: health.healthPath || listening.healthPath,
    ...(listening.port && { port: listening.port }),
  };
}
