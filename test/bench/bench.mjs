// `npm run bench`: ratios from one run, with the raw seconds beside them. `--repetitions N` (default 5).
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureBaseImages } from '../support/baseImages.mjs';
import { bootstrap, ROOT } from '../support/bootstrap.mjs';
import { ensureEngine } from '../support/engine.mjs';
import { freePort } from '../support/freePort.mjs';
import { endWithSentence, mustRun, run } from '../support/process.mjs';

const CLI = path.join(ROOT, 'dist/cli.cjs');
const CLUSTER = 'bench';
const LIMIT = 1.05;

const at = process.argv.indexOf('--repetitions');
const repetitions = at > 0 ? Number(process.argv[at + 1]) : 5;
const folder = mkdtempSync(path.join(tmpdir(), 'deployotron-bench-'));
const env = {
  DEPLOYOTRON_HOME: path.join(folder, 'home'),
  // `docker login` writes its token there.
  DOCKER_CONFIG: path.join(folder, 'docker'),
  DOCKER_BUILDKIT: '1',
  NO_COLOR: '1',
};
const byHand = path.join(folder, 'byHand.cjs');
const projects = [];
const stepsOfOurs = {};
const stepsByHand = {};
let docker;

async function main() {
  await bootstrap({ build: true });
  await ensureEngine();
  await ensureBaseImages();
  await bundleByHand();
  docker = await findDocker();
  for (const home of [env.DEPLOYOTRON_HOME, env.DOCKER_CONFIG]) mkdirSync(home, { recursive: true });
  const endpoint = await startSandbox();
  await warmUp(endpoint);
  const seconds = await measureDeployments(endpoint);
  const unchanged = await measureUnchanged(endpoint);
  printDeployments(seconds);
  printUnchanged(unchanged);
  await printHistory();
  if (total(seconds.fresh) > LIMIT)
    throw new Error(`A whole deployment takes more than ${LIMIT} of the time that it takes by hand.`);
}

/** Bundled like the CLI, so that Node loads both as quickly. */
async function bundleByHand() {
  const { build } = await import('esbuild');
  const entryPoints = [path.join(ROOT, 'test/bench/byHand.mjs')];
  const source = path.join(folder, 'byHand.mjs');
  await build({
    entryPoints,
    outfile: source,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    minify: true,
    logLevel: 'error',
    banner: { js: REQUIRE },
  });
  writeFileSync(byHand, `import(${JSON.stringify(source)});\n`);
}

const REQUIRE = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** A docker command without its buildx part cannot use BuildKit; another one on the PATH often can. */
async function findDocker() {
  const probe = mkdtempSync(path.join(folder, 'probe-'));
  writeFileSync(path.join(probe, 'Dockerfile'), 'FROM debian:bookworm-slim\n');
  for (const place of process.env.PATH.split(path.delimiter)) {
    const candidate = path.join(place, 'docker');
    if (existsSync(candidate) && (await run(candidate, ['build', '--quiet', probe], { env })).code === 0)
      return candidate;
  }
  throw new Error('No docker command here can build with BuildKit: install its buildx part.');
}

async function startSandbox() {
  const answer = await mustRun(
    'The sandbox did not start',
    'node',
    [CLI, 'sandbox', 'start', '--port', String(await freePort()), '--json'],
    { env },
  );
  return JSON.parse(answer).endpoint;
}

/** Brings the base image's layers to the registry, which whoever came first would pay for. */
async function warmUp(endpoint) {
  const app = await makeApp('bench-warm-up');
  await deploy(app, endpoint, 'warm-up');
  await deployByHand(await makeApp('bench-warm-up-by-hand'), endpoint, 'fresh');
  for (const notes of [stepsOfOurs, stepsByHand]) for (const kind of Object.keys(notes)) delete notes[kind];
}

