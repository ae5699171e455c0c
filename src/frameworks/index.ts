import { fail } from '../shared/errors.ts';
import { dockerfile } from './dockerfile.ts';
import type { AppPlan, Framework, Overrides, SourceTree } from './framework.ts';
import { node } from './node.ts';
import { python } from './python.ts';
import { staticSite } from './static.ts';

/**
 * The order is the rule of precedence:
 * 1. the user's own Dockerfile says everything, so it wins over any guess of ours;
 * 2. a Python project may carry a package.json for its assets, so Python's manifest is asked before Node's;
 * 3. a package.json says more than a page beside it;
 * 4. an index.html alone is a site.
 */
export const frameworks: readonly Framework[] = [dockerfile, python, node, staticSite];

/** @throws DeployError NotRecognised with what was looked at, InvalidManifest, NoStartCommand */
export async function detectApp(source: SourceTree, overrides: Overrides): Promise<AppPlan> {
  for (const framework of frameworks) {
    const plan = await framework.detect(source, overrides);
    if (plan) return plan;
  }
  throw fail('NotRecognised', await lookedAt(source));
}

async function lookedAt(source: SourceTree): Promise<string> {
  const files = (await source.files()).filter((file) => !file.includes('/'));
  const wanted = 'Dockerfile, package.json, requirements.txt, pyproject.toml, index.html';
  return `${wanted}; the folder holds ${files.length === 0 ? 'no file' : files.slice(0, 8).join(', ')}`;
}
