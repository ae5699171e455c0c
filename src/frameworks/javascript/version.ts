import type { EvidenceItem, SourceTree } from '../framework.ts';
import { evidenceAt } from '../manifest.ts';
import type { PackageJson } from './packageJson.ts';

/** The release lines of Node that are maintained now, in the order in which we like them. */
const majors = ['22', '24', '26', '20'];
const defaultMajor = '22';
/** https://github.com/nodejs/Release: the code names of the lines above. */
const codeNames: Record<string, string> = { iron: '20', jod: '22', krypton: '24' };

export interface NodeVersion {
  version: string;
  evidence: EvidenceItem[];
  warnings: string[];
}

/** The major version that the project asks for: .nvmrc, .node-version, .tool-versions, volta, then engines. */
export async function nodeVersion(source: SourceTree, manifest: PackageJson): Promise<NodeVersion> {
  for (const [file, pattern] of versionFiles) {
    const text = await source.read(file);
    const asked = text && pattern.exec(text)?.[1]?.toLowerCase();
    if (!text || !asked) continue;
    const major = codeNames[asked] ?? asked;
    return chosen(major, major === '' ? [] : [major], evidenceAt(file, text, asked, `asks for Node ${asked}`));
  }
  for (const [name, asked] of [
    ['volta', manifest.volta],
    ['engines', manifest.engines],
  ] as const) {
    if (!asked) continue;
    const { intersects, validRange } = await import('semver');
    const range = validRange(asked);
    const fitting = range ? majors.filter((major) => intersects(range, `${major}.x`)) : [defaultMajor];
    return chosen(asked, fitting, evidenceAt('package.json', manifest.text, `"${name}"`, `${name}.node: ${asked}`));
  }
  return { version: defaultMajor, evidence: [], warnings: [] };
}

const versionFiles: readonly [string, RegExp][] = [
  ['.nvmrc', /^[ \t]*(?:v|lts\/)?(\d+|[a-z]+)/i],
  ['.node-version', /^[ \t]*(?:v|lts\/)?(\d+|[a-z]+)/i],
  ['.tool-versions', /^nodejs\s+(?:v|lts-)?(\d+|[a-z]+)/m],
];

function chosen(asked: string, fitting: readonly string[], evidence: EvidenceItem): NodeVersion {
  const version = majors.find((major) => fitting.includes(major));
  if (version) return { version, evidence: [evidence], warnings: [] };
  const number = Number(/\d+/.exec(asked)?.[0] ?? defaultMajor);
  // The nearest maintained line that is not older; beyond all of them the newest.
  const nearest = [...majors].sort().find((major) => Number(major) >= number) ?? '26';
  const known = /\d/.test(asked);
  return {
    version: known ? nearest : defaultMajor,
    evidence: [evidence],
    warnings: known ? [`The project asks for Node ${asked}, which is not maintained; Node ${nearest} is used.`] : [],
  };
}
