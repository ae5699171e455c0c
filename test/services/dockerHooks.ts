import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { DeployError, type Failure, toFailure } from '../../src/shared/errors.ts';
import type { Hooks } from '../../src/shared/hooks.ts';

export interface RecordedHooks extends Hooks {
  lines: string[];
  fractions: number[];
  details: string[];
}

/** Hooks that keep what they were told. */
export function recordHooks(signal: AbortSignal = new AbortController().signal): RecordedHooks {
  const hooks: RecordedHooks = {
    signal,
    lines: [],
    fractions: [],
    details: [],
    log: (line) => void hooks.lines.push(line),
    progress: (fraction, detail) => {
      hooks.fractions.push(fraction);
      hooks.details.push(detail);
    },
  };
  return hooks;
}

/** A folder with these files, removed when the test (or whatever `atEnd` waits for) ends. */
export async function folderWith(
  files: Record<string, string>,
  atEnd: (clean: () => Promise<void>) => void = onTestFinished,
): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'source-'));
  atEnd(() => rm(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
}

/** The failure of a work that must fail with an error of the catalogue. */
export async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const thrown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof DeployError)) throw new Error(`no DeployError but ${String(thrown)}`);
  return toFailure(thrown);
}

export const unique = (): string => randomBytes(6).toString('hex');
