import type { EvidenceItem, SourceTree } from '../framework.ts';
import { evidenceAt } from '../manifest.ts';

export interface Gemfile {
  text: string;
  /** Gems that it names, and all that the lock file does. */
  gems: string[];
  hasLock: boolean;
}

/** A Gemfile is a program and is only read. */
export async function readGemfile(source: SourceTree): Promise<Gemfile | undefined> {
  const text = await source.read('Gemfile');
  if (text === undefined) return undefined;
  const lock = await source.read('Gemfile.lock');
  const named = [...text.matchAll(/^[ \t]*gem[ (]{0,9}["']([\w.-]+)["']/gm)].map((match) => match[1] ?? '');
  const locked = [...(lock ?? '').matchAll(/^ {4}([\w.-]+) \(/gm)].map((match) => match[1] ?? '');
  return {
    text,
    gems: [...new Set([...named, ...locked])],
    hasLock: lock !== undefined,
  };
}

const usual = '3.4';
const files: readonly [string, RegExp][] = [
  ['.ruby-version', /^[ \t]*(?:ruby-)?(\d+\.\d+)/],
  ['.tool-versions', /^ruby\s+(\d+\.\d+)/m],
  ['Gemfile', /^[ \t]*ruby[ (]{0,9}["'][~>= ]*(\d+\.\d+)/m],
  ['Gemfile.lock', /^RUBY VERSION\s+ruby (\d+\.\d+)/m],
];

export async function rubyVersion(source: SourceTree): Promise<{ value: string; evidence: EvidenceItem[] }> {
  for (const [file, pattern] of files) {
    const text = await source.read(file);
    const match = text && pattern.exec(text);
    if (!text || !match?.[1]) continue;
    const line = match[0].trim().split('\n').at(-1)?.trim() ?? '';
    return { value: match[1], evidence: [evidenceAt(file, text, line, `asks for Ruby ${match[1]}`)] };
  }
  return { value: usual, evidence: [] };
}
