import { fail, messageOf } from '../../shared/errors.ts';
import type { SourceTree } from '../framework.ts';
import { recordOf } from '../manifest.ts';
import { isPlainPath } from '../wishes.ts';
import { readPackageJson } from './packageJson.ts';

/** Folders of the packages that belong to the workspace of npm, Yarn, Bun or pnpm at the root; none for an ordinary project. */
export async function workspaceMembers(source: SourceTree): Promise<string[]> {
  const patterns = [...((await readPackageJson(source))?.workspaces ?? []), ...(await pnpmPatterns(source))];
  if (patterns.length === 0) return [];
  const wanted = patterns.filter((each) => !each.startsWith('!')).map(expression);
  const unwanted = patterns.filter((each) => each.startsWith('!')).map((each) => expression(each.slice(1)));
  const folders = (await source.files()).flatMap((file) => /^(.+)\/package\.json$/.exec(file)?.[1] ?? []);
  return folders.filter(
    (folder) =>
      isPlainPath(folder) && wanted.some((each) => each.test(folder)) && !unwanted.some((each) => each.test(folder)),
  );
}

/** Folders of all packages and projects below the root, whatever ties them together. */
export async function projectFolders(source: SourceTree): Promise<string[]> {
  return [...new Set([...(await workspaceMembers(source)), ...(await nxFolders(source))])];
}

/** The folder of the package or project that is called so, with or without its scope; undefined where none is. */
export async function folderNamed(source: SourceTree, name: string): Promise<string | undefined> {
  for (const folder of await projectFolders(source)) {
    for (const file of ['project.json', 'package.json']) {
      const text = (await source.read(`${folder}/${file}`)) ?? '';
      const called = /^[ \t]{0,20}[{,]?[ \t]{0,20}"name"\s{0,9}:\s{0,9}"([^"]+)"/m.exec(text)?.[1];
      if (called === name || called?.replace(/^@[^/]*\//, '') === name) return folder;
    }
  }
  return undefined;
}

/** Folders with a project of Nx; none where there is no nx.json. */
async function nxFolders(source: SourceTree): Promise<string[]> {
  if (!(await source.has('nx.json'))) return [];
  const folders = (await source.files()).flatMap((file) => /^(.+)\/project\.json$/.exec(file)?.[1] ?? []);
  return folders.filter((folder) => isPlainPath(folder) && !/-e2e$|(?:^|\/)e2e(?:\/|$)/.test(folder));
}

/** The root of a source whose apps stand below it, and that is none itself. */
export async function isMonorepo(source: SourceTree): Promise<boolean> {
  const isNx = (await source.has('nx.json')) && !(await source.has('project.json'));
  if (!isNx && !(await source.has('turbo.json'))) return false;
  return (await projectFolders(source)).length > 0;
}

/** Throws InvalidManifest. */
async function pnpmPatterns(source: SourceTree): Promise<string[]> {
  const file = 'pnpm-workspace.yaml';
  const text = await source.read(file);
  if (text === undefined) return [];
  const { parse } = await import('yaml');
  try {
    const { packages } = recordOf(parse(text));
    return Array.isArray(packages) ? packages.filter((each) => typeof each === 'string') : [];
  } catch (error) {
    throw fail('InvalidManifest', file, messageOf(error));
  }
}

/** `*` is one folder, `**` any number of them; the rest means itself. */
function expression(pattern: string): RegExp {
  const parts = pattern
    .replace(/^\.\//, '')
    .replace(/\/+$/, '')
    .split('/')
    .map((part) => (part === '**' ? '.*' : part.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*+/g, '[^/]*')));
  return new RegExp(`^${parts.join('/')}$`);
}
