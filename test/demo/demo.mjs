// `npm run demo`: a whole deployment that anyone can watch, on the local sandbox; no AWS account is needed.
// `--keep` leaves sandbox and service up. Exits 1 when anything is not as promised.
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { styleText } from 'node:util';
import { ensureBaseImages } from '../support/baseImages.mjs';
import { bootstrap, ROOT } from '../support/bootstrap.mjs';
import { ensureEngine } from '../support/engine.mjs';
import { freePort } from '../support/freePort.mjs';
import { endChildren, mustRun, run } from '../support/process.mjs';
import { startLoad } from './load.mjs';

const PROJECT = 'deployotron-demo';
const CLI = path.join(ROOT, 'dist/cli.cjs');
const SAMPLE = path.join(ROOT, 'test/demo/sample-express');

const keep = process.argv.includes('--keep');
const folder = mkdtempSync(path.join(tmpdir(), 'deployotron-demo-'));
const repository = path.join(folder, 'sample-express');
const home = path.join(folder, 'home');
const env = { DEPLOYOTRON_HOME: home };
let deploying;
let ending;

async function main() {
  heading('Preparing');
  await timed('development packages and the command itself', () => bootstrap({ build: true }));
  await timed('Docker engine', () => ensureEngine());
  await timed('base images', () => ensureBaseImages());
  await timed('a git repository with a small Express app', makeRepository);
  const endpoint = await timed('the sandbox, a small AWS on your Docker', startSandbox);

  heading('First deployment');
  const url = await deploy(endpoint);
  await proveAnswer(url, 'version 1');

  heading('A changed commit, while requests run');
  await commitVersion2();
  await replaceUnderLoad(endpoint, url);
  await proveAnswer(url, 'version 2');

  if (keep) return sayHowToGoOn(endpoint, url);
  heading('Tidying up');
  await timed('sandbox stopped, nothing left of it', tidyUp);
  console.log(`\n${styleText('green', 'All promises kept.')} With --keep it stays up: npm run demo -- --keep\n`);
}

async function makeRepository() {
  cpSync(SAMPLE, repository, { recursive: true });
  mkdirSync(home, { mode: 0o700 });
  await git('init', '--quiet', '--initial-branch=main');
  await commit('First version');
}

async function commitVersion2() {
  const file = path.join(repository, 'server.js');
  writeFileSync(file, readFileSync(file, 'utf8').replace("'version 1'", "'version 2'"));
  await commit('Second version');
}

async function commit(message) {
  await git('add', '--all');
  await git(
    '-c',
    'user.name=Demo',
    '-c',
    'user.email=demo@example.invalid',
    '-c',
    'commit.gpgsign=false',
    'commit',
    '--quiet',
    '-m',
    message,
  );
  console.log(styleText('gray', `  git commit -m "${message}"`));
}

const git = (...options) => mustRun('git failed', 'git', ['-C', repository, ...options]);

/** A home of its own and a free port: a sandbox that the user has running is not touched. */
async function startSandbox() {
  const port = String(await freePort());
  const answer = await mustRun(
    'The sandbox did not start',
    process.execPath,
    [CLI, 'sandbox', 'start', '--port', port, '--json'],
    { env },
  );
  return JSON.parse(answer).endpoint;
}

/** Runs the very command that a user would type, with its own live picture. Resolves with the URL that it prints. */
function deploy(endpoint) {
  const options = ['--branch', 'main', '--project', PROJECT, '--endpoint', endpoint];
  console.log(styleText('gray', `  deployotron deploy ${[repository, ...options].join(' ')}\n`));
  return new Promise((resolve, reject) => {
    const stdio = ['ignore', 'pipe', 'inherit'];
    deploying = spawn(process.execPath, [CLI, 'deploy', repository, ...options], {
      env: { ...process.env, ...env },
      stdio,
    });
    let said = '';
    deploying.stdout.setEncoding('utf8').on('data', (text) => {
      said += text;
    });
    deploying.once('error', reject);
    deploying.once('close', (code) => {
      deploying = undefined;
      if (code !== 0) return reject(new Error(`The deployment ended with code ${code}.`));
      if (!URL.canParse(said.trim())) return reject(new Error(`The deployment printed no URL, but "${said.trim()}".`));
      resolve(said.trim());
    });
  });
}

