import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { stopSandbox } from '../../src/sandbox/process.ts';
import { makeRepository, server } from '../e2e/apps.ts';
import { removeImages } from '../e2e/world.ts';
import { freePort } from '../support/freePort.mjs';
import { runInHost } from '../vscode/inHost.ts';
import { NEWEST } from '../vscode/install.mjs';
import { until } from '../vscode/until.ts';
import { installExtension, packageExtension } from '../vscode/vsix.ts';
import { webview } from '../vscode/webview.ts';
import { deployFolder, notification, openSidebar, runCommand, statusBarItem } from '../vscode/window.ts';
import { openWorkbench, type Workbench } from '../vscode/workbench.ts';

/** Lines that the noisy build prints. */
const NOISE = 50_000;
const name = `bench-${process.pid}`;
const folder = mkdtempSync(path.join(tmpdir(), 'deployotron-bench-'));

async function main(): Promise<void> {
  const { measured } = await runInHost(NEWEST, () => undefined);
  print('asked for until active, with all ways', `${measured.activationMs.toFixed(1)} ms`);
  print('loaded at activation', kilobytes(measured.activationBytes), 'aim 100 KB');
  const vsix = await packageExtension(folder);
  print('VSIX', kilobytes(statSync(vsix).size), 'aim 3,000 KB');
  const workbench = await openOn(await installExtension(vsix, folder, NEWEST));
  try {
    await measure(workbench);
  } finally {
    await workbench.close(async () => void (await stopSandbox({ stateDir: path.join(workbench.home, 'sandbox') })));
  }
}

async function openOn(extensionsDir: string): Promise<Workbench> {
  const project = path.join(folder, name);
  const dockerfile = `FROM node:22-bookworm-slim\nCOPY server.js .\nRUN seq -f "line %.0f of a noisy build, as long as such lines are" ${NOISE}\nENV PORT=4100\nEXPOSE 4100\nCMD ["node", "server.js"]\n`;
  makeRepository(project, { 'server.js': server(name), Dockerfile: dockerfile });
  const settings = { 'deployotron.sandbox.port': await freePort() };
  return openWorkbench({ extensionsDir, folder: project, settings, initScript: COUNT_MESSAGES });
}

async function measure({ page, home, server: { pid } }: Workbench): Promise<void> {
  await page
    .locator('.activitybar')
    .getByRole('tab', { name: /^Deployotron/ })
    .waitFor();
  const host = await until('the extension host runs', async () => extensionHostOf(pid));
  print('extension host before our activation', megabytes(residentBytes(host)));
  await openSidebar(page, 'Deployotron');
  await page.locator('.sidebar').getByText('Nothing has been deployed yet').waitFor();
  print('… with the sidebar open, idle', megabytes(residentBytes(host)));
  print('loading and activate(), as VS Code counts it', await activationTime(page), 'aim 20 ms');

  await deployFolder(page, true);
  const began = performance.now();
  const sinceBegan = () => `${Math.round(performance.now() - began)} ms`;
  await statusBarItem(page, /Starting the sandbox|bench-/)
    .first()
    .waitFor();
  print('command to first visible progress', sinceBegan(), 'aim 300 ms');
  await statusBarItem(page, name).waitFor();
  print('… to the first step, after a cold start of the sandbox', sinceBegan());
  const monitor = await webview(page, 'monitor');
  const peak = sampleMemory(host);
  await notification(page, `${name} is up and healthy`).waitFor({ timeout: 180_000 });
  print('… highest during a deployment', megabytes(peak()));
  await printTraffic(monitor);
  await openHugeLog({ page, home }, host);
}

/** What VS Code itself says of our activation, in its list of running extensions: `Activation: 9ms`. */
async function activationTime(page: Page): Promise<string> {
  await runCommand(page, 'Developer: Show Running Extensions');
  const row = page.locator('.runtime-extensions-editor .monaco-list-row').filter({ hasText: /deployotron/i });
  return (await row.locator('.activation-time').innerText()).replace('Activation: ', '');
}

/** Megabytes of the log that is opened as a document. */
const HUGE = 100;

