import type { SourceTree } from '../framework.ts';
import { parseObject, recordOf, stringOf } from '../manifest.ts';

export interface Composer {
  text: string;
  requires: Record<string, string>;
  hasLock: boolean;
  /** Extensions of PHP that the project, or what it depends on, asks for. */
  extensions: string[];
  scripts: string[];
  /** The release for which the locked versions were chosen; empty where that is the one that is there. */
  platform: string;
}

/** Throws InvalidManifest. */
export async function readComposer(source: SourceTree): Promise<Composer | undefined> {
  const text = await source.read('composer.json');
  if (text === undefined) return undefined;
  const raw = parseObject('composer.json', text);
  const lock = await source.read('composer.lock');
  const locked = lock === undefined ? {} : parseObject('composer.lock', lock);
  const requires = strings(raw.require);
  const packages = Array.isArray(locked.packages) ? locked.packages.map(recordOf) : [];
  const asked = [requires, ...packages.map((each) => strings(each.require))].flatMap((each) => Object.keys(each));
  return {
    text,
    requires,
    hasLock: lock !== undefined,
    extensions: [...new Set(asked.flatMap((name) => /^ext-(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? []))],
    scripts: Object.keys(recordOf(raw.scripts)),
    platform: stringOf(recordOf(recordOf(raw.config).platform).php),
  };
}

function strings(value: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(recordOf(value)).map(([name, each]) => [name, stringOf(each)]));
}
