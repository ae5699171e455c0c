import { fail, messageOf } from '../../shared/errors.ts';
import type { EvidenceItem, SourceTree } from '../framework.ts';
import { evidenceAt, recordOf, stringOf } from '../manifest.ts';

export interface PythonManifest {
  file: 'requirements.txt' | 'pyproject.toml' | 'Pipfile';
  text: string;
  /** Names as PEP 503 compares them: lower case, hyphens. */
  dependencies: string[];
  /** PEP 508 lines for pip; empty where pip reads the file itself. */
  requirements: string[];
  /** What pip cannot take from a list of names. */
  warnings: string[];
  /** True for a project that names how it is built, so that pip can install it as it is. */
  isPackage: boolean;
  /** `requires-python`, or what the Pipfile says; may be empty. */
  requiresPython: string;
}

/** Throws InvalidManifest, naming the line. */
export async function readPythonManifest(source: SourceTree): Promise<PythonManifest | undefined> {
  const listed = await source.read('requirements.txt');
  const project = await source.read('pyproject.toml');
  const parsedProject = project === undefined ? {} : await parseToml('pyproject.toml', project);
  const requiresPython = stringOf(
    recordOf(parsedProject.project).requires_python ?? recordOf(parsedProject.project)['requires-python'],
  );
  if (listed !== undefined) {
    const dependencies = namesIn(listed.replace(/^\uFEFF/, '').split(/\r?\n/));
    const rest = { requirements: [], warnings: [], isPackage: false, requiresPython };
    return { file: 'requirements.txt', text: listed, dependencies, ...rest };
  }
  if (project !== undefined) {
    const isPackage = 'build-system' in parsedProject && 'project' in parsedProject;
    return { ...fromPyproject(parsedProject), file: 'pyproject.toml', text: project, isPackage, requiresPython };
  }
  const pipfile = await source.read('Pipfile');
  return pipfile === undefined ? undefined : fromPipfile(pipfile, await parseToml('Pipfile', pipfile));
}

async function parseToml(file: string, text: string): Promise<Record<string, unknown>> {
  const { parse } = await import('smol-toml');
  try {
    return parse(text);
  } catch (error) {
    const line = (error as { line?: unknown }).line;
    const first = messageOf(error).split('\n')[0] ?? '';
    throw fail('InvalidManifest', file, typeof line === 'number' ? `${first} (line ${line})` : first);
  }
}

/** PEP 621, or the older tables of Poetry. */
function fromPyproject(
  parsed: Record<string, unknown>,
): Pick<PythonManifest, 'dependencies' | 'requirements' | 'warnings'> {
  const listed = recordOf(parsed.project).dependencies;
  const poetry = recordOf(recordOf(recordOf(parsed.tool).poetry).dependencies);
  const lines = Array.isArray(listed) ? listed.map(stringOf) : requirementLines(poetry);
  const requirements = lines.filter((line) => namesIn([line]).length > 0);
  return {
    dependencies: namesIn(requirements),
    requirements,
    warnings: Array.isArray(listed) ? [] : elsewhere(poetry),
  };
}

function fromPipfile(text: string, parsed: Record<string, unknown>): PythonManifest {
  const requirements = requirementLines(recordOf(parsed.packages));
  const version = stringOf(recordOf(parsed.requires).python_version);
  const requiresPython = version && `==${version}.*`;
  const warnings = elsewhere(recordOf(parsed.packages));
  return {
    file: 'Pipfile',
    text,
    dependencies: namesIn(requirements),
    requirements,
    warnings,
    isPackage: false,
    requiresPython,
  };
}

/** Tables of name → version, as Poetry and Pipenv write them; `^1.2` is Poetry's word for "the same major". */
function requirementLines(table: Record<string, unknown>): string[] {
  return Object.entries(table).flatMap(([name, value]) => {
    if (name === 'python' || !/^[\w.-]+$/.test(name) || isElsewhere(value)) return [];
    const extras = recordOf(value).extras;
    const suffix = Array.isArray(extras) && extras.length > 0 ? `[${extras.map(stringOf).join(',')}]` : '';
    return [`${name}${suffix}${specifier(stringOf(value) || stringOf(recordOf(value).version))}`];
  });
}

/** From git, a path or a URL: a package of the same name in the public index may be somebody else's. */
function isElsewhere(value: unknown): boolean {
  return ['git', 'path', 'url', 'file'].some((key) => key in recordOf(value));
}

function elsewhere(table: Record<string, unknown>): string[] {
  const names = Object.keys(table).filter((name) => isElsewhere(table[name]));
  if (names.length === 0) return [];
  return [`${names.join(', ')} does not come from the package index and is left out of the image.`];
}

function specifier(version: string): string {
  const caret = /^\^(\d+)(\.[\d.]+)?$/.exec(version);
  if (caret) return `>=${caret[1]}${caret[2] ?? ''},<${Number(caret[1]) + 1}`;
  const tilde = /^~(\d+\.[\d.]+)$/.exec(version);
  if (tilde) return `~=${tilde[1]}`;
  if (/^\d[\w.]*$/.test(version)) return `==${version}`;
  return /^[<>=!~]=?[\w.*,<>=!~ ]+$/.test(version) ? version : '';
}

/** PEP 508: the name is what stands before any extra, version or marker. Options (`-r other.txt`) have none. */
function namesIn(lines: readonly string[]): string[] {
  return lines.flatMap((line) => {
    const name = /^\s*([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?:[[<>=!~;@(,#]|$)/.exec(line)?.[1];
    return name ? [name.toLowerCase().replace(/[-_.]+/g, '-')] : [];
  });
}

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
  const allowed = minors.find((minor) => allows(manifest.requiresPython, minor)) ?? 13;
  const asks =
    manifest.requiresPython && evidenceAt(manifest.file, manifest.text, 'python', `Python ${manifest.requiresPython}`);
  return { value: `3.${allowed}`, evidence: asks ? [asks] : [] };
}

const versionFiles: readonly [string, RegExp][] = [
  ['.python-version', /^\s*(3\.\d+)/m],
  ['runtime.txt', /^python-(3\.\d+)/],
  ['.tool-versions', /^python\s+(3\.\d+)/m],
];

/** PEP 440 specifiers, as far as they concern the minor release. */
function allows(specifiers: string, minor: number): boolean {
  return specifiers.split(',').every((each) => {
    const match = /^\s*(>=|<=|==|~=|!=|>|<|\^)\s*3(?:\.(\d+))?(\.\d+|\.\*)?/.exec(each);
    if (!match) return true;
    const [, operator, text, patch] = match;
    const named = Number(text ?? 0);
    if (operator === '>=' || operator === '^') return minor >= named;
    if (operator === '>') return patch ? minor >= named : minor > named;
    if (operator === '<=') return minor <= named;
    if (operator === '<') return patch && patch !== '.0' ? minor <= named : minor < named;
    if (operator === '~=') return patch ? minor === named : minor >= named;
    if (operator === '==') return text === undefined || minor === named;
    return minor !== named || patch !== '.*';
  });
}
