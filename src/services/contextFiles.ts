import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import dockerignore from '@balena/dockerignore';
import { fail, messageOf } from '../shared/errors.ts';
import { isSecretFile, isSecretFolder } from './secretFiles.ts';

export interface ContextFile {
  /** Relative, with `/`. */
  path: string;
  type: 'file' | 'directory' | 'symlink';
  /** Permission bits. */
  mode: number;
  /** Bytes; 0 for what is no file. */
  size: number;
  /** Where a link leads to, as it is written. */
  target: string;
}

export interface ContextFiles {
  /** In the order of their paths; a folder comes before what is in it. */
  files: ContextFile[];
  /** What looked like a secret and was left out; a folder ends with `/`. */
  leftOut: string[];
}

/** History, providers of Terraform (hundreds of megabytes), and our own records. */
const neverSent = new Set(['.git', '.terraform', '.deployotron']);

/**
 * The files that go into an image's build: what `ignoreLines` (a .dockerignore) let through, never those above or secrets.
 * `always` are paths that go in even when ignored, as Docker does with the Dockerfile.
 * Throws FolderNotFound, SourceUnreadable.
 */
export async function walkContext(
  root: string,
  ignoreLines: readonly string[],
  always: readonly string[],
): Promise<ContextFiles> {
  const found: ContextFiles = { files: [], leftOut: [] };
  const isIgnored = ignoreFilter(ignoreLines, always);
  const mayHold = negationFilter(ignoreLines, always);
  await walkFolder('');
  return { files: withParents(found.files), leftOut: found.leftOut };

  async function walkFolder(folder: string): Promise<void> {
    for (const name of await namesIn(root, folder)) {
      const path = folder ? `${folder}/${name}` : name;
      if (neverSent.has(name)) continue;
      const entry = await readEntry(root, path);
      const ignored = isIgnored(path);
      if (entry?.type === 'directory') await takeFolder(entry, name, ignored);
      else if (entry && !ignored) await takeFile(entry);
    }
  }

  async function takeFolder(entry: ContextFile, name: string, ignored: boolean): Promise<void> {
    if (ignored && !mayHold(entry.path)) return;
    if (isSecretFolder(name)) {
      found.leftOut.push(`${entry.path}/`);
      return;
    }
    if (!ignored) found.files.push(entry);
    await walkFolder(entry.path);
  }

  async function takeFile(entry: ContextFile): Promise<void> {
    if (await isSecretFile(entry.path, join(root, entry.path))) {
      found.leftOut.push(entry.path);
      return;
    }
    found.files.push(entry);
  }
}

/** Docker's patterns are rooted and later lines win: https://docs.docker.com/build/concepts/context/#dockerignore-files */
function ignoreFilter(lines: readonly string[], always: readonly string[]): (path: string) => boolean {
  const filter = dockerignore({ ignorecase: false }).add([...lines]);
  return (path) => !always.includes(path) && filter.ignores(path);
}

/** An ignored folder still has to be walked where a `!` line, or a file that always goes in, may lie below it. */
function negationFilter(lines: readonly string[], always: readonly string[]): (folder: string) => boolean {
  const negated = lines
    .map((line) => line.trim())
    .filter((line) => line.startsWith('!'))
    .map((line) =>
      line
        .slice(1)
        .trim()
        .replace(/^(?:\.?\/)+/, ''),
    );
  const fixedParts = [...negated, ...always].map((pattern) => {
    const parts = pattern.split('/');
    const wild = parts.findIndex((part) => /[*?[\\]/.test(part));
    return (wild < 0 ? parts : parts.slice(0, wild)).join('/');
  });
  return (folder) => fixedParts.some((fixed) => `${fixed}/`.startsWith(`${folder}/`) || isBelow(folder, fixed));
}

function isBelow(folder: string, parent: string): boolean {
  return parent === '' || folder === parent || folder.startsWith(`${parent}/`);
}

async function namesIn(root: string, folder: string): Promise<string[]> {
  try {
    return (await readdir(join(root, folder))).sort();
  } catch (error) {
    if (folder === '') throw fail('FolderNotFound', root);
    throw fail('SourceUnreadable', folder, messageOf(error));
  }
}

/** Undefined for sockets, pipes and devices, which no image can hold, and for what has just gone. */
async function readEntry(root: string, path: string): Promise<ContextFile | undefined> {
  const absolute = join(root, path);
  const stat = await lstat(absolute).catch(() => undefined);
  // Windows knows no executable bit; Docker sets it on everything there.
  const mode = ((stat?.mode ?? 0) & 0o7777) | (process.platform === 'win32' ? 0o755 : 0);
  if (stat?.isDirectory()) return { path, type: 'directory', mode, size: 0, target: '' };
  if (stat?.isSymbolicLink())
    return {
      path,
      type: 'symlink',
      mode: 0o777,
      size: 0,
      target: await readlink(absolute),
    };
  if (stat?.isFile()) return { path, type: 'file', mode, size: stat.size, target: '' };
  return undefined;
}

/** A file that was taken from an ignored folder brings the folder itself along. */
function withParents(files: ContextFile[]): ContextFile[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  for (const { path } of files) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const parent = path.slice(0, end);
      if (!byPath.has(parent))
        byPath.set(parent, {
          path: parent,
          type: 'directory',
          mode: 0o755,
          size: 0,
          target: '',
        });
    }
  }
  return [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}