async function proveAnswer(url, expected) {
  const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) });
  const text = (await answer.text()).trim();
  if (answer.status !== 200 || !text.includes(expected)) {
    throw new Error(`${url} should answer with ${expected}, but answered ${answer.status} "${text}".`);
  }
  good(`${styleText('bold', url)} answers ${answer.status} "${text}"`);
}

async function replaceUnderLoad(endpoint, url) {
  const load = startLoad(url);
  console.log(
    styleText('gray', `  ${load.clients} clients are asking without pause, with keep-alive and with new connections`),
  );
  const same = await deploy(endpoint).finally(() => load.stop());
  const { total, failures, answers } = await load.stop();
  if (same !== url) throw new Error(`The URL should stay ${url}, but became ${same}.`);
  for (const failure of failures.slice(0, 5)) console.log(styleText('red', `  ${failure}`));
  (failures.length === 0 ? good : bad)(`${total} requests while it was replaced, ${failures.length} failed`);
  for (const [answer, count] of Object.entries(answers)) console.log(`    ${String(count).padStart(6)} × "${answer}"`);
  if (failures.length > 0) throw new Error('A rolling update must not lose a request.');
  const seen = Object.keys(answers).join();
  if (!seen.includes('version 1')) throw new Error('No request was answered by the first version.');
}

function sayHowToGoOn(endpoint, url) {
  const command = `DEPLOYOTRON_HOME=${home} node ${CLI}`;
  heading('It stays up');
  console.log(`  service     ${url}
  change it   edit ${repository}, commit, then
              ${command} deploy ${PROJECT}
  history     ${command} history
  log         ${command} logs <id>
  go back     ${command} rollback ${PROJECT}
  the AWS     aws --endpoint-url ${endpoint} ecs list-services --cluster deployotron
  end it      ${command} sandbox stop && rm -rf ${folder}
`);
}

/** Stops the sandbox and proves that none of its containers is left. Safe to call twice. */
async function tidyUp() {
  const ours = await ourContainers();
  if (home) await run(process.execPath, [CLI, 'sandbox', 'stop'], { env });
  await removeImages();
  const left = (await ourContainers(ours)).filter((id) => ours.includes(id));
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  if (left.length > 0) throw new Error(`Containers are left: ${left.join(', ')}.`);
}

/** Those containers of sandboxes that run an image of the demo. */
async function ourContainers() {
  const format = '{{.ID}} {{.Image}}';
  const { stdout } = await run('docker', ['ps', '--all', '--filter', 'label=deployotron.sandbox', '--format', format]);
  return stdout
    .split('\n')
    .filter((line) => line.includes(`/${PROJECT}:`))
    .map((line) => line.split(' ')[0]);
}

async function removeImages() {
  const names = [
    'image',
    'ls',
    '--filter',
    `label=deployotron.project=${PROJECT}`,
    '--format',
    '{{.Repository}}:{{.Tag}}',
  ];
  const { stdout } = await run('docker', names);
  const images = stdout.split('\n').filter((name) => name.startsWith(`${PROJECT}:`));
  if (images.length > 0) await run('docker', ['image', 'rm', ...images]);
}

async function timed(label, work) {
  const began = Date.now();
  const result = await work();
  good(`${label} ${styleText('gray', `(${((Date.now() - began) / 1000).toFixed(1)} s)`)}`);
  return result;
}

function heading(text) {
  console.log(`\n${styleText('bold', text)}`);
}

function good(text) {
  console.log(`  ${styleText('green', '✓')} ${text}`);
}

function bad(text) {
  console.log(`  ${styleText('red', '✗')} ${text}`);
}

/** However it ends, nothing stays behind. */
async function end(code) {
  ending ??= (async () => {
    if (deploying) await endDeployment(deploying);
    await tidyUp().catch((error) => bad(error.message));
    process.exit(code);
  })();
  return ending;
}

function endDeployment(child) {
  return new Promise((resolve) => {
    child.once('close', resolve);
    child.kill('SIGINT');
  });
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    if (!ending) console.log(`\n  Stopping, and tidying up ...`);
    endChildren(signal);
    void end(130);
  });
}

try {
  await main();
} catch (error) {
  // What fails because we are being stopped is no news.
  if (!ending) bad(error.message);
  await end(1);
}
