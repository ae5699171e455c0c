import type { SourceTree } from './framework.ts';

/** Files that may mean an app in their folder. */
const signs =
  /^(?:Dockerfile|package\.json|deno\.jsonc?|requirements\.txt|pyproject\.toml|Pipfile|setup\.py|go\.mod|Cargo\.toml|Gemfile|composer\.json|pom\.xml|build\.gradle(?:\.kts)?|mix\.exs|[^/]+\.[cf]sproj|index\.html)$/;
/** Folders whose content belongs to something else, or shows it. */
const passedOver =
  /(?:^|\/)(?:[._][^/]*|tests?|__tests__|e2e|spec|fixtures?|examples?|samples?|docs?|scripts|tools|templates|public|static|assets|dist|build|out|src|lib|coverage)(?:\/|$)/i;
const deepest = 3;
const most = 100;

/** Folders below the root that may hold an app of their own, the nearest first; `members` are those of a workspace. */
export async function candidateFolders(source: SourceTree, members: readonly string[]): Promise<string[]> {
  const found = new Set(members);
  for (const file of await source.files()) {
    const at = file.lastIndexOf('/');
    const folder = file.slice(0, Math.max(0, at));
    if (at < 0 || found.size >= most || !signs.test(file.slice(at + 1))) continue;
    if (folder.split('/').length <= deepest && !passedOver.test(folder)) found.add(folder);
  }
  return [...found];
}

/** `folder` as a source of its own that knows what is around it. */
export function subTree(source: SourceTree, folder: string): SourceTree {
  const prefix = `${folder}/`;
  return {
    root: `${source.root}/${folder}`,
    folder,
    outer: source,
    files: async () =>
      (await source.files()).filter((file) => file.startsWith(prefix)).map((file) => file.slice(prefix.length)),
    has: (path) => source.has(prefix + path),
    read: (path) => source.read(prefix + path),
  };
}
