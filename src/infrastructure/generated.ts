import { createHash } from 'node:crypto';
import path from 'node:path';

/** Texts by their path, relative with `/`. */
export type Files = Readonly<Record<string, string>>;

/** Hashes of what was generated the last time, by path. */
export type Remembered = Readonly<Record<string, string>>;

export interface FileChange {
  path: string;
  /**
   * - `new`: there is no such file yet
   * - `same`: it is as it would be generated
   * - `outdated`: it is earlier output, which nobody has touched
   * - `edited`: somebody has changed it, or made it
   * - `obsolete`: it is earlier output, untouched, and belongs to the module no longer
   */
  kind: 'new' | 'same' | 'outdated' | 'edited' | 'obsolete';
  before: string;
  /** Empty where the file is to go. */
  after: string;
}

/** What generating anew would do to a folder; pure. Edited files that are obsolete are nobody's business but the user's. */
export function compareFiles(generated: Files, present: Files, remembered: Remembered): FileChange[] {
  const changes = Object.entries(generated).map(([file, after]): FileChange => {
    const before = present[file];
    if (before === undefined) return { path: file, kind: 'new', before: '', after };
    const kind = before === after ? 'same' : isUntouched(before, remembered[file]) ? 'outdated' : 'edited';
    return { path: file, kind, before, after };
  });
  const left = Object.entries(present).filter(([file]) => generated[file] === undefined);
  const obsolete = left.filter(([file, text]) => isUntouched(text, remembered[file]));
  return [
    ...changes,
    ...obsolete.map(([file, before]): FileChange => ({ path: file, kind: 'obsolete', before, after: '' })),
  ];
}

export function rememberedOf(generated: Files): Remembered {
  return Object.fromEntries(Object.entries(generated).map(([file, text]) => [file, hashOf(text)]));
}

/** The changes as a unified diff; empty where there are none. */
export async function diffOf(changes: readonly FileChange[]): Promise<string> {
  const { createTwoFilesPatch, FILE_HEADERS_ONLY } = await import('diff');
  const options = { context: 3, headerOptions: FILE_HEADERS_ONLY };
  return changes
    .filter(({ kind }) => kind !== 'same')
    .map(({ path: file, kind, before, after }) => {
      const from = kind === 'new' ? '/dev/null' : `a/${file}`;
      const to = kind === 'obsolete' ? '/dev/null' : `b/${file}`;
      return createTwoFilesPatch(from, to, before, after, '', '', options);
    })
    .join('');
}

/** Whether a path from a file that anybody may have written stays inside its folder. */
export function isInside(file: string): boolean {
  return file !== '' && !path.isAbsolute(file) && !file.split(/[/\\]/).includes('..');
}

function isUntouched(text: string, hash: string | undefined): boolean {
  return hash !== undefined && hashOf(text) === hash;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
