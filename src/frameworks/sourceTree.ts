import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { fail } from '../shared/errors.ts';
import type { SourceTree } from './framework.ts';

/** Folders that hold what tools made, not what people wrote. */
const skipped = new Set([
  '.git',
  'node_modules',
  '.venv',
  'venv',
  '__pycache__',
  'target',
  'vendor',
  '.next',
  '.terraform',
]);

const mostBytes = 1024 * 1024;

/** Lists at most `mostFiles`. @throws DeployError FolderNotFound */
export async function openSourceTree(folder: string, mostFiles = 50_000): Promise<SourceTree> {
  const root = await realpath(folder).catch(() => undefined);
  if (!root || !(await stat(root)).isDirectory()) throw fail('FolderNotFound', folder);
  let listed: Promise<string[]> | undefined;
  const texts = new Map<string, Promise<string | undefined>>();

  /** The real path of a file inside the root; undefined when it is missing, no file, or a link that leads out. */
  async function inside(relative: string): Promise<string | undefined> {
    const real = await realpath(path.join(root as string, relative)).catch(() => undefined);
    if (!real || !(real + path.sep).startsWith((root as string) + path.sep)) return undefined;
    return (await stat(real)).isFile() ? real : undefined;
  }

  async function readInside(relative: string): Promise<string | undefined> {
    const file = await inside(relative);
    if (!file || (await stat(file)).size > mostBytes) return undefined;
    return readFile(file, 'utf8').catch(() => undefined);
  }

  return {
    root,
    folder: '.',
    outer: undefined,
    files() {
      listed ??= listFiles(root, mostFiles);
      return listed;
    },
    has: async (relative) => (await inside(relative)) !== undefined,
    read(relative) {
      // Each framework looks into the same few files.
      const text = texts.get(relative) ?? readInside(relative);
      texts.set(relative, text);
      return text;
    },
  };
}

/** Breadth first, so that the cap cuts off what lies deepest. */
async function listFiles(root: string, mostFiles: number): Promise<string[]> {
  const files: string[] = [];
  const folders = [''];
  for (const folder of folders) {
    const entries = await readdir(path.join(root, folder), { withFileTypes: true }).catch(() => []);
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const relative = folder ? `${folder}/${entry.name}` : entry.name;
      if (entry.isDirectory() && !skipped.has(entry.name)) folders.push(relative);
      if (entry.isFile()) files.push(relative);
      if (files.length >= mostFiles) return files;
    }
  }
  return files;
}
