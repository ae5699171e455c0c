import type { EvidenceItem, SourceTree } from './framework.ts';
import { evidenceAt, type PackageJson } from './manifest.ts';

/** The release lines of Node that are maintained now; the middle one is taken when nothing is asked for. */
const majors = ['20', '22', '24'];
const defaultMajor = '22';

/** The major version that the project asks for: .nvmrc, .node-version, .tool-versions, then engines. */
export async function nodeVersion(
  source: SourceTree,
  manifest: PackageJson,
): Promise<{ version: string; evidence: EvidenceItem[] }> {
  for (const [file, pattern] of versionFiles) {
    const text = await source.read(file);
    const major = text && pattern.exec(text)?.[1];
    if (major) return chosen(major, evidenceAt(file, text, major, `asks for Node ${major}`));
  }
  const major = /(\d+)/.exec(manifest.engines)?.[1];
  if (major)
    return chosen(
      lowestAllowed(manifest.engines, major),
      evidenceAt('package.json', manifest.text, '"engines"', `engines.node: ${manifest.engines}`),
    );
  return { version: defaultMajor, evidence: [] };
}

const versionFiles: readonly [string, RegExp][] = [
  ['.nvmrc', /^\s*v?(\d+)/],
  ['.node-version', /^\s*v?(\d+)/],
  ['.tool-versions', /^nodejs\s+v?(\d+)/m],
];

/** `>=18` is content with our default; `^18` or `18.x` is not. */
function lowestAllowed(range: string, major: string): string {
  return /^\s*>=?/.test(range) && Number(major) <= Number(defaultMajor) ? defaultMajor : major;
}

function chosen(major: string, evidence: EvidenceItem) {
  // Older lines get no fixes any more; the image of the oldest maintained one runs nearly all of them.
  const version = majors.includes(major) ? major : Number(major) < 20 ? '20' : major;
  return { version, evidence: [evidence] };
}
