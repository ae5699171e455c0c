import { fail } from '../../shared/errors.ts';
import type { EvidenceItem, SourceTree } from '../framework.ts';
import { evidenceAt } from '../manifest.ts';

/** One go.mod. */
export interface GoModule {
  /** Relative to the source; `.` for its root. */
  folder: string;
  file: string;
  text: string;
  /** The last word of the module's path: `shop` of `example.com/team/shop/v2`. */
  name: string;
  /** `1.24`, or empty where the file says nothing. */
  version: string;
  /** Paths of all modules that are required, also the indirect ones. */
  requires: string[];
}

/** The module of the folder, or those of its go.work; none where there is neither. Throws InvalidManifest. */
export async function goModules(source: SourceTree): Promise<GoModule[]> {
  const work = await source.read('go.work');
  const folders = work === undefined ? ['.'] : usedFolders(work);
  const modules = await Promise.all(folders.map((folder) => readModule(source, folder)));
  const found = modules.filter((module) => module !== undefined);
  if (work !== undefined && found.length === 0) {
    throw fail('InvalidManifest', 'go.work', 'None of the folders that it names holds a go.mod.');
  }
  return found;
}

/** `use ./api` and `use ( ./api ./web )`; a folder outside of the source is passed over. */
function usedFolders(text: string): string[] {
  const plain = text.replace(/\/\/.*$/gm, '');
  const blocks = [...plain.matchAll(/^use\s*\(([^)]*)\)/gm)].flatMap((block) => (block[1] ?? '').split('\n'));
  const single = [...plain.matchAll(/^use\s+([^\s(]+)\s*$/gm)].map((line) => line[1] ?? '');
  return [...blocks, ...single]
    .map((line) => line.trim().replace(/^\.\//, '').replace(/\/$/, ''))
    .filter((folder) => /^\w[\w./-]*$|^\.$/.test(folder) && !folder.includes('..'));
}

async function readModule(source: SourceTree, folder: string): Promise<GoModule | undefined> {
  const file = folder === '.' ? 'go.mod' : `${folder}/go.mod`;
  const text = await source.read(file);
  if (text === undefined) return undefined;
  const path = /^module\s+"?([^\s"]+)/m.exec(text)?.[1];
  if (!path) throw fail('InvalidManifest', file, 'It has no line that begins with `module`.');
  return {
    folder,
    file,
    text,
    name:
      path
        .replace(/\/v\d+$/, '')
        .split('/')
        .at(-1) ?? path,
    version: /^go\s+(\d+\.\d+)/m.exec(text)?.[1] ?? '',
    requires: [...text.matchAll(/^[ \t]*(?:require\s+)?([\w.-]+\.[\w-]+\/\S+)\s+v\d/gm)].map((line) => line[1] ?? ''),
  };
}

/** https://go.dev/doc/devel/release: releases from here on have an image on Debian bookworm. */
const oldestMinor = 20;
const newestMinor = 26;

/**
 * The release that builds the project: what `.tool-versions` or `toolchain` name, else the `go` line. Older ones than
 * there are images for are built with the newest, which by Go's promise builds them all.
 */
export async function goVersion(
  source: SourceTree,
  modules: readonly GoModule[],
): Promise<{ value: string; evidence: EvidenceItem[] }> {
  const asked = await askedVersions(source, modules);
  const newest = asked.toSorted((a, b) => b.minor - a.minor)[0];
  if (!newest) return { value: `1.${newestMinor}`, evidence: [] };
  const { file, text, line, minor } = newest;
  return {
    value: `1.${minor < oldestMinor ? newestMinor : minor}`,
    evidence: [evidenceAt(file, text, line, `asks for Go 1.${minor}`)],
  };
}

async function askedVersions(source: SourceTree, modules: readonly GoModule[]) {
  const files = [
    ...modules.map(({ file, text }) => ({ file, text, pattern: /^(?:toolchain go|go\s+)1\.(\d+).*$/gm })),
    { file: 'go.work', text: await source.read('go.work'), pattern: /^(?:toolchain go|go\s+)1\.(\d+).*$/gm },
    { file: '.tool-versions', text: await source.read('.tool-versions'), pattern: /^(?:golang|go)\s+1\.(\d+).*$/gm },
    { file: '.go-version', text: await source.read('.go-version'), pattern: /^1\.(\d+).*$/gm },
  ];
  return files.flatMap(({ file, text = '', pattern }) =>
    [...text.matchAll(pattern)].map((match) => ({ file, text, line: match[0], minor: Number(match[1]) })),
  );
}
