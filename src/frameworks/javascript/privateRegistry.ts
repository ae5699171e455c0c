import type { SourceTree } from '../framework.ts';

/** Settings that take a token from the environment, which a build of an image does not have. */
const tokens: readonly [file: string, pattern: RegExp][] = [
  ['.npmrc', /^\s*(?:\/\/(\S+?)\/?:)?_?(?:authToken|auth|password)\s*=\s*"?\$\{(\w+)/gm],
  ['.yarnrc.yml', /^\s*()npmAuth(?:Token|Ident):\s*["']?\$\{(\w+)/gm],
];

/** One sentence for each registry that asks who is there, since its packages would fail in the middle of the build. */
export async function registryWarnings(home: SourceTree): Promise<string[]> {
  const warnings: string[] = [];
  for (const [file, pattern] of tokens) {
    const text = (await home.read(file)) ?? '';
    for (const match of text.matchAll(pattern)) {
      const line = text.slice(0, match.index).split('\n').length;
      const registry = match[1] || 'its registry';
      warnings.push(
        `${file}:${line} takes a token from ${match[2]}, which the build of the image does not have: what comes from ${registry} cannot be installed unless that lets everyone read. An own Dockerfile may bring the token as a build secret.`,
      );
    }
  }
  return warnings;
}
