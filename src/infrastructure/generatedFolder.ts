import { mkdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fail } from '../shared/errors.ts';
import { compareFiles, type FileChange, type Files, isInside, type Remembered, rememberedOf } from './generated.ts';

/** Where generated files go. */
export interface Target {
  /** Absolute path. */
  folder: string;
  /** The file that remembers the hashes, relative to the folder. */
  memory: string;
}

/** What generating into this folder would change. @throws DeployError Usage for a link that leads out of the folder */
export async function changesIn({ folder, memory }: Target, generated: Files): Promise<FileChange[]> {
  const remembered = parseMemory(await textOf(folder, memory));
  const files = new Set([...Object.keys(generated), ...Object.keys(remembered)]);
  const present = await Promise.all([...files].map(async (file) => [file, await textOf(folder, file)] as const));
  const found = present.filter((entry): entry is [string, string] => entry[1] !== undefined);
  return compareFiles(generated, Object.fromEntries(found), remembered);
}

/** Carries the changes out, and remembers what was generated. */
export async function writeChanges({ folder, memory }: Target, changes: readonly FileChange[]): Promise<void> {
  for (const { path: file, kind, after } of changes) {
    if (kind === 'obsolete') await rm(path.join(folder, file), { force: true });
    else if (kind !== 'same') await writeText(folder, file, after);
  }
  const kept = changes.filter(({ kind }) => kind !== 'obsolete');
  const files = rememberedOf(Object.fromEntries(kept.map(({ path: file, after }) => [file, after])));
  await writeText(folder, memory, `${JSON.stringify({ generatedBy: 'deployotron', files }, undefined, 2)}\n`);
}

/** Anybody may have written it, so only what has the right form counts. */
function parseMemory(text: string | undefined): Remembered {
  try {
    const files: unknown = JSON.parse(text ?? '{}').files ?? {};
    const entries = Object.entries(files as Record<string, unknown>);
    return Object.fromEntries(
      entries.filter((entry): entry is [string, string] => isInside(entry[0]) && typeof entry[1] === 'string'),
    );
  } catch {
    return {};
  }
}

async function textOf(folder: string, file: string): Promise<string | undefined> {
  await checkPlace(folder, file);
  return readFile(path.join(folder, file), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw fail('StorageNotWritable', path.join(folder, file), error.message);
  });
}

/** The rename puts a file in the place of a link, and never half a file in the place of a whole one. */
async function writeText(folder: string, file: string, text: string): Promise<void> {
  const target = path.join(folder, file);
  const temporary = `${target}.${process.pid}.tmp`;
  try {
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(temporary, text);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw fail('StorageNotWritable', target, (error as Error).message);
  }
}

/** A repository may hold a link such as `.github -> /home/me`. */
async function checkPlace(folder: string, file: string): Promise<void> {
  const root = await realpath(folder).catch(() => undefined);
  const parent = await realpath(path.dirname(path.join(folder, file))).catch(() => undefined);
  if (!root || !parent) return;
  const relative = path.relative(root, parent);
  if (relative !== '' && !isInside(relative)) {
    throw fail('Usage', `${file} lies behind a link that leads out of ${folder}.`, 'Remove that link first.');
  }
}
