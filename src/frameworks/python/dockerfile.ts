import { assetsStage, type NodeAssets } from '../assets.ts';
import { aptLine, cmdFor, copyLines, dockerfileOf, execForm, runFor } from '../dockerfileText.ts';
import type { AppPlan, BaseImage } from '../framework.ts';
import { healthcheckFor } from '../healthcheck.ts';
import type { PackageManager } from './packageManager.ts';

export interface PythonParts {
  manager: PackageManager;
  /** Packages that the start needs and the project does not name, such as the server. */
  extra: string[];
  native: { build: string[]; run: string[] };
  /** Variables without which the settings cannot be read during the build. */
  buildEnv: string[];
  assets: NodeAssets | undefined;
}

/**
 * The packages go into a virtual environment of their own, which the last stage takes as one layer: it stays the same
 * until they change.
 */
export function pythonDockerfile(plan: AppPlan, base: BaseImage, parts: PythonParts): string {
  const { manager, extra, native, assets } = parts;
  const image = base(`python:${plan.languageVersion}-slim-bookworm`);
  return dockerfileOf(
    ...(assets ? assetsStage(assets, plan, base) : []),
    `FROM ${image} AS build`,
    native.build.length > 0 && aptLine(native.build),
    manager.itself.length > 0 && run(execForm(['pip', 'install', '--', ...manager.itself]), '/root/.cache/pip'),
    'RUN python -m venv /opt/venv',
    `ENV ${['VIRTUAL_ENV=/opt/venv', 'PATH=/opt/venv/bin:$PATH', ...manager.env].join(' \\\n    ')}`,
    'WORKDIR /app',
    ...copyLines(manager.files),
    plan.installCommand !== '' && runFor(plan.installCommand, manager.cache),
    extra.length > 0 &&
      run(execForm(addCommand(manager, extra)), manager.name === 'uv' ? manager.cache : '/root/.cache/pip'),
    assets ? 'COPY --from=assets /app ./' : 'COPY . .',
    manager.installProject !== '' && runFor(manager.installProject, manager.cache),
    plan.buildCommand !== '' && runFor([...parts.buildEnv, plan.buildCommand].join(' ')),
    '',
    `FROM ${image}`,
    native.run.length > 0 && aptLine(native.run),
    'ENV PYTHONUNBUFFERED=1 \\',
    '    PYTHONDONTWRITEBYTECODE=1 \\',
    '    PATH=/opt/venv/bin:$PATH \\',
    `    PORT=${plan.port}`,
    'RUN useradd --system --create-home app',
    'WORKDIR /app',
    'COPY --from=build /opt/venv /opt/venv',
    'COPY --from=build --chown=app:app /app ./',
    'USER app',
    `EXPOSE ${plan.port}`,
    // Django answers 400 to a host that its settings do not name, such as this one.
    healthcheckFor('python', plan, plan.kind === 'django' ? { limit: 500 } : {}),
    `CMD ${cmdFor(plan.startCommand)}`,
  );
}

function run(command: string, cache: string): string {
  return `RUN --mount=type=cache,target=${cache} ${command}`;
}

/** Beside what the lock file names, which stays as it is. */
function addCommand({ name }: PackageManager, packages: readonly string[]): string[] {
  if (name === 'uv') return ['uv', 'pip', 'install', '--python', '/opt/venv', '--', ...packages];
  return ['pip', 'install', '--', ...packages];
}
