import { fail } from '../../shared/errors.ts';
import { plainWords } from '../dockerfileText.ts';
import type { EvidenceItem, SourceTree } from '../framework.ts';
import { evidenceAt } from '../manifest.ts';
import type { PackageJson } from './packageJson.ts';

export interface Start {
  command: string;
  evidence: EvidenceItem[];
  warnings: string[];
  /** True when the command is a tool from devDependencies, which must then stay in the image. */
  needsDev: boolean;
}

/** `start:prod` is what NestJS and others keep for this very purpose; their `start` watches or compiles. */
const scripts = ['start:prod', 'start:production', 'start'];
const entryFiles = [
  'server.js',
  'index.js',
  'app.js',
  'main.js',
  'server.mjs',
  'index.mjs',
  'src/server.js',
  'src/index.js',
];
/** Commands whose package has another name. */
const packages: Record<string, string> = { nest: '@nestjs/cli', tsc: 'typescript' };

/** They compile, and end. */
const builders =
  /^(?:npx )?(?:tsc|webpack|rollup|esbuild|tsup|swc|babel|parcel build|ncc build|(?:vite|next|nuxt|astro|remix|gatsby|react-scripts|ng|nest|vue-cli-service|docusaurus) build)\b(?!.*(?:--watch|&&))/;
/** They serve what is being worked on, with all tools of development, to this computer alone. */
export const developmentServers =
  /^(?:npx )?(?:vite(?:$| dev| serve| --)|react-scripts start|vue-cli-service serve|ng serve|webpack(?:-dev-server| serve)|parcel(?:$| (?!build))|(?:next|nuxt|nuxi|astro|remix|svelte-kit|react-router|vinxi|gatsby) (?:dev|develop)|astro start$|nuxt start --dev|eleventy --serve|docusaurus start|live-server|browser-sync|(?:expo|react-native|craco) start)/;
/** They start the app anew at every change; the app itself stands behind them. */
const watchers: readonly [pattern: RegExp, command: string][] = [
  [/^(?:npx )?nodemon (?:--exec|-x) ["']?(?:npx )?(?:ts-node|tsx)["']? ([\w./-]+)$/, 'tsx'],
  [/^(?:npx )?nodemon(?: --?(?:watch|w|ext|e) \S+)* ([\w./-]+)$/, 'node'],
  [/^(?:npx )?(?:tsx watch|ts-node-dev(?: --?[\w-]+)*) ([\w./-]+)$/, 'tsx'],
  [/^node --watch(?:-path=\S+)? ([\w./-]+)$/, 'node'],
];

/** Throws NoStartCommand; `fallback` is the command that a framework brings. */
export async function findStart(
  source: SourceTree,
  manifest: PackageJson,
  { wish, fallback = '' }: { wish?: string | undefined; fallback?: string },
): Promise<Start> {
  if (wish) return { command: wish, evidence: [], warnings: [], needsDev: needsDev(manifest, wish) };
  const passedOver: string[] = [];
  for (const name of scripts) {
    if (!manifest.scripts[name]?.trim()) continue;
    const found = startOf(manifest, followed(manifest, name));
    if (found) return found;
    passedOver.push(`${name}: ${manifest.scripts[name]}`);
  }
  if (fallback) return { command: fallback, evidence: [], warnings: [], needsDev: needsDev(manifest, fallback) };
  const file = await entryFile(source, manifest);
  if (!file) throw fail('NoStartCommand', lookedAt(passedOver));
  const evidence = [{ file, says: 'the file that is started' }];
  return { command: `node ${file}`, evidence, warnings: [], needsDev: false };
}

function lookedAt(passedOver: readonly string[]): string {
  const script =
    passedOver.length > 0 ? `the script that does not serve by itself (${passedOver[0]})` : 'the start script';
  return `${script} and main of package.json, ${entryFiles.slice(0, 4).join(', ')}`;
}

/** The script that one script does nothing but run, and so on. */
function followed(manifest: PackageJson, name: string, depth = 0): string {
  const script = manifest.scripts[name]?.trim() ?? '';
  const next = /^(?:npm|yarn|pnpm)(?: run)?(?: -s| --silent)? ([\w:.-]+)$/.exec(script)?.[1];
  const hasHooks = manifest.scripts[`pre${name}`] || manifest.scripts[`post${name}`];
  return next && !hasHooks && depth < 5 && manifest.scripts[next] ? followed(manifest, next, depth + 1) : name;
}

/** Undefined for a script that builds, or serves for development only. */
function startOf(manifest: PackageJson, name: string): Start | undefined {
  const script = manifest.scripts[name]?.trim() ?? '';
  if (builders.test(script) || developmentServers.test(script)) return undefined;
  const evidence = [evidenceAt('package.json', manifest.text, `"${name}":`, `${name}: ${script}`)];
  for (const [pattern, runner] of watchers) {
    const file = pattern.exec(script)?.[1];
    const command = file && `${runner} ${file}`;
    if (!command) continue;
    const warnings = [`The script “${name}” watches for changes; ${command} is run instead.`];
    return { command, evidence, warnings, needsDev: needsDev(manifest, command) };
  }
  const command = isSelfContained(manifest, name, script) ? script : `npm run ${name}`;
  return { command, evidence, warnings: [], needsDev: needsDev(manifest, script) };
}

/**
 * The script itself rather than `npm run`, because npm would stand between ECS's SIGTERM and the app; its tools are
 * found through the PATH of the image. Not so where npm does more than run it.
 */
function isSelfContained(manifest: PackageJson, name: string, script: string): boolean {
  if (manifest.scripts[`pre${name}`] || manifest.scripts[`post${name}`]) return false;
  return !/\bnpm_|\$INIT_CWD|[\r\n]/.test(script);
}

function needsDev(manifest: PackageJson, command: string): boolean {
  const words = command
    .split(/&&|\|\||;/)
    .flatMap((part) => plainWords(part)?.filter((word) => !word.includes('=') && word !== 'npx')[0] ?? []);
  return words.some((word) => {
    const name = packages[word] ?? word;
    return name in manifest.devDependencies && !(name in manifest.dependencies);
  });
}

async function entryFile(source: SourceTree, manifest: PackageJson): Promise<string | undefined> {
  const main = manifest.main.replace(/^\.\//, '');
  // A name that is no plain path would have to be quoted for people and shells alike; nobody has one.
  const wanted = /^\w[\w./-]*$/.test(main) ? [main, `${main}.js`, `${main}/index.js`] : [];
  for (const file of [...wanted, ...entryFiles]) {
    if (await source.has(file)) return file;
  }
  // What a build makes is not there yet.
  return wanted[0] && manifest.scripts.build && /\.[cm]?js$/.test(wanted[0]) ? wanted[0] : undefined;
}
