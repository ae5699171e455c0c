import type { EvidenceItem, SourceTree } from '../framework.ts';
import { evidenceAt } from '../manifest.ts';
import type { PythonManifest } from './project.ts';

/** The minor releases of Python 3 that are maintained, in the order in which we like them. */
const minors = [13, 12, 14, 11, 10];

/** The version that the project asks for, else what its manifest allows, else 3.13. */
export async function pythonVersion(
  source: SourceTree,
  manifest: PythonManifest,
): Promise<{ value: string; evidence: EvidenceItem[] }> {
  for (const [file, pattern] of versionFiles) {
    const text = await source.read(file);
    const value = text && pattern.exec(text)?.[1];
    if (text && value) return { value, evidence: [evidenceAt(file, text, value, `asks for Python ${value}`)] };
  }
  const { requiresPython, file, text } = manifest;
  const allowed = minors.find((minor) => allows(requiresPython, minor)) ?? 13;
  const at = /^.*python.*=.*$/im.exec(text)?.[0] ?? 'python';
  const asks = requiresPython && evidenceAt(file, text, at, `Python ${requiresPython}`);
  return { value: `3.${allowed}`, evidence: asks ? [asks] : [] };
}

const versionFiles: readonly [string, RegExp][] = [
  ['.python-version', /^[ \t]*(?:cpython-|python-)?(3\.\d+)/m],
  ['runtime.txt', /^python-(3\.\d+)/],
  ['.tool-versions', /^python\s+(3\.\d+)/m],
];

/** PEP 440 specifiers, as far as they concern the minor release. */
function allows(specifiers: string, minor: number): boolean {
  return specifiers.split(',').every((each) => {
    const match = /^[ \t]*(>=|<=|==|~=|!=|>|<|\^|~)\s*3(?:\.(\d+))?(\.\d+|\.\*)?/.exec(each);
    if (!match) return true;
    const [, operator, text, patch] = match;
    const named = Number(text ?? 0);
    if (operator === '>=' || operator === '^') return minor >= named;
    if (operator === '>') return patch ? minor >= named : minor > named;
    if (operator === '<=') return minor <= named;
    if (operator === '<') return patch && patch !== '.0' ? minor <= named : minor < named;
    if (operator === '~=') return patch ? minor === named : minor >= named;
    if (operator === '~' || operator === '==') return text === undefined || minor === named;
    return minor !== named || patch !== '.*';
  });
}
