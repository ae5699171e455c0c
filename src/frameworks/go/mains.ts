import type { EvidenceItem, SourceTree } from '../framework.ts';
import { evidenceAt } from '../manifest.ts';

/** A package that becomes a program. */
export interface GoMain {
  /** Relative to the source; `.` for its root. */
  folder: string;
  evidence: EvidenceItem;
  /** How likely this one is the server. */
  score: number;
}

/** Folders whose programs are not the product. */
const aside = /(^|\/)(?:[._][^/]+|testdata|examples?|docs?|hack|tools?|scripts?|tests?|e2e|internal|build)(\/|$)/i;
const mostFiles = 400;

const serves =
  /\b(?:ListenAndServe(?:TLS)?|gin\.(?:Default|New)|echo\.New|fiber\.New|chi\.New\w+|http\.(?:Server|Serve|Handle\w*))\b/;
const serverNames = /^(?:server|api|web|webapp|app|http|httpd|serve|service|backend|main)$/i;
const otherNames = /worker|migrat|seed|cli$|ctl$|client|consumer|cron|job|gen|lint|bench/i;

/** Every `func main()` of a `package main`, the likeliest server first. */
export async function goMains(source: SourceTree, name: string): Promise<GoMain[]> {
  const files = (await source.files()).filter(
    // Plain names only, since the folder becomes a word of the build command.
    (file) => /^[\w./-]+(?<!_test)\.go$/.test(file) && !aside.test(folderOf(file)),
  );
  // Where programs usually are; only where none is there, every file is read.
  const usual = files.filter((file) => /^(?:[^/]+|cmd\/.+|(?:.+\/)?main\.go)$/.test(file));
  const found = await mainsIn(source, name, usual.slice(0, mostFiles));
  return found.length > 0 ? found : mainsIn(source, name, files.slice(0, mostFiles));
}

async function mainsIn(source: SourceTree, name: string, files: readonly string[]): Promise<GoMain[]> {
  const mains = new Map<string, GoMain>();
  const texts = await Promise.all(files.map(async (file) => ({ file, text: (await source.read(file)) ?? '' })));
  for (const { file, text } of texts) {
    const line = /^func main\(\)/m.exec(text)?.[0];
    // A file that is left out of an ordinary build says so before its package line.
    if (!line || !/^package main\b/m.test(text) || /^\/\/(?:go:build| \+build) ignore/m.test(text)) continue;
    const folder = folderOf(file);
    mains.set(folder, {
      folder,
      evidence: evidenceAt(file, text, line, 'the program that is started'),
      score: scoreOf(folder, name, serves.test(text)),
    });
  }
  return [...mains.values()].sort((a, b) => b.score - a.score);
}

function scoreOf(folder: string, name: string, isServing: boolean): number {
  const last = folder.split('/').at(-1) ?? '';
  const byName = last === name || serverNames.test(last) ? 2 : otherNames.test(last) ? -3 : 0;
  return (isServing ? 4 : 0) + (folder === '.' ? 3 : byName) - folder.split('/').length / 10;
}

function folderOf(file: string): string {
  return file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '.';
}
