import type { AppOptions } from '../../shared/models.ts';
import { cmdFor, commonIgnores, dockerfileOf, execForm } from '../dockerfileText.ts';
import {
  type AppPlan,
  type BaseImage,
  blankPlan,
  type EvidenceItem,
  type Framework,
  type Recognised,
  type SourceTree,
} from '../framework.ts';
import { evidenceAt } from '../manifest.ts';
import { type PythonManifest, pythonVersion, readPythonManifest } from './manifest.ts';
import { type PythonStart, pythonStart } from './start.ts';

const defaultPort = 8000;

/** requirements.txt, pyproject.toml or Pipfile: Django, FastAPI, Flask, Streamlit, or a plain script. */
export const python: Framework = {
  id: 'python',
  async detect(source, wishes) {
    const manifest = await readPythonManifest(source);
    return manifest && plan(source, manifest, wishes);
  },
};

async function plan(source: SourceTree, manifest: PythonManifest, wishes: AppOptions): Promise<Recognised> {
  const port = wishes.port ?? defaultPort;
  const found = wishes.startCommand ? given(wishes.startCommand) : await pythonStart(source, manifest, port);
  const listening =
    found.kind === 'python' && !wishes.startCommand ? await scriptPort(source, found.command) : undefined;
  const chosen = wishes.port ?? listening?.port ?? defaultPort;
  const version = await pythonVersion(source, manifest);
  return {
    ...blankPlan,
    framework: 'python',
    kind: found.kind,
    label: found.kind === 'python' ? `Python ${version.value}` : `${found.label} on Python ${version.value}`,
    language: 'python',
    languageVersion: version.value,
    packageManager: 'pip',
    installCommand: installText(manifest),
    startCommand: found.command,
    port: chosen,
    evidence: [
      { file: manifest.file, says: 'a Python project' },
      ...version.evidence,
      ...found.evidence,
      ...(listening ? [listening.evidence] : []),
    ],
    warnings: manifest.warnings,
    writeDockerfile: (plan, base) => dockerfile(manifest, found.extra, plan, base),
    dockerignore: [...commonIgnores, '**/__pycache__', '**/*.pyc', '.venv', 'venv', '.pytest_cache'],
  };
}

function given(command: string): PythonStart {
  const evidence = [{ file: 'the project settings', says: `starts with ${command}` }];
  return { kind: 'python', label: 'Python', command, extra: [], evidence };
}

/** A script of its own listens where it says, or where PORT tells it. */
async function scriptPort(
  source: SourceTree,
  command: string,
): Promise<{ port: number; evidence: EvidenceItem } | undefined> {
  const file = command.replace(/^python /, '');
  const text = (await source.read(file)) ?? '';
  const patterns = [
    /environ(?:\.get)?[([]\s*['"]PORT['"]\s*,\s*['"]?(\d{2,5})\b/,
    /getenv\(\s*['"]PORT['"]\s*,\s*['"]?(\d{2,5})\b/,
    /\bport\s*=\s*(\d{2,5})\b/i,
    /\(\s*['"](?:0\.0\.0\.0|127\.0\.0\.1|localhost|)['"]\s*,\s*(\d{2,5})\s*\)/,
  ];
  for (const pattern of patterns) {
    const match = pattern.exec(text);
    const port = Number(match?.[1]);
    if (match && port > 0 && port < 65_536)
      return { port, evidence: evidenceAt(file, text, match[0], `listens on ${port}`) };
  }
  return undefined;
}

function installText({ file, isPackage }: PythonManifest): string {
  if (file === 'requirements.txt') return 'pip install -r requirements.txt';
  return isPackage ? 'pip install .' : `pip install the packages of ${file}`;
}

function dockerfile(manifest: PythonManifest, extra: string[], plan: AppPlan, base: BaseImage): string {
  const pip = 'RUN --mount=type=cache,target=/root/.cache/pip';
  const listed = manifest.isPackage ? extra : [...manifest.requirements, ...extra];
  const fromFile = manifest.file === 'requirements.txt';
  return dockerfileOf(
    `FROM ${base(`python:${plan.languageVersion}-slim-bookworm`)}`,
    'ENV PYTHONUNBUFFERED=1 \\',
    '    PYTHONDONTWRITEBYTECODE=1 \\',
    `    PORT=${plan.port}`,
    'RUN useradd --system --create-home app',
    'WORKDIR /app',
    // A list may name others (`-r base.txt`, `-e .`), which must be there then.
    fromFile && (isSelfContained(manifest.text) ? 'COPY requirements.txt ./' : 'COPY . .'),
    fromFile && `${pip} pip install -r requirements.txt`,
    // Exec form: what stands in a manifest cannot become shell syntax; `--` and it cannot become an option.
    listed.length > 0 && `${pip} ${execForm(['pip', 'install', '--', ...listed])}`,
    'COPY --chown=app:app . .',
    manifest.isPackage && `${pip} pip install .`,
    'USER app',
    `EXPOSE ${plan.port}`,
    `CMD ${cmdFor(plan.startCommand)}`,
  );
}

function isSelfContained(requirements: string): boolean {
  return !/^\s*(?:-[rce]\b|--(?:requirement|constraint|editable|find-links)\b|\.{0,2}\/|file:|[^#\n]*@\s*file:)/m.test(
    requirements,
  );
}
