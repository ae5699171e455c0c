import type { AppOptions } from '../../shared/models.ts';
import { findAssets } from '../assets.ts';
import { commonIgnores } from '../dockerfileText.ts';
import { blankPlan, type Framework, type Recognised, type SourceTree } from '../framework.ts';
import { type Listening, listeningIn } from '../listening.ts';
import { collectStatic, staticWarnings } from './django.ts';
import { pythonDockerfile } from './dockerfile.ts';
import { pythonHealth } from './health.ts';
import { libraries } from './libraries.ts';
import { indexWarnings, readPythonManifest } from './manifest.ts';
import { nativeLibraries } from './natives.ts';
import { type Locks, packageManager, readLocks } from './packageManager.ts';
import type { PythonManifest } from './project.ts';
import { type PythonStart, pythonStart } from './start.ts';
import { pythonVersion } from './version.ts';

const defaultPort = 8000;

/** requirements.txt, pyproject.toml, Pipfile or setup.py: Django, FastAPI, Flask, Streamlit, or a plain script. */
export const python: Framework = {
  id: 'python',
  kinds: [...new Set(libraries.map(({ kind }) => kind)), 'streamlit'],
  async detect(source, wishes) {
    const locks = await readLocks(source);
    const manifest = await readPythonManifest(source, locks.lockFile);
    return manifest && recognised(source, manifest, locks, wishes);
  },
};

async function recognised(
  source: SourceTree,
  manifest: PythonManifest,
  locks: Locks,
  wishes: AppOptions,
): Promise<Recognised> {
  const start = wishes.startCommand ? given(wishes.startCommand) : await pythonStart(source, manifest, wishes.kind);
  const listening = await scriptPort(source, start.command);
  const health = listening.healthPath
    ? { ...listening, evidence: [] }
    : await pythonHealth(source, start.kind, start.command);
  const version = await pythonVersion(source, manifest);
  const collected = start.kind === 'django' ? await collectStatic(source, manifest.dependencies) : undefined;
  const assets = await findAssets(source);
  const manager = packageManager(manifest, locks, await isPackage(source, manifest));
  const native = nativeLibraries(manifest.dependencies);
  return {
    ...blankPlan,
    framework: 'python',
    kind: start.kind,
    label: `${start.label === 'Python' ? '' : `${start.label} on `}Python ${version.value}`,
    language: 'python',
    languageVersion: version.value,
    packageManager: manager.name,
    installCommand: manager.install || manager.installProject,
    buildCommand: collected?.command ?? '',
    startCommand: start.command,
    port: listening.port ?? defaultPort,
    healthPath: health.healthPath,
    evidence: [
      { file: manifest.file, says: 'a Python project' },
      ...locks.evidence,
      ...version.evidence,
      ...start.evidence,
      ...listening.evidence,
      ...health.evidence,
      ...(collected?.evidence ?? []),
      ...(assets?.evidence ?? []),
    ],
    warnings: [
      ...(locks.lockFile ? [] : manifest.warnings),
      ...locks.warnings,
      ...lockWarnings(manifest, locks),
      ...indexWarnings(manifest),
      ...(start.kind === 'django' ? staticWarnings(manifest.dependencies) : []),
      ...listening.warnings,
      ...(assets?.warnings ?? []),
    ],
    dockerignore: [
      ...commonIgnores,
      '**/__pycache__',
      '**/*.pyc',
      '.venv',
      'venv',
      '.pytest_cache',
      ...(assets ? ['**/node_modules'] : []),
    ],
    writeDockerfile: (plan, base) =>
      pythonDockerfile(plan, base, { manager, extra: start.extra, native, buildEnv: collected?.env ?? [], assets }),
  };
}

function given(command: string): PythonStart {
  const evidence = [{ file: 'the project settings', says: `starts with ${command}` }];
  return { kind: 'python', label: 'Python', command, extra: [], evidence };
}

/** A script of its own listens where it says, or where PORT tells it. */
async function scriptPort(source: SourceTree, command: string): Promise<Listening> {
  const file = /^python ([\w./-]+\.py)$/.exec(command)?.[1];
  return listeningIn(source, file ? [file] : [], {
    numbers: [
      /environ(?:\.get)?[([]\s*['"]PORT['"]\s*,\s*['"]?(\d{2,5})\b/,
      /getenv\(\s*['"]PORT['"]\s*,\s*['"]?(\d{2,5})\b/,
      /\bport\s*=\s*(\d{2,5})\b/i,
      /\(\s*['"](?:0\.0\.0\.0|127\.0\.0\.1|localhost|)['"]\s*,\s*(\d{2,5})\s*\)/,
    ],
    local: /\(\s*['"](?:127\.0\.0\.1|localhost)['"]\s*,|\bhost\s*=\s*['"](?:127\.0\.0\.1|localhost)['"]/,
  });
}

/** Its sources are where a build would look for them; what is no package is run from where it lies. */
async function isPackage(source: SourceTree, { packageName, namesPackages }: PythonManifest): Promise<boolean> {
  if (!packageName || namesPackages) return packageName !== '';
  const folder = packageName.toLowerCase().replace(/[-.]+/g, '_');
  return (await source.has(`${folder}/__init__.py`)) || source.has(`src/${folder}/__init__.py`);
}

function lockWarnings(manifest: PythonManifest, { lockFile }: Locks): string[] {
  if (lockFile || manifest.dependencies.length === 0) return [];
  const advice = 'so every build may install other versions';
  if (manifest.lists.length === 0) return [`There is no lock file beside ${manifest.file}, ${advice}; commit one.`];
  return /==/.test(manifest.text) ? [] : [`${manifest.file} pins no version, ${advice}.`];
}
