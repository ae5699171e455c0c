import { isMember, type Project } from './project.ts';
import type { Member, Toolchain } from './toolchain.ts';

/** The second is what a server that carries a front end in another folder often has. */
const buildScripts = ['build', 'heroku-postbuild'];

/**
 * The build script, or `tool` where there is none; in a workspace the packages that the app depends on come first.
 * Empty when nothing is built.
 */
export function buildCommand(project: Project, { manager, members }: Toolchain, tool = ''): string {
  const script = buildScripts.find((name) => project.manifest.scripts[name]);
  if (!isMember(project)) return script ? manager.run(script) : tool && `npx ${tool}`;
  const { folder } = project.source;
  const own = script ? [manager.run(script, folder)] : tool ? [`cd ${folder} && npx ${tool}`] : [];
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
