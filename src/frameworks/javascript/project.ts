import type { EvidenceItem, SourceTree } from '../framework.ts';
import { codeOf, evidenceAt } from '../manifest.ts';
import { type PackageJson, readPackageJson } from './packageJson.ts';
import { workspaceMembers } from './workspace.ts';

/** What every plan of a JavaScript project rests on. */
export interface Project {
  source: SourceTree;
  manifest: PackageJson;
  /** Where lock file and package manager are told: the workspace around the app, else the app's own folder. */
  home: SourceTree;
  /** Folders of the packages of that workspace, relative to `home`; empty for an ordinary project. */
  members: string[];
}

const known = new WeakMap<SourceTree, Promise<Project | undefined>>();

/** Undefined without a package.json; read once for all kinds. Throws InvalidManifest. */
export function readProject(source: SourceTree): Promise<Project | undefined> {
  const project = known.get(source) ?? read(source);
  known.set(source, project);
  return project;
}

async function read(source: SourceTree): Promise<Project | undefined> {
  const manifest = await readPackageJson(source);
  if (!manifest) return undefined;
  const members = await workspaceMembers(source.outer ?? source);
  if (!source.outer || !members.includes(source.folder)) {
    return { source, manifest, home: source, members: source.outer ? [] : members };
  }
  return { source, manifest, home: source.outer, members };
}

export function isMember({ source, home }: Project): boolean {
  return home !== source;
}

/** Where the app lies in its image. */
export function appFolder(project: Project): string {
  return isMember(project) ? `/app/${project.source.folder}` : '/app';
}

/** Among dependencies of either sort. */
export function has({ manifest }: Project, name: string): boolean {
  return name in manifest.dependencies || name in manifest.devDependencies;
}

/** The first of these packages that the project depends on. */
export function firstOf(project: Project, names: readonly string[]): string | undefined {
  return names.find((name) => has(project, name));
}

export function dependsOn({ manifest }: Project, name: string): EvidenceItem {
  return evidenceAt('package.json', manifest.text, `"${name}":`, `depends on ${name}`);
}

/** The first file of these that is there, with its text. */
export async function firstFile(
  source: SourceTree,
  names: readonly string[],
): Promise<{ file: string; text: string } | undefined> {
  for (const file of names) {
    const text = await source.read(file);
    if (text !== undefined) return { file, text };
  }
  return undefined;
}

/** `vite.config` with every ending that a configuration may have. */
export function configNames(stem: string): string[] {
  return ['js', 'mjs', 'ts', 'mts', 'cjs', 'cts'].map((ending) => `${stem}.${ending}`);
}

/** Comments of JavaScript; not the star of a route such as '/*', and bounded, so that no file takes long. */
export const comments = /(?<!['"`\w])\/\*[\s\S]{0,5000}?\*\/|(?<=^|[\s;{}(])\/\/.*$/gm;

export function withoutComments(text: string): string {
  return codeOf(text, comments);
}

/** What a configuration file says in the group of `pattern`, with where it says so; comments do not count. */
export async function settingIn(
  source: SourceTree,
  files: readonly string[],
  pattern: RegExp,
): Promise<{ value: string; evidence: EvidenceItem } | undefined> {
  const found = await firstFile(source, files);
  const text = found && withoutComments(found.text);
  const match = text && pattern.exec(text);
  if (!found || !match) return undefined;
  return { value: match[1] ?? '', evidence: evidenceAt(found.file, text, match[0], match[0].trim()) };
}
