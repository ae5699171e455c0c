import type { PackageJson } from './packageJson.ts';

/** Packages of Debian that the small image of Node lacks: for the installation and the build, and for the run. */
export interface SystemPackages {
  build: string[];
  run: string[];
}

/** From git itself or a host that npm knows by a short name; npm runs git for either. */
const fromGit = /^(?:git[+:@]|(?:github|gitlab|bitbucket|gist):|https?:\/\/\S+\.git\b|[\w-]+\/[\w.-]+(?:#|$))/;

export function systemPackages(manifests: readonly PackageJson[]): SystemPackages {
  const all = manifests.map(({ dependencies, devDependencies }) => ({ ...devDependencies, ...dependencies }));
  const usesGit = all.some((each) => Object.values(each).some((version) => fromGit.test(version)));
  // Its engine looks for the library when it is installed, and takes a release that is not there where it finds none.
  const usesPrisma = all.some((each) => '@prisma/client' in each || 'prisma' in each);
  return {
    build: [...(usesGit ? ['ca-certificates', 'git'] : []), ...(usesPrisma ? ['openssl'] : [])],
    run: usesPrisma ? ['openssl'] : [],
  };
}
