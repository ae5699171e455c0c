import type { AppPlan } from '../frameworks/framework.ts';
import { detectApp } from '../frameworks/index.ts';
import { openSourceTree } from '../frameworks/sourceTree.ts';
import type { ContextItem, ContextKind } from '../shared/chat.ts';
import { toFailure } from '../shared/errors.ts';
import { appOptionsOf, type Deployment, type Project } from '../shared/models.ts';
import { redactOutgoing } from '../shared/redactOutgoing.ts';
import { describeDeployment, describeEvents, describeFailure } from './describe.ts';
import { sourceLinesIn } from './frames.ts';
import { shorten } from './shorten.ts';
import type { Workspace } from './workspace.ts';

const longestLog = 24 * 1024;
const longestFile = 12 * 1024;
const longestOther = 8 * 1024;

/** A chip: the text without secrets, shortened where it is long. Pure. */
export function contextItem(
  kind: ContextKind,
  label: string,
  text: string,
  secrets: readonly string[],
  mostBytes = longestOther,
): ContextItem {
  const clean = shorten(redactOutgoing(text, secrets), mostBytes);
  return { id: `${kind}:${label}`, label, kind, text: clean, bytes: Buffer.byteLength(clean) };
}

/** What is known of a deployment; the log is its tail as the record keeps it, and `logTail` while it still runs. */
export function deploymentContext(
  deployment: Deployment,
  project: Project,
  logTail: string,
  secrets: readonly string[],
): ContextItem[] {
  const log = deployment.logs || logTail;
  const failure = [describeFailure(deployment), describeEvents(deployment)].filter(Boolean).join('\n\n');
  return [
    contextItem(
      'deployment',
      `${project.name} ${deployment.id.slice(0, 8)}`,
      describeDeployment(deployment, project),
      secrets,
    ),
    ...(failure ? [contextItem('failure', 'why it failed', failure, secrets, longestLog)] : []),
    ...(log ? [contextItem('log', 'log', log, secrets, longestLog)] : []),
  ];
}

const manifests = [
  'package.json',
  'pyproject.toml',
  'requirements.txt',
  'Gemfile',
  'composer.json',
  'go.mod',
  'Cargo.toml',
  'pom.xml',
  'build.gradle',
  'build.gradle.kts',
  'mix.exs',
];
const mostFiles = 3;

/** What the open workspace tells: how it was recognised, its Dockerfile and manifest, and the files that the log names. */
export async function workspaceContext(
  workspace: Workspace,
  project: Project | undefined,
  log: string,
  secrets: readonly string[],
): Promise<ContextItem[]> {
  const [{ plan, why }, files] = await Promise.all([recognise(workspace, project), workspace.files()]);
  const read = async (kind: ContextKind, file: string | undefined, around?: number) => {
    const found = file && (await workspace.read(file));
    if (!found) return [];
    const text = around === undefined ? found.text : linesAround(found.text, around);
    return [contextItem(kind, around === undefined ? file : `${file}:${around}`, text, secrets, longestFile)];
  };
  const manifest = manifests.find((name) => files.includes(name));
  const ownDockerfile = plan ? plan.dockerfilePath : files.find((file) => file === 'Dockerfile');
  const named = sourceLinesIn(log, files).filter(({ file }) => file !== manifest && file !== ownDockerfile);
  return [
    contextItem('framework', plan?.label ?? 'not recognised', why, secrets),
    ...(plan?.dockerfile ? [contextItem('dockerfile', 'Dockerfile (generated)', plan.dockerfile, secrets)] : []),
    ...(await read('dockerfile', plan ? plan.dockerfilePath : files.find((file) => file === 'Dockerfile'))),
    ...(await read(
      'manifest',
      manifests.find((name) => files.includes(name)),
    )),
    ...(await Promise.all(named.slice(0, mostFiles).map(({ file, line }) => read('file', file, line)))).flat(),
  ];
}

/** What the folder is recognised as, or the sentence that says why it is not. */
async function recognise(workspace: Workspace, project: Project | undefined): Promise<{ plan?: AppPlan; why: string }> {
  try {
    const plan = await detectApp(await openSourceTree(workspace.root), appOptionsOf(project?.options ?? {}));
    return { plan, why: describePlan(plan) };
  } catch (error) {
    return { why: toFailure(error).message };
  }
}

function describePlan(plan: AppPlan): string {
  const { label, language, languageVersion, packageManager, installCommand, buildCommand, startCommand } = plan;
  const facts = { label, language, languageVersion, packageManager, installCommand, buildCommand, startCommand };
  const { outputFolder, port, healthPath, folder } = plan;
  const lines = Object.entries({ ...facts, outputFolder, port, healthPath, folder })
    .filter(([, value]) => value)
    .map(([name, value]) => `${name}: ${value}`);
  const because = plan.evidence.map(({ file, line, says }) => `because ${file}${line ? `:${line}` : ''}: ${says}`);
  return [...lines, ...because, ...plan.warnings.map((warning) => `warning: ${warning}`)].join('\n');
}

const linesEachSide = 40;

/** Numbered, so that an answer can name them. */
function linesAround(text: string, line: number): string {
  const lines = text.split('\n');
  const from = Math.max(0, line - 1 - linesEachSide);
  const shown = lines.slice(from, line + linesEachSide).map((each, at) => `${from + at + 1}: ${each}`);
  const before = from > 0 ? [`[… ${from} lines left out …]`] : [];
  const after = lines.length - from - shown.length;
  return [...before, ...shown, ...(after > 0 ? [`[… ${after} lines left out …]`] : [])].join('\n');
}
