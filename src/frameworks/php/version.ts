import type { EvidenceItem, SourceTree } from '../framework.ts';
import { evidenceAt } from '../manifest.ts';
import type { Composer } from './composer.ts';

/** The releases that are maintained, in the order in which we like them. */
const releases = ['8.4', '8.3', '8.2', '8.5'];
/** For a project that allows none of them. */
const olderReleases = ['8.1', '8.0', '7.4'];

/** What the project pins, else the newest that composer.json allows. */
export async function phpVersion(
  source: SourceTree,
  composer: Composer | undefined,
): Promise<{ value: string; evidence: EvidenceItem[] }> {
  for (const [file, pattern] of files) {
    const text = await source.read(file);
    const value = text && pattern.exec(text)?.[1];
    if (text && value) return { value, evidence: [evidenceAt(file, text, value, `asks for PHP ${value}`)] };
  }
  const range = composer?.requires.php;
  if (!composer || !range) return { value: releases[0] ?? '', evidence: [] };
  const { satisfies, validRange } = await import('semver');
  // Composer writes `|` for `||` and a comma for "and".
  const plain = range.replace(/\|{1,2}/g, '||').replaceAll(',', ' ');
  const platform = Number(/^\d+\.\d+/.exec(composer.platform)?.[0] ?? Number.NaN);
  // What was locked for an older release is nearest to the oldest one that is still maintained.
  const liked = Number.isNaN(platform) ? releases : releases.toSorted().filter((each) => Number(each) >= platform);
  const value =
    (validRange(plain) && [...liked, ...olderReleases].find((each) => satisfies(`${each}.99`, plain))) ||
    releases[0] ||
    '';
  return { value, evidence: [evidenceAt('composer.json', composer.text, '"php"', `PHP ${range}`)] };
}

const files: readonly [string, RegExp][] = [
  ['.php-version', /^[ \t]*(\d+\.\d+)/],
  ['.tool-versions', /^php\s+(\d+\.\d+)/m],
];
