// `npm test`: installs what is missing, then checks types, style, the bundles and every test, last those in a real VS Code.
// Arguments go to vitest, and leave the real VS Code out.
// Its last line is `N passed, N failed`; the exit code is 0 only when something ran and nothing failed.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureBrowser, ensureVsCode, NEWEST, OLDEST } from '../vscode/install.mjs';
import { ensureBaseImages, TEST_IMAGES } from './baseImages.mjs';
import { bootstrap, ROOT } from './bootstrap.mjs';
import { ensureEngine } from './engine.mjs';
import { endChildren, endWithSentence, run } from './process.mjs';

const CHECKS = [
  ['type check', 'tsc', ['--noEmit', '-p', '.']],
  ['type check of the page', 'tsc', ['--noEmit', '-p', 'webview-ui']],
  ['lint and format', 'biome', ['check', '--error-on-warnings', '.']],
  ['bundles', 'node', ['esbuild.mjs']],
];

async function main(vitestArguments) {
  await timed('development packages', () => bootstrap());
  await timed('Docker engine', () => ensureEngine());
  await timed('base images', () => ensureBaseImages(console.log, TEST_IMAGES));
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const check of CHECKS) add(total, await runCheck(check));
  add(total, await runVitest('test/vitest.config.ts', vitestArguments));
  if (vitestArguments.length === 0) add(total, await runInVsCode());
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
  console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`);
  process.exitCode = total.failed > 0 ? 1 : 0;
}

async function timed(label, work) {
  const began = Date.now();
  await work();
  report(true, label, began);
}

function report(good, label, began) {
  console.log(`${good ? '✓' : '✗'} ${label} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
}

async function runCheck([label, command, options]) {
  const began = Date.now();
  const { code, stdout, stderr } = await run(command, options, { cwd: ROOT });
  report(code === 0, label, began);
  if (code !== 0) console.log(stdout + stderr);
  return code === 0 ? { passed: 1 } : { failed: 1 };
}

function runVitest(config, extra) {
  return withResultFile(async (file) => {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile=${file}`];
    const { code } = await run('vitest', ['run', '--config', config, ...reporters, ...extra], {
      cwd: ROOT,
      inherit: true,
    });
    return failAtLeastOnce(countTests(readResult(file)), code);
  });
}

/** Inside the extension host, then the stories that drive the window. Where no VS Code can be had, they are skipped. */
async function runInVsCode() {
  try {
    await timed('VS Code, the newest and the oldest', async () => {
      await ensureVsCode(NEWEST);
      await ensureVsCode(OLDEST);
      await ensureBrowser();
    });
  } catch (error) {
    console.log(`The tests in a real VS Code are skipped. ${error.message}`);
    return { skipped: 1 };
  }
  const counts = { passed: 0, failed: 0, skipped: 0 };
  add(counts, await runInHost());
  add(counts, await runVitest('test/vscode/vitest.config.ts', []));
  return counts;
}

function runInHost() {
  return withResultFile(async (file) => {
    const { code } = await run('node', ['test/vscode/inHost.ts', file], { cwd: ROOT, inherit: true });
    const { passed = 0, failed = 0, skipped = 0 } = readResult(file) ?? {};
    return failAtLeastOnce({ passed, failed, skipped }, code);
  });
}

async function withResultFile(work) {
  const folder = mkdtempSync(path.join(tmpdir(), 'deployotron-result-'));
  try {
    return await work(path.join(folder, 'result.json'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readResult(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** A file that fails before its first test (a broken import) has no failed test, and counts as one. */
function countTests(result) {
  const brokenFiles =
    result?.testResults.filter((file) => file.status === 'failed' && !file.assertionResults.some(isFailed)) ?? [];
  return {
    passed: result?.numPassedTests ?? 0,
    failed: (result?.numFailedTests ?? 0) + brokenFiles.length,
    skipped: (result?.numPendingTests ?? 0) + (result?.numTodoTests ?? 0),
  };
}

const isFailed = (test) => test.status === 'failed';

/** Vitest can fail with every test green (an unhandled rejection), and a run without a test proves nothing. */
function failAtLeastOnce(counts, exitCode) {
  const ran = counts.passed + counts.failed;
  if (ran === 0) console.log('No test ran.');
  const isUnseen = counts.failed === 0 && (exitCode !== 0 || ran === 0);
  return isUnseen ? { ...counts, failed: 1 } : counts;
}

function add(total, counts) {
  for (const [name, count] of Object.entries(counts)) total[name] += count;
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    endChildren(signal);
    process.exit(130);
  });
}
await main(process.argv.slice(2)).catch(endWithSentence);