/** A fresh service, then a changed commit over it; ours and by hand take turns at being first. */
async function measureDeployments(endpoint) {
  const seconds = { fresh: { ours: [], hand: [] }, changed: { ours: [], hand: [] } };
  for (let index = 0; index < repetitions; index++) {
    const sides = index % 2 === 0 ? ['ours', 'hand'] : ['hand', 'ours'];
    const apps = Object.fromEntries(sides.map((side) => [side, makeApp(`bench-${side}-${index}`)]));
    for (const kind of ['fresh', 'changed']) {
      for (const side of sides) {
        const app = await apps[side];
        if (kind === 'changed') await changeApp(app);
        seconds[kind][side].push(
          await (side === 'ours' ? deploy(app, endpoint, kind) : deployByHand(app, endpoint, kind)),
        );
      }
    }
    process.stderr.write(`repetition ${index + 1} of ${repetitions}\n`);
  }
  return seconds;
}

/** Every app has something of its own in package.json, so that no build finds `npm ci` in the build cache. */
async function makeApp(name) {
  const repository = path.join(folder, name);
  cpSync(path.join(ROOT, 'test/demo/sample-express'), repository, { recursive: true });
  const manifest = path.join(repository, 'package.json');
  writeFileSync(
    manifest,
    JSON.stringify({ ...JSON.parse(readFileSync(manifest, 'utf8')), description: `${name} ${folder}` }),
  );
  const dockerfile = `${repository}.Dockerfile`;
  writeFileSync(dockerfile, `${await mustRun('No Dockerfile', 'node', [CLI, 'dockerfile', repository], { env })}\n`);
  await git(repository, 'init', '--quiet', '--initial-branch=main');
  await commit(repository, 'First');
  projects.push(name);
  return { name, repository, dockerfile };
}

async function changeApp({ name, repository }) {
  const file = path.join(repository, 'server.js');
  writeFileSync(file, `${readFileSync(file, 'utf8')}// ${name} ${folder}\n`);
  await commit(repository, 'Second');
}

async function commit(repository, message) {
  await git(repository, 'add', '--all');
  await git(
    repository,
    '-c',
    'user.name=Bench',
    '-c',
    'user.email=bench@example.invalid',
    '-c',
    'commit.gpgsign=false',
    'commit',
    '--quiet',
    '-m',
    message,
  );
}

const git = (repository, ...options) => mustRun('git failed', 'git', ['-C', repository, ...options]);

async function deploy({ name, repository }, endpoint, kind) {
  const options = [
    '--branch',
    'main',
    '--project',
    name,
    '--cluster',
    CLUSTER,
    '--endpoint',
    endpoint,
    '--subnets',
    'subnet-bench',
  ];
  const { took, said } = await time(['deploy', repository, ...options, '--json']);
  const events = said
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  noteSteps(stepsOfOurs, kind, stepSeconds(events));
  return took;
}

async function deployByHand({ name, repository, dockerfile }, endpoint, kind) {
  const wishes = {
    docker,
    repository,
    dockerfile,
    endpoint,
    name,
    cluster: CLUSTER,
    region: 'us-east-1',
    port: 3000,
    fresh: kind === 'fresh',
  };
  const { took, said } = await time([JSON.stringify(wishes)], byHand);
  noteSteps(
    stepsByHand,
    kind,
    Object.fromEntries(Object.entries(JSON.parse(said)).map(([step, ms]) => [step, ms / 1000])),
  );
  return took;
}

const lastLines = (text) =>
  text
    .trim()
    .split('\n')
    .slice(-15)
    .map((line) => line.slice(0, 200))
    .join('\n');

