import { fail } from '../shared/errors.ts';
import { cmdFor, commonIgnores, dockerfileOf } from './dockerfileText.ts';
import type { AppPlan, EvidenceItem, Framework, SourceTree } from './framework.ts';
import { evidenceAt } from './manifest.ts';

const port = 8000;
const defaultVersion = '3.13';

interface Manifest {
  file: string;
  text: string;
  /** Lower-case names. */
  dependencies: string[];
}

interface Start {
  kind: string;
  label: string;
  command: string;
  /** Packages that the command needs and the project does not name. */
  extra: string[];
  evidence: EvidenceItem;
}

/** requirements.txt or pyproject.toml: Django, FastAPI, Flask, Streamlit, or a plain script. */
export const python: Framework = {
  id: 'python',
  async detect(source, overrides) {
    const manifest = await readManifest(source);
    if (!manifest) return undefined;
    const chosen = overrides.port ?? port;
    const start = overrides.startCommand ? given(overrides.startCommand) : await findStart(source, manifest, chosen);
    return plan(source, manifest, start, chosen, overrides.healthPath);
  },
};

async function readManifest(source: SourceTree): Promise<Manifest | undefined> {
  const requirements = await source.read('requirements.txt');
  if (requirements !== undefined)
    return { file: 'requirements.txt', text: requirements, dependencies: namesIn(requirements.split('\n')) };
  const project = await source.read('pyproject.toml');
  if (project === undefined) return undefined;
  return { file: 'pyproject.toml', text: project, dependencies: await tomlDependencies(project) };
}

async function tomlDependencies(text: string): Promise<string[]> {
  const { parse } = await import('smol-toml');
  try {
    const { project } = parse(text) as { project?: { dependencies?: unknown } };
    const list = Array.isArray(project?.dependencies) ? project.dependencies : [];
    return namesIn(list.filter((each): each is string => typeof each === 'string'));
  } catch (error) {
    throw fail('InvalidManifest', 'pyproject.toml', error instanceof Error ? error.message : '');
  }
}

/** PEP 508: the name is what stands before any extra, version or marker. */
function namesIn(lines: readonly string[]): string[] {
  return lines.flatMap((line) => /^\s*([A-Za-z0-9][\w.-]*)/.exec(line)?.[1]?.toLowerCase().replace(/_/g, '-') ?? []);
}

function given(command: string): Start {
  return {
    kind: 'python',
    label: 'Python',
    command,
    extra: [],
    evidence: { file: 'the project settings', says: `starts with ${command}` },
  };
}

