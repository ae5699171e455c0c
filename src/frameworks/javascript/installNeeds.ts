import type { SourceTree } from '../framework.ts';
import type { PackageJson } from './packageJson.ts';

/** What has to be in the image before dependencies are installed, besides manifests and lock file. */
export interface Needs {
  /** Scripts or paths want the whole source, so that every change of it installs anew. */
  source: boolean;
  /** Folders that are enough instead. */
  folders: string[];
  /** Scripts of package.json that are of no use in an image, such as those that set up hooks of git. */
  dropped: string[];
}

const hooks = ['preinstall', 'install', 'postinstall', 'prepare'];
const gitHooks =
  /^(?:is-ci \|\| )?(?:(?:npx|yarn|pnpm|bunx) )?(?:husky|lefthook|simple-git-hooks|yorkie)(?: install)?(?: \|\| (?:true|exit 0|:))?$/;
/** Tools that read one folder when dependencies are installed. */
const readers: readonly [script: RegExp, folder: string][] = [
  [/^(?:(?:npx|yarn|pnpm|bunx) )?patch-package$/, 'patches'],
  [/^(?:(?:npx|yarn|pnpm|bunx) )?prisma generate$/, 'prisma'],
];

/** `manifests`: that of the root first, then those of a workspace's members. */
export async function installNeeds(home: SourceTree, manifests: readonly PackageJson[]): Promise<Needs> {
  const needs: Needs = { source: false, folders: [], dropped: [] };
  const files = await home.files();
  const holds = (folder: string) => files.some((file) => file.startsWith(`${folder}/`));
  for (const [index, { scripts, dependencies, devDependencies }] of manifests.entries()) {
    for (const hook of hooks) {
      const script = scripts[hook]?.trim();
      const folder = readers.find(([pattern]) => script && pattern.test(script))?.[1];
      if (!script) continue;
      if (index === 0 && gitHooks.test(script)) needs.dropped.push(hook);
      else if (index === 0 && folder && holds(folder)) needs.folders.push(folder);
      else needs.source = true;
    }
    const versions = Object.values({ ...dependencies, ...devDependencies });
    if (versions.some((version) => /^(?:file|link|portal):|^\.{1,2}\//.test(version))) needs.source = true;
  }
  // Yarn's own release and plug-ins, and patches of Yarn and pnpm, are part of the installation.
  for (const folder of ['.yarn/releases', '.yarn/plugins', '.yarn/patches', 'patches']) {
    if (holds(folder) && !needs.folders.includes(folder)) needs.folders.push(folder);
  }
  return needs;
}
