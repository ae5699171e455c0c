import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { AppPlan, SourceTree } from '../../src/frameworks/framework.ts';
import { detectApp } from '../../src/frameworks/index.ts';
import { openSourceTree } from '../../src/frameworks/sourceTree.ts';
import { DeployError, type Failure } from '../../src/shared/errors.ts';
import type { AppOptions } from '../../src/shared/models.ts';

/** Text of a file, or an object that becomes JSON. */
export type Files = Record<string, string | object>;

/** A source with these files, removed when the test ends. */
export async function treeOf(files: Files): Promise<SourceTree> {
  const root = await mkdtemp(join(tmpdir(), 'frameworks-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  }
  return openSourceTree(root);
}

export async function planOf(files: Files, wishes: AppOptions = {}): Promise<AppPlan> {
  return detectApp(await treeOf(files), wishes);
}

/** Why these files cannot be deployed. */
export async function failureFor(files: Files, wishes: AppOptions = {}): Promise<Failure> {
  const tree = await treeOf(files);
  const thrown = await detectApp(tree, wishes).catch((error: unknown) => error);
  if (thrown instanceof DeployError) return thrown.failure;
  throw new Error(`no DeployError but ${JSON.stringify(thrown)}`);
}

/** The last CMD of a Dockerfile, as Docker reads it: words, or undefined for the shell form. */
export function cmdOf(dockerfile: string): unknown {
  const line = dockerfile.split('\n').findLast((each) => each.startsWith('CMD ')) ?? '';
  return JSON.parse(line.slice(4));
}
