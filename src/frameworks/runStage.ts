import { aptLine } from './dockerfileText.ts';
import type { SourceTree } from './framework.ts';

/** Folders that servers read while they run: templates, pages, translations, changes of the database. */
const names = new Set([
  'assets',
  'config',
  'configs',
  'data',
  'locales',
  'migrations',
  'public',
  'resources',
  'static',
  'templates',
  'views',
  'web',
]);
const code = /\.(?:go|rs|mod|sum|toml|lock)$/;

/** Those beside a compiled program and at the root that hold something else than its code; relative. */
export async function runtimeFolders(source: SourceTree, folder: string): Promise<string[]> {
  const files = await source.files();
  const bases = folder === '.' ? [''] : ['', `${folder}/`];
  const found = new Set<string>();
  // With a package.json it is a front end, which is built before it serves.
  const isFrontEnd = (path: string) => files.includes(`${path}/package.json`);
  for (const file of files) {
    for (const base of bases) {
      const name = file.startsWith(base) ? file.slice(base.length).split('/')[0] : undefined;
      if (name && names.has(name) && file !== base + name && !code.test(file) && !isFrontEnd(base + name))
        found.add(base + name);
    }
  }
  return [...found];
}

/**
 * The last stage of a program that needs nothing but itself. Debian rather than an empty image: with a C library, time
 * zones, and a shell for `aws ecs execute-command`; it has no certificates of its own, so those of the build come along.
 */
export function programStage(image: string, packages: readonly string[] = []): string[] {
  return [
    `FROM ${image}`,
    ...(packages.length > 0 ? [aptLine(packages)] : []),
    'COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/',
    'RUN useradd --system --create-home app',
    'WORKDIR /app',
  ];
}
