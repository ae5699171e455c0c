import type { EvidenceItem, SourceTree } from '../framework.ts';
import { evidenceAt, recordOf, stringOf } from '../manifest.ts';
import { parseToml } from '../toml.ts';
import { blankManifest, type PythonManifest } from './project.ts';
import { isElsewhere, namesIn, requirementLines } from './requirements.ts';
import { fromSetup } from './setup.ts';

/** Lists that pip reads, in the order in which one that is meant for production is found. */
const lists = [
  'requirements.txt',
  'requirements/production.txt',
  'requirements/prod.txt',
  'requirements-prod.txt',
  'requirements/base.txt',
];

/**
 * A file with locked versions beside it is what counts: uv, Poetry and PDM lock pyproject.toml, Pipenv the Pipfile.
 * Throws InvalidManifest, naming the line.
 */
export async function readPythonManifest(source: SourceTree, lockFile: string): Promise<PythonManifest | undefined> {
  const project = await source.read('pyproject.toml');
  const parsed = project === undefined ? {} : await parseToml('pyproject.toml', project);
  const described = project === undefined ? undefined : fromPyproject(project, parsed);
  if (described && lockFile && lockFile !== 'Pipfile.lock') return described;
  const pipfile = await source.read('Pipfile');
  if (pipfile !== undefined && lockFile === 'Pipfile.lock') return fromPipfile(pipfile);
  for (const file of lists) {
    const text = await source.read(file);
    if (text === undefined) continue;
    const { names, files } = await readList(source, file, text);
    return {
      ...blankManifest,
      file,
      text,
      dependencies: names,
      lists: files,
      requiresPython: described?.requiresPython ?? '',
    };
  }
  // Tools keep their settings there too, and then it says nothing of the project.
  if (described && ('project' in parsed || 'poetry' in recordOf(parsed.tool))) return described;
  if (pipfile !== undefined) return fromPipfile(pipfile);
  return fromSetup(source);
}

/** Also what the lists say that a list names with `-r` and `-c`. */
async function readList(
  source: SourceTree,
  file: string,
  text: string,
  depth = 0,
): Promise<{ names: string[]; files: string[] }> {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const found = { names: namesIn(lines), files: [file] };
  const folder = file.includes('/') ? file.slice(0, file.lastIndexOf('/') + 1) : '';
  for (const line of depth > 4 ? [] : lines) {
    const [, option = '', other] =
      /^[ \t]*(-r|-c|--requirement|--constraint)[ =]\s*(?:\.\/)?(\w[\w./-]*)/.exec(line) ?? [];
    const inner = other && (await source.read(folder + other));
    if (!inner) continue;
    const { names, files } = await readList(source, folder + other, inner, depth + 1);
    found.files.push(...files);
    if (!option.includes('c')) found.names.push(...names);
  }
  return found;
}

/** PEP 621, or the older tables of Poetry. */
function fromPyproject(text: string, parsed: Record<string, unknown>): PythonManifest {
  const project = recordOf(parsed.project);
  const tools = recordOf(parsed.tool);
  const poetry = recordOf(tools.poetry);
  const older = recordOf(poetry.dependencies);
  const listed = Array.isArray(project.dependencies) ? project.dependencies.map(stringOf) : undefined;
  const requirements = (listed ?? requirementLines(older)).filter((line) => namesIn([line]).length > 0);
  const isBuilt = 'build-system' in parsed && poetry['package-mode'] !== false;
  return {
    file: 'pyproject.toml',
    text,
    dependencies: [...namesIn(requirements), ...namesIn(Object.keys(listed ? {} : older))],
    requirements,
    warnings: listed ? [] : elsewhere(older),
    packageName: isBuilt ? stringOf(project.name) || stringOf(poetry.name) : '',
    namesPackages: /^[ \t]*packages\b|\[tool\.(?:setuptools|hatch\.build)\b/m.test(text),
    requiresPython: stringOf(project['requires-python']) || stringOf(older.python),
    scripts: Object.keys({ ...recordOf(project.scripts), ...recordOf(poetry.scripts) }),
    lists: [],
  };
}

async function fromPipfile(text: string): Promise<PythonManifest> {
  const parsed = await parseToml('Pipfile', text);
  const packages = recordOf(parsed.packages);
  const requirements = requirementLines(packages);
  const version = stringOf(recordOf(parsed.requires).python_version);
  return {
    ...blankManifest,
    file: 'Pipfile',
    text,
    dependencies: namesIn(Object.keys(packages)),
    requirements,
    warnings: elsewhere(packages),
    requiresPython: version && `==${version}.*`,
  };
}

function elsewhere(table: Record<string, unknown>): string[] {
  const names = Object.keys(table).filter((name) => isElsewhere(table[name]));
  if (names.length === 0) return [];
  return [`${names.join(', ')} does not come from the package index and is left out of the image.`];
}

/** A line of the manifest that names an index of its own, whose packages may ask for a login; pyproject.toml has a name for each. */
export function indexWarnings({ file, text }: PythonManifest): string[] {
  const line = /^[ \t]*(?:--(?:extra-)?index-url|-i)[ =]\s*(\S+)/m.exec(text) ?? privateTable.exec(text);
  const host = /https?:\/\/(?:[^/\s@]*@)?([^/\s:'"]+)/.exec(line?.[1] ?? '')?.[1];
  if (!host || host === 'pypi.org' || file === 'pyproject.toml' || /\$\{\w+\}/.test(text)) return [];
  return [
    `${file} takes packages from ${host}: if that asks for a login, write https://\${PIP_USER}:\${PIP_PASSWORD}@${host} there and set both variables, which the build gets as secrets.`,
  ];
}

const privateTable =
  /\[\[(?:tool\.poetry\.source|tool\.uv\.index|tool\.pdm\.source|source)\]\][^[]*?\burl\s*=\s*["']([^"']+)/;

export function dependencyEvidence({ file, text }: PythonManifest, name: string): EvidenceItem {
  return evidenceAt(file, text, name, `depends on ${name}`);
}