/** The last deployment's log grows to a hundred megabytes, with an error now and then, and is opened. */
async function openHugeLog({ page, home }: Pick<Workbench, 'page' | 'home'>, host: number): Promise<void> {
  const logs = path.join(home, 'logs');
  const log = readdirSync(logs).find((file) => file.endsWith('.log')) ?? '';
  const line = (index: number) =>
    index % 5_000 === 0
      ? `Error: request ${index} failed`
      : `line ${index} of a log, as long as the lines of a log are on the whole`;
  const block = Array.from({ length: 15_000 }, (_, index) => line(index)).join('\n');
  for (let written = 0; written < HUGE * 1_000_000; written += block.length)
    appendFileSync(path.join(logs, log), `${block}\n`);
  const before = residentBytes(host);
  const peak = sampleMemory(host);
  await page.evaluate(WATCH_FRAMES);
  const began = performance.now();
  await runCommand(page, 'Deployotron: Show Logs');
  await page.locator('.view-line').filter({ hasText: 'are not shown here' }).waitFor({ timeout: 60_000 });
  print(`a log of ${HUGE} MB is there after`, `${Math.round(performance.now() - began)} ms`);
  await page.locator('.codelens-decoration').first().waitFor({ state: 'attached', timeout: 60_000 });
  print('… its errors are marked after', `${Math.round(performance.now() - began)} ms`);
  print('… longest time without a frame', `${Math.round(await page.evaluate<number>('longestGapMs'))} ms`);
  print('… extension host before, and highest', `${megabytes(before)}, ${megabytes(peak())}`);
}

const WATCH_FRAMES = `(() => {
  globalThis.longestGapMs = 0;
  let last;
  const frame = (now) => {
    globalThis.longestGapMs = Math.max(globalThis.longestGapMs, now - (last ?? now));
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})()`;

/**
 * Runs in every frame before its page: counts what the editor sends, and the longest time without a frame. It begins when
 * the page asks for its way to the editor, since the page's own making ends all listeners.
 */
const COUNT_MESSAGES = `(() => {
  const seen = (globalThis.seen = { messages: 0, bytes: 0, lines: 0, longestGapMs: 0 });
  const count = ({ data }) => {
    seen.messages++;
    seen.bytes += JSON.stringify(data).length;
    if (data.type === 'log') seen.lines += data.lines.length;
  };
  let last;
  const frame = (now) => {
    seen.longestGapMs = Math.max(seen.longestGapMs, now - (last ?? now));
    last = now;
    requestAnimationFrame(frame);
  };
  let acquire;
  Object.defineProperty(globalThis, 'acquireVsCodeApi', {
    configurable: true,
    get: () => acquire,
    set(real) {
      acquire = (...args) => {
        addEventListener('message', count);
        requestAnimationFrame(frame);
        return real(...args);
      };
    },
  });
})()`;

async function printTraffic(monitor: Frame): Promise<void> {
  const seen = await monitor.evaluate<{ messages: number; bytes: number; lines: number; longestGapMs: number }>('seen');
  print(
    'to the page in a noisy build',
    `${seen.messages} messages, ${kilobytes(seen.bytes)}, ${seen.lines} lines`,
    `${NOISE} were printed`,
  );
  print('longest time without a frame', `${Math.round(seen.longestGapMs)} ms`);
}

/** The process of a server's extension host; on Linux only, where /proc tells. */
function extensionHostOf(serverPid: number): number | undefined {
  const group = execFileSync('ps', ['-eo', 'pid=,pgid=,args='], { encoding: 'utf8' }).split('\n');
  const line = group.find(
    (each) => each.includes('--type=extensionHost') && each.trim().split(/\s+/)[1] === String(serverPid),
  );
  return line ? Number(line.trim().split(/\s+/)[0]) : undefined;
}

function residentBytes(pid: number): number {
  const [, kb = '0'] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kb) * 1024;
}

/** Looks twice a second; the result gives the highest value so far, and ends the looking. */
function sampleMemory(pid: number): () => number {
  let highest = 0;
  const timer = setInterval(() => {
    highest = Math.max(highest, residentBytes(pid));
  }, 500);
  return () => {
    clearInterval(timer);
    return highest;
  };
}

function print(what: string, value: string, note = ''): void {
  console.log(`${what.padEnd(40)} ${value.padStart(12)}${note ? `   (${note})` : ''}`);
}

const kilobytes = (bytes: number) => `${Math.round(bytes / 1000).toLocaleString('en')} KB`;
const megabytes = (bytes: number) => `${Math.round(bytes / 1_000_000)} MB`;

try {
  await main();
} finally {
  removeImages([name]);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