async function findStart(source: SourceTree, manifest: Manifest, chosen: number): Promise<Start> {
  const has = (name: string) => manifest.dependencies.includes(name);
  const extra = (name: string, pinned: string) => (has(name) ? [] : [pinned]);
  if (has('django')) {
    const wsgi = await moduleWith(source, 'wsgi.py', /application\s*=/);
    if (wsgi)
      return start(
        'django',
        'Django',
        `gunicorn --bind 0.0.0.0:${chosen} ${wsgi.module}:application`,
        extra('gunicorn', 'gunicorn~=23.0'),
        wsgi.evidence,
      );
  }
  if (has('fastapi')) {
    const app = await moduleWith(source, '.py', /^(\w+)\s*(?::\s*\w+\s*)?=\s*FastAPI\(/m);
    if (app)
      return start(
        'fastapi',
        'FastAPI',
        `uvicorn --host 0.0.0.0 --port ${chosen} ${app.module}:${app.name}`,
        extra('uvicorn', 'uvicorn~=0.35'),
        app.evidence,
      );
  }
  if (has('flask')) {
    const app = await moduleWith(source, '.py', /^(\w+)\s*=\s*Flask\(/m);
    if (app)
      return start(
        'flask',
        'Flask',
        `gunicorn --bind 0.0.0.0:${chosen} ${app.module}:${app.name}`,
        extra('gunicorn', 'gunicorn~=23.0'),
        app.evidence,
      );
  }
  for (const file of ['main.py', 'app.py', 'server.py', 'src/main.py']) {
    if (!(await source.has(file))) continue;
    const evidence = { file, says: 'the file that is started' };
    if (has('streamlit')) {
      const command = `streamlit run ${file} --server.port=${chosen} --server.address=0.0.0.0 --server.headless=true`;
      return start('streamlit', 'Streamlit', command, [], evidence);
    }
    return start('python', 'Python', `python ${file}`, [], evidence);
  }
  throw fail('NoStartCommand', `${manifest.file}, and main.py, app.py, server.py`);
}

function start(kind: string, label: string, command: string, extra: string[], evidence: EvidenceItem): Start {
  return { kind, label, command, extra, evidence };
}

/** The module, as Python imports it, in which the pattern stands; files nearest to the root first. */
async function moduleWith(source: SourceTree, ending: string, pattern: RegExp) {
  const files = (await source.files()).filter(
    (file) => file.endsWith(ending) && /^[\w/]+\.py$/.test(file) && !/(^|\/)tests?\//.test(file),
  );
  for (const file of files.slice(0, 200)) {
    const text = (await source.read(file)) ?? '';
    const match = pattern.exec(text);
    if (match) {
      const module = file.replace(/\.py$/, '').replaceAll('/', '.');
      return { module, name: match[1] ?? '', evidence: evidenceAt(file, text, match[0], match[0].trim()) };
    }
  }
  return undefined;
}

async function plan(
  source: SourceTree,
  manifest: Manifest,
  found: Start,
  chosen: number,
  healthPath = '',
): Promise<AppPlan> {
  const version = await pythonVersion(source);
  const install = manifest.file === 'requirements.txt' ? 'pip install -r requirements.txt' : 'pip install .';
  return {
    framework: 'python',
    kind: found.kind,
    label: `${found.label} on Python ${version.value}`,
    language: 'python',
    languageVersion: version.value,
    packageManager: 'pip',
    installCommand: install,
    buildCommand: '',
    startCommand: found.command,
    outputFolder: '',
    port: chosen,
    healthPath,
    evidence: [{ file: manifest.file, says: 'a Python project' }, ...version.evidence, found.evidence],
    warnings: [],
    folder: '.',
    dockerfilePath: '',
    dockerfile: dockerfile(manifest, version.value, found, chosen),
    dockerignore: [...commonIgnores, '**/__pycache__', '**/*.pyc', '.venv', 'venv', '.pytest_cache'],
  };
}

function dockerfile(manifest: Manifest, version: string, { command, extra }: Start, chosen: number): string {
  const pip = 'RUN --mount=type=cache,target=/root/.cache/pip pip install';
  const requirements = manifest.file === 'requirements.txt';
  return dockerfileOf(
    `FROM python:${version}-slim-bookworm`,
    'ENV PYTHONUNBUFFERED=1 \\',
    '    PYTHONDONTWRITEBYTECODE=1 \\',
    `    PORT=${chosen}`,
    'WORKDIR /app',
    requirements && 'COPY requirements.txt ./',
    requirements && `${pip} -r requirements.txt`,
    extra.length > 0 && `${pip} ${extra.map((each) => `'${each}'`).join(' ')}`,
    'COPY . .',
    !requirements && `${pip} .`,
    'RUN useradd --system --no-create-home app',
    'USER app',
    `EXPOSE ${chosen}`,
    `CMD ${cmdFor(command)}`,
  );
}

async function pythonVersion(source: SourceTree): Promise<{ value: string; evidence: EvidenceItem[] }> {
  for (const [file, pattern] of versionFiles) {
    const text = await source.read(file);
    const value = text && pattern.exec(text)?.[1];
    if (value) return { value, evidence: [evidenceAt(file, text, value, `asks for Python ${value}`)] };
  }
  return { value: defaultVersion, evidence: [] };
}

const versionFiles: readonly [string, RegExp][] = [
  ['.python-version', /^\s*(3\.\d+)/],
  ['runtime.txt', /^python-(3\.\d+)/],
  ['.tool-versions', /^python\s+(3\.\d+)/m],
];
