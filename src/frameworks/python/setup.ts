import type { SourceTree } from '../framework.ts';
import { blankManifest, type PythonManifest } from './project.ts';
import { namesIn } from './requirements.ts';

/** A setup.py is a program and is not run: what it says plainly is read, and pip does the rest. */
export async function fromSetup(source: SourceTree): Promise<PythonManifest | undefined> {
  const program = await source.read('setup.py');
  const settings = await source.read('setup.cfg');
  const text = program ?? settings;
  if (text === undefined || !/\bsetup\s*\(|^\[metadata\]/m.test(text)) return undefined;
  const listed = /install_requires\s*=\s*\[([^\]]*)\]/.exec(program ?? '')?.[1] ?? '';
  const table = /^install_requires\s*=((?:\s*\n[ \t]+\S.*)+)/m.exec(settings ?? '')?.[1] ?? '';
  const lines = [...[...listed.matchAll(/(['"])(.*?)\1/g)].map((match) => match[2] ?? ''), ...table.split('\n')];
  const name = /\bname\s*=\s*['"]?([\w.-]+)/.exec(text)?.[1] ?? 'it';
  const requiresPython = /python_requires\s*=\s*['"]?([^'"\n]+)/.exec(`${program}\n${settings}`)?.[1]?.trim() ?? '';
  const file = program === undefined ? 'setup.cfg' : 'setup.py';
  const requirements = lines.map((line) => line.trim()).filter((line) => namesIn([line]).length > 0);
  return {
    ...blankManifest,
    file,
    text,
    dependencies: namesIn(lines),
    requirements,
    packageName: name,
    namesPackages: true,
    requiresPython,
  };
}