/** Seconds of a whole program, its start included. */
async function time(args, program = CLI) {
  const began = performance.now();
  const said = await new Promise((resolve, reject) => {
    const child = spawn('node', [program, ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let problems = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (problems += chunk));
    child.once('close', (code) =>
      code === 0
        ? resolve(output)
        : reject(new Error(`${program} ended with ${code}: ${lastLines(output + problems)}`)),
    );
  });
  return { took: (performance.now() - began) / 1000, said };
}

function stepSeconds(events) {
  const began = Object.fromEntries(
    events.filter((event) => event.type === 'step-started').map(({ step, at }) => [step, at]),
  );
  const ended = events.filter((event) => event.type === 'step-succeeded');
  return Object.fromEntries(ended.map(({ step, at: end }) => [step, (end - began[step]) / 1000]));
}

function noteSteps(notes, kind, seconds) {
  notes[kind] ??= {};
  for (const [step, value] of Object.entries(seconds)) {
    notes[kind][step] ??= [];
    notes[kind][step].push(value);
  }
}

/** The same commit once more, and what the AWS had to do for it. */
async function measureUnchanged(endpoint) {
  const app = { name: 'bench-ours-0', repository: path.join(folder, 'bench-ours-0') };
  const took = [];
  let skipped = [];
  for (let index = 0; index < repetitions; index++) {
    const { took: seconds, said } = await time(['deploy', app.name, '--endpoint', endpoint, '--json']);
    took.push(seconds);
    skipped = said
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter((event) => event.skipped)
      .map(({ step }) => step);
  }
  return { took, skipped };
}

function printDeployments(seconds) {
  console.log(
    `\nA whole deployment of an Express app (median of ${repetitions}, both sides in turn; same engine, sandbox and Dockerfile;\n  by hand waits with the SDK's waitUntilServicesStable at its shortest pause, 1 s)`,
  );
  table(
    ['', 'deployotron', 'by hand', 'ratio'],
    [
      ['fresh service, nothing cached', ...row(seconds.fresh)],
      ['changed commit', ...row(seconds.changed)],
    ],
  );
  console.log(
    `  every run: ${JSON.stringify(seconds, (_, value) => (typeof value === 'number' ? Number(value.toFixed(2)) : value))}`,
  );
  console.log('  where the time goes (median seconds):');
  for (const kind of ['fresh', 'changed']) {
    console.log(
      `    ${kind}  deployotron  ${spent(stepsOfOurs[kind])}\n    ${' '.repeat(kind.length)}  by hand      ${spent(stepsByHand[kind])}`,
    );
  }
}

const spent = (steps) =>
  Object.entries(steps)
    .map(([step, values]) => `${step} ${median(values).toFixed(2)}`)
    .join(', ');

function row({ ours, hand }) {
  return [seconds(median(ours)), seconds(median(hand)), (median(ours) / median(hand)).toFixed(3)];
}

const total = ({ ours, hand }) => median(ours) / median(hand);
const seconds = (value) => `${value.toFixed(2)} s`;

function printUnchanged({ took, skipped }) {
  const nothing = ['build', 'push', 'register'].every((step) => skipped.includes(step));
  console.log(`\nThe same commit again: ${seconds(median(took))}; left out: ${skipped.join(', ') || 'nothing'}.`);
  console.log(
    nothing
      ? '  Nothing was built, pushed or registered.'
      : '  NOT as promised: it should build, push and register nothing.',
  );
  if (!nothing) process.exitCode = 1;
}

async function printHistory() {
  const file = ['history.ts', 'history.mjs'].map((name) => path.join(ROOT, 'test/bench', name)).find(existsSync);
  console.log(`\n${await mustRun('The history could not be measured', 'node', [file])}`);
}

function table(head, rows) {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((cells) => cells[column].length)));
  const line = (cells) =>
    `  ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('   ')}`;
  for (const cells of all) console.log(line(cells));
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
}

async function tidyUp() {
  await run('node', [CLI, 'sandbox', 'stop'], { env });
  const { stdout } = await run('docker', ['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}']);
  const images = stdout
    .split('\n')
    .filter((image) => projects.some((name) => image.startsWith(`${name}:`) || image.includes(`/${name}:`)));
  if (images.length > 0) await run('docker', ['image', 'rm', '--force', ...images]);
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => void tidyUp().finally(() => process.exit(130)));
}
await main().finally(tidyUp).catch(endWithSentence);
