import type { SourceTree } from '../framework.ts';
import { recordOf, stringOf } from '../manifest.ts';
import { parseToml } from '../toml.ts';

/** One Cargo.toml with a `[package]`. */
export interface CargoPackage {
  /** Relative to the source; `.` for its root. */
  folder: string;
  file: string;
  text: string;
  name: string;
  dependencies: string[];
  /** The programs that it makes. */
  programs: { name: string; file: string }[];
  defaultRun: string;
}

export interface CargoProject {
  packages: CargoPackage[];
  isWorkspace: boolean;
  /** Files, relative, from which Cargo compiles something: those that must be there for it to read the manifests. */
  roots: string[];
  manifests: string[];
}

type Table = Record<string, unknown>;

/** The package of the folder, or all members of its workspace. Throws InvalidManifest. */
export async function cargoProject(source: SourceTree): Promise<CargoProject | undefined> {
  const text = await source.read('Cargo.toml');
  if (text === undefined) return undefined;
  const root = await parseToml('Cargo.toml', text);
  const files = await source.files();
  const manifests = ['Cargo.toml', ...members(root, files)];
  const read = await Promise.all(manifests.map(async (file) => ({ file, ...(await readManifest(source, file)) })));
  const packages = read.filter(({ table }) => 'package' in table).map((each) => packageOf(each, files));
  return {
    packages,
    isWorkspace: 'workspace' in root,
    roots: read.flatMap(({ file, table }) => rootsOf(folderOf(file), table, files)),
    manifests,
  };
}

async function readManifest(source: SourceTree, file: string): Promise<{ text: string; table: Table }> {
  const text = (await source.read(file)) ?? '';
  return { text, table: await parseToml(file, text) };
}

/** `members` may hold stars; `exclude` takes some out again. */
function members(root: Table, files: readonly string[]): string[] {
  const workspace = recordOf(root.workspace);
  const listed = strings(workspace.members).map(patternOf);
  const excluded = strings(workspace.exclude).map(patternOf);
  return files.filter((file) => {
    if (!file.endsWith('/Cargo.toml')) return false;
    const folder = folderOf(file);
    return listed.some((each) => each.test(folder)) && !excluded.some((each) => each.test(folder));
  });
}

function patternOf(glob: string): RegExp {
  const plain = glob.replace(/^\.\//, '').replace(/\/$/, '');
  return new RegExp(
    `^${plain
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('**', '.+')
      .replace(/(?<!\.)[*]/g, '[^/]+')
      .replaceAll('?', '[^/]')}$`,
  );
}

function packageOf(
  { file, text, table }: { file: string; text: string; table: Table },
  files: readonly string[],
): CargoPackage {
  const folder = folderOf(file);
  const info = recordOf(table.package);
  const name = stringOf(info.name);
  return {
    folder,
    file,
    text,
    name,
    dependencies: Object.keys(recordOf(table.dependencies)),
    programs: programsOf(folder, name, table, files),
    defaultRun: stringOf(info['default-run']),
  };
}

/** src/main.rs, src/bin/*.rs, src/bin/<name>/main.rs, and each `[[bin]]`. */
function programsOf(folder: string, name: string, table: Table, files: readonly string[]): CargoPackage['programs'] {
  const named = tables(table.bin).map((bin) => ({
    name: stringOf(bin.name),
    file: pathIn(folder, stringOf(bin.path)),
  }));
  const taken = new Set(named.map((each) => each.file));
  const found = files.flatMap((file) => {
    const inside = within(folder, file);
    const program = /^src\/bin\/([^/]+?)(?:\.rs|\/main\.rs)$/.exec(inside ?? '')?.[1];
    const its = inside === 'src/main.rs' ? name : program;
    return its && !taken.has(file) && !named.some((each) => each.name === its) ? [{ name: its, file }] : [];
  });
  return [...named, ...found].filter((each) => /^[\w-]+$/.test(each.name));
}

const conventional =
  /^(?:build\.rs|src\/(?:main|lib)\.rs|src\/bin\/[^/]+\.rs|src\/bin\/[^/]+\/main\.rs|(?:benches|examples|tests)\/(?:[^/]+\.rs|[^/]+\/main\.rs))$/;

function rootsOf(folder: string, table: Table, files: readonly string[]): string[] {
  const named = [recordOf(table.lib), ...['bin', 'bench', 'example', 'test'].flatMap((key) => tables(table[key]))];
  const build = stringOf(recordOf(table.package).build);
  const paths = [...named.map((each) => stringOf(each.path)), build].filter((path) => path !== '');
  const given = paths.map((path) => pathIn(folder, path)).filter((path) => files.includes(path));
  return [...new Set([...given, ...files.filter((file) => conventional.test(within(folder, file) ?? ''))])];
}

function within(folder: string, file: string): string | undefined {
  if (folder === '.') return file;
  return file.startsWith(`${folder}/`) ? file.slice(folder.length + 1) : undefined;
}

function pathIn(folder: string, path: string): string {
  const plain = path.replace(/^\.\//, '');
  return folder === '.' ? plain : `${folder}/${plain}`;
}

function folderOf(file: string): string {
  return file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '.';
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.map(stringOf).filter((each) => each !== '') : [];
}

function tables(value: unknown): Table[] {
  return Array.isArray(value) ? value.map(recordOf) : [];
}
