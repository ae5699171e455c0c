import type { EvidenceItem, SourceTree } from '../framework.ts';
import { evidenceAt, parseObject, recordOf, stringOf } from '../manifest.ts';
import { isPlainPath } from '../wishes.ts';
import { readPackageJson } from './packageJson.ts';
import { withoutComments } from './project.ts';

/** One project of an Nx workspace, as far as its build tells how it is run. */
export interface NxProject {
  /** As Nx calls it. */
  name: string;
  /** Relative to the workspace; `.` for one that is the whole of it. */
  folder: string;
  /** `nx build <name>`, in its configuration for production. */
  build: string;
  /** What the build target runs; empty where a plugin infers it from a configuration file. */
  executor: string;
  options: Record<string, unknown>;
  evidence: EvidenceItem[];
}

/**
 * The project whose folder this is: by its project.json, or by a package.json that leaves its scripts to Nx. Undefined
 * for a library, and outside of Nx. Throws InvalidManifest.
 */
export async function readNxProject(source: SourceTree): Promise<NxProject | undefined> {
  const home = source.outer ?? source;
  if (!(await home.has('nx.json'))) return undefined;
  const text = await source.read('project.json');
  const manifest = await readPackageJson(source);
  if (text === undefined && (!manifest || source === home || manifest.scripts.build || manifest.scripts.start))
    return undefined;
  const file = text === undefined ? 'package.json' : 'project.json';
  const said = parseObject(file, withoutComments(text ?? manifest?.text ?? ''));
  const raw = text === undefined ? recordOf(said.nx) : said;
  const name = stringOf(raw.name) || manifest?.name || source.folder.split('/').at(-1) || '';
  if (raw.projectType === 'library' || !/^[@\w][\w./@-]*$/.test(name)) return undefined;
  const targets = recordOf(raw.targets);
  const target = builderAmong(targets);
  const executor = stringOf(target.executor);
  const isNamed = executor !== '' && (text ?? '').includes(executor);
  const configuration =
    'production' in recordOf(target.configurations) && !recordOf(targets.build).defaultConfiguration
      ? ' --configuration=production'
      : '';
  return {
    name,
    folder: source.folder,
    build: `nx build ${name}${configuration}`,
    executor,
    options: recordOf(target.options),
    evidence: [
      { file: 'nx.json', says: 'an Nx workspace' },
      isNamed
        ? evidenceAt(file, text ?? '', `"${executor}"`, `${name} is built by ${executor}`)
        : { file, says: `the project ${name} of the workspace` },
    ],
  };
}

/** The build target, or the one of its own that has to go before it where that only copies what the other has built. */
function builderAmong(targets: Record<string, unknown>): Record<string, unknown> {
  const build = recordOf(targets.build);
  const before = Array.isArray(build.dependsOn) ? build.dependsOn.map(stringOf).filter((name) => name in targets) : [];
  const isCopying = stringOf(build.executor) === 'nx:run-commands' && before.length > 0;
  return isCopying ? recordOf(targets[before[0] ?? '']) : build;
}

/** A path as a target or a configuration names it, relative to the workspace; `from` is where it starts. Empty when it leads out. */
export function workspacePath(path: string, from: string, folder: string): string {
  const plain = path.replaceAll('{workspaceRoot}', '').replaceAll('{projectRoot}', folder);
  const parts: string[] = [];
  for (const part of [...(path.startsWith('{') ? [] : from.split('/')), ...plain.split('/')]) {
    if (part === '..' && parts.length === 0) return '';
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  const joined = parts.join('/');
  return isPlainPath(joined) ? joined : '';
}
