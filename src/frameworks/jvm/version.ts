import type { EvidenceItem, SourceTree } from '../framework.ts';
import { evidenceAt } from '../manifest.ts';

/** Releases with long support, for which there are images. */
const releases = [8, 11, 17, 21, 25];
const usual = 21;

const files: readonly [file: string, pattern: RegExp][] = [
  ['.java-version', /^[ \t]*(?:\D*?)(\d+(?:\.\d+)?)/],
  ['.sdkmanrc', /^java=(\d+(?:\.\d+)?)/m],
  ['.tool-versions', /^java\s+\D*(\d+(?:\.\d+)?)/m],
  ['system.properties', /^java\.runtime\.version=(\d+(?:\.\d+)?)/m],
];
const inBuild: readonly RegExp[] = [
  /<(?:java\.version|maven\.compiler\.release|maven\.compiler\.source|release|jvmTarget)>\s*(\d+(?:\.\d+)?)/,
  /JavaLanguageVersion\.of\(\s*["']?(\d+)/,
  /jvmToolchain\(\s*(\d+)/,
  /sourceCompatibility\s*=?\s*["']?(?:JavaVersion\.VERSION_)?(\d+(?:[._]\d+)?)/,
];

/** The release that runs what the project asks for: the next one with long support. */
export async function javaVersion(
  source: SourceTree,
  builds: readonly { file: string; text: string }[],
): Promise<{ value: string; evidence: EvidenceItem[] }> {
  const named = await Promise.all(
    files.map(async ([file, pattern]) => ({ file, text: await source.read(file), pattern })),
  );
  const asked = [
    ...named,
    ...builds.flatMap(({ file, text }) =>
      inBuild.map((pattern) => ({ file, text: text as string | undefined, pattern })),
    ),
  ];
  for (const { file, text, pattern } of asked) {
    const match = text && pattern.exec(text);
    if (!text || !match) continue;
    const number = Number((match[1] ?? '').replace(/^1[._]/, '').replace(/[._].*/, ''));
    const release = releases.find((each) => each >= number) ?? 25;
    return { value: String(release), evidence: [evidenceAt(file, text, match[0].trim(), `asks for Java ${number}`)] };
  }
  return { value: String(usual), evidence: [] };
}
