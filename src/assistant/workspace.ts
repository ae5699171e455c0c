import { open, realpath } from 'node:fs/promises';
import path from 'node:path';
import { openSourceTree } from '../frameworks/sourceTree.ts';
import { isForbidden } from './forbidden.ts';

export interface FileText {
  text: string;
  /** Bytes of the whole file; more than `text` holds where it was cut. */
  size: number;
}

/** The open folder. The editor's own may answer with what is typed but not saved, and leaves the rest to `openWorkspace`. */
export interface Workspace {
  /** Absolute path. */
  readonly root: string;
  /** Paths relative to the root, with `/`. */
  files(): Promise<readonly string[]>;
  /** The beginning of a file, at most 1 MiB; undefined when there is none that may be read. */
  read(path: string): Promise<FileText | undefined>;
}

const mostBytes = 1024 * 1024;

/** A folder on disk. Where a path leads by links is what counts: out of the folder, or to a secret, it is not there. */
export async function openWorkspace(folder: string): Promise<Workspace> {
  const tree = await openSourceTree(folder);
  return {
    root: tree.root,
    files: async () => (await tree.files()).filter((file) => !isForbidden(file)),
    async read(relative) {
      const real = await realpath(path.join(tree.root, relative)).catch(() => undefined);
      const within = real && path.relative(tree.root, real).split(path.sep).join('/');
      if (!real || !within || isOutside(within) || isForbidden(within) || isForbidden(relative)) return undefined;
      return readStart(real);
    },
  };
}

/** A path as it may be asked of a workspace, or undefined where it leads out or to something secret. Pure. */
export function inWorkspace(said: string): string | undefined {
  const relative = path.posix.normalize(said.replaceAll('\\', '/').replace(/^\.\//, ''));
  return isOutside(relative) || isForbidden(relative) || relative.includes('\0') ? undefined : relative;
}

function isOutside(relative: string): boolean {
  return (
    relative === '..' || relative.startsWith('../') || path.posix.isAbsolute(relative) || /^[a-z]:/i.test(relative)
  );
}

async function readStart(file: string): Promise<FileText | undefined> {
  const handle = await open(file, 'r').catch(() => undefined);
  if (!handle) return undefined;
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) return undefined;
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.min(stats.size, mostBytes)), 0);
    return { text: buffer.toString('utf8', 0, bytesRead), size: stats.size };
  } finally {
    await handle.close();
  }
}
