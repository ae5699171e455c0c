import { isMember, type Project } from './project.ts';
import type { Member, Toolchain } from './toolchain.ts';

/**
 * The build script, or `tool` where there is none; in a workspace the packages that the app depends on come first.
 * Empty when nothing is built.
 */
export function buildCommand(project: Project, { manager, members }: Toolchain, tool = ''): string {
  const { scripts } = project.manifest;
  if (!isMember(project)) return scripts.build ? manager.run('build') : tool && `npx ${tool}`;
  const { folder } = project.source;
  const own = scripts.build ? [manager.run('build', folder)] : tool ? [`cd ${folder} && npx ${tool}`] : [];
  const needed = neededBy(folder, members).filter(({ manifest }) => manifest.scripts.build);
  return [...needed.map((each) => manager.run('build', each.folder)), ...own].join(' && ');
}

/** The members on which `folder` depends, each after those that it depends on itself. */
function neededBy(folder: string, members: readonly Member[]): Member[] {
  const ordered: Member[] = [];
  const seen = new Set<string>([folder]);
  const visit = (member: Member | undefined): void => {
    const { dependencies = {}, devDependencies = {} } = member?.manifest ?? {};
    for (const name of Object.keys({ ...dependencies, ...devDependencies })) {
      const other = members.find(({ manifest }) => manifest.name === name);
      if (!other || seen.has(other.folder)) continue;
      seen.add(other.folder);
      visit(other);
      ordered.push(other);
    }
  };
  visit(members.find((member) => member.folder === folder));
  return ordered;
}
