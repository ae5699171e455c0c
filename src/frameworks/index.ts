import { DeployError, fail } from '../shared/errors.ts';
import type { AppPlan, Framework, Overrides, SourceTree } from './framework.ts';
import { node } from './javascript/node.ts';
import { planOfOwnDockerfile } from './ownDockerfile/ownDockerfile.ts';
import { python } from './python/python.ts';
import { staticSite } from './static.ts';

/**
 * The order is the rule of precedence:
 * 1. a Python project may carry a package.json for its assets, so Python's manifest is asked before Node's;
 * 2. a package.json says more than a page beside it;
 * 3. an index.html alone is a site.
 */
export const frameworks: readonly Framework[] = [python, node, staticSite];

/**
 * What the folder holds and how it is run. The user's own Dockerfile wins over any guess of ours;
 * what else was recognised then only names the family.
 * Throws NotRecognised with what was looked at, NoStartCommand, InvalidManifest, InvalidOption.
 */
export async function detectApp(source: SourceTree, overrides: Overrides): Promise<AppPlan> {
  const recognised = await recognise(source, overrides);
  const own = await planOfOwnDockerfile(source, overrides, recognised.plan);
  const plan = own ?? recognised.plan;
  if (plan) return plan;
  throw recognised.objection ?? fail('NotRecognised', await lookedAt(source));
}

/** The first framework that answers. One that knows the project but not its start lets the others try. */
async function recognise(
  source: SourceTree,
  overrides: Overrides,
): Promise<{ plan?: AppPlan; objection?: DeployError }> {
  let objection: DeployError | undefined;
  for (const framework of frameworks) {
    try {
      const plan = await framework.detect(source, overrides);
      if (plan) return { plan };
    } catch (error) {
      if (!(error instanceof DeployError)) throw error;
      objection ??= error;
      // A manifest that cannot be read is not passed over: the next framework would be a wrong guess.
      if (error.failure.code !== 'NoStartCommand') return { objection };
    }
  }
  return { objection };
}

async function lookedAt(source: SourceTree): Promise<string> {
  const files = (await source.files()).filter((file) => !file.includes('/'));
  const wanted = 'Dockerfile, package.json, requirements.txt, pyproject.toml, Pipfile, index.html';
  return `${wanted}; the folder holds ${files.length === 0 ? 'no file' : files.slice(0, 8).join(', ')}`;
}
