import { fail } from '../../shared/errors.ts';
import type { AppOptions } from '../../shared/models.ts';
import { cmdFor, commonIgnores, dockerfileOf, runFor } from '../dockerfileText.ts';
import {
  type AppPlan,
  type BaseImage,
  blankPlan,
  type EvidenceItem,
  type Framework,
  type SourceTree,
} from '../framework.ts';
import { healthcheckFor } from '../healthcheck.ts';
import { evidenceAt, parseObject, recordOf, stringOf } from '../manifest.ts';
import { listeningPort } from './port.ts';
import { firstFile, withoutComments } from './project.ts';

/** The image has no tags of major versions. */
const defaultVersion = '2.9.6';
const entryFiles = ['main.ts', 'server.ts', 'mod.ts', 'index.ts', 'main.js', 'src/main.ts', 'main.tsx'];

interface Config {
  file: string;
  text: string;
}

/** deno.json, or a main file that speaks of Deno with no package.json beside it. Throws NoStartCommand, InvalidManifest. */
export const deno: Framework = {
  id: 'deno',
  async detect(source, wishes) {
    const config = await firstFile(source, ['deno.json', 'deno.jsonc']);
    const entry = await entryFile(source);
    const isDeno = config !== undefined || /\bDeno\.(?:serve|listen)\(/.test(entry?.text ?? '');
    if (!isDeno || (!config && (await source.has('package.json')))) return undefined;
    const start = await startOf(config, entry?.file, wishes);
    const main = /(?:^|\s)([\w./-]+\.[cm]?[jt]sx?)(?:\s|$)/.exec(start.command)?.[1] ?? entry?.file;
    const listening = await listeningPort(source, start.command);
    const version = await versionOf(source);
    const hasLock = await source.has('deno.lock');
    return {
      ...blankPlan,
      framework: 'node',
      kind: 'deno',
      label: `Deno ${version}`,
      language: 'javascript',
      languageVersion: version,
      packageManager: 'deno',
      installCommand: config ? `deno install${hasLock ? ' --frozen' : ''}` : '',
      buildCommand: tasksOf(config).build ? 'deno task build' : '',
      startCommand: start.command,
      port: listening.port ?? 8000,
      healthPath: listening.healthPath,
      evidence: [
        { file: config?.file ?? entry?.file ?? '', says: 'a Deno project' },
        ...start.evidence,
        ...listening.evidence,
      ],
      warnings: hasLock ? [] : ['There is no deno.lock, so every build may fetch other versions; commit one.'],
      dockerignore: [...commonIgnores, '**/node_modules'],
      writeDockerfile: (plan, base) => dockerfile(plan, base, config?.file, main),
    };
  },
};

/** The commands by their names. Throws InvalidManifest. */
function tasksOf(config: Config | undefined): Record<string, string> {
  const raw = config ? parseObject(config.file, withoutComments(config.text).replace(/,(\s*[}\]])/g, '$1')) : {};
  const tasks = Object.entries(recordOf(raw.tasks));
  return Object.fromEntries(tasks.map(([name, task]) => [name, stringOf(task) || stringOf(recordOf(task).command)]));
}

/** Exact, as .dvmrc, .deno-version or .tool-versions name it. */
async function versionOf(source: SourceTree): Promise<string> {
  const found = await firstFile(source, ['.dvmrc', '.deno-version', '.tool-versions']);
  return /^(?:deno )?v?(\d+\.\d+\.\d+)/m.exec(found?.text ?? '')?.[1] ?? defaultVersion;
}

async function entryFile(source: SourceTree) {
  return firstFile(source, entryFiles);
}

async function startOf(
  config: Config | undefined,
  entry: string | undefined,
  wishes: AppOptions,
): Promise<{ command: string; evidence: EvidenceItem[] }> {
  if (wishes.startCommand) return { command: wishes.startCommand, evidence: [] };
  const tasks = tasksOf(config);
  // With --watch it is the server for development, beside which Fresh has another.
  const name = tasks.preview && /--watch/.test(tasks.start ?? '') ? 'preview' : 'start';
  const command = (tasks[name] ?? '').replace(/ --watch\S*/, '');
  if (config && command) {
    return { command, evidence: [evidenceAt(config.file, config.text, `"${name}"`, `${name}: ${command}`)] };
  }
  if (!entry)
    throw fail(
      'NoStartCommand',
      `the task start of ${config?.file ?? 'deno.json'}, ${entryFiles.slice(0, 4).join(', ')}`,
    );
  return {
    command: `deno run --allow-net --allow-env --allow-read ${entry}`,
    evidence: [{ file: entry, says: 'the file that is started' }],
  };
}

function dockerfile(plan: AppPlan, base: BaseImage, config: string | undefined, main: string | undefined): string {
  const { installCommand, port } = plan;
  return dockerfileOf(
    `FROM ${base(`denoland/deno:${plan.languageVersion}`)}`,
    `ENV DENO_DIR=/deno-dir \\\n    DENO_NO_UPDATE_CHECK=1 \\\n    PORT=${port}`,
    'WORKDIR /app',
    ...(config ? [`COPY ${config} deno.lock* package.json* ./`] : []),
    installCommand !== '' && runFor(installCommand),
    'COPY . .',
    ...(main ? [runFor(`deno cache ${main}`)] : []),
    plan.buildCommand !== '' && runFor(plan.buildCommand),
    'RUN chown -R deno:deno /app /deno-dir',
    'USER deno',
    `EXPOSE ${port}`,
    healthcheckFor('deno', plan),
    `CMD ${cmdFor(plan.startCommand)}`,
  );
}
