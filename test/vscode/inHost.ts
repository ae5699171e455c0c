// Runs the suite inside the extension host of a real VS Code, with this very folder as the development extension.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { ROOT } from '../support/bootstrap.mjs';
import { launchBrowser } from './browser.ts';
import { buildSuite } from './buildSuite.ts';
import { ensureVsCode, NEWEST } from './install.mjs';
import { endOnSignals, startServer } from './server.ts';
import { environment } from './workbench.ts';

const LIMIT_MS = 300_000;

const OPTIONS = [
  ...['--host', '127.0.0.1', '--port', '0', '--without-connection-token', '--accept-server-license-terms'],
  // Without this one the page's wish for a test run is ignored.
  '--enable-smoke-test-driver',
  ...['--disable-workspace-trust', '--telemetry-level', 'off'],
];

/**
 * Prints what the tests say. Resolves with the counts { passed, failed, skipped } and what was measured on the way; a suite
 * that never ended counts as a failure.
 */
export async function runInHost(release = NEWEST, say = (text: string) => void process.stdout.write(text)) {
  const { node, vsCodeServer } = await ensureVsCode(release);
  const suite = await buildSuite();
  const root = mkdtempSync(path.join(tmpdir(), 'deployotron-inhost-'));
  const within = (name: string) => path.join(root, name);
  mkdirSync(within('workspace'));
  const files = { DEPLOYOTRON_TEST_LOG: within('log'), DEPLOYOTRON_TEST_RESULT: within('result') };
  const places = [
    '--server-data-dir',
    within('server'),
    '--user-data-dir',
    within('user'),
    '--extensions-dir',
    within('extensions'),
  ];
  const env = environment(root, within('deployotron'), files);
  endOnSignals();
  const server = await startServer(node, [vsCodeServer, ...OPTIONS, ...places], env);
  const browser = await launchBrowser();
  try {
    const ended = await runTestsOf(await browser.newPage(), server.url, suite, within('workspace'));
    if (existsSync(within('log'))) say(readFileSync(within('log'), 'utf8'));
    if (existsSync(within('result'))) return JSON.parse(readFileSync(within('result'), 'utf8'));
    say(`The suite inside the extension host did not end: ${ended}\n${server.said()}\n`);
    return { passed: 0, failed: 1, skipped: 0, measured: {} };
  } finally {
    await browser.close();
    await server.stop();
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Opens a window that runs the suite. Resolves with what VS Code's own driver says at the end. */
async function runTestsOf(page: Page, url: string, suite: string, folder: string): Promise<string> {
  const said: string[] = [];
  const ended = new Promise<string>((resolve) => {
    void page.exposeFunction('codeAutomationLog', (_type: string, args: unknown[]) => said.push(args.join(' ')));
    void page.exposeFunction('codeAutomationExit', (code: number) =>
      resolve(`code ${code}\n${said.slice(-20).join('\n')}`),
    );
    setTimeout(() => resolve(`nothing in ${LIMIT_MS / 1000} s\n${said.slice(-20).join('\n')}`), LIMIT_MS).unref();
  });
  const remote = (file: string) => `vscode-remote://${new URL(url).host}${file}`;
  const payload = JSON.stringify([
    ['extensionDevelopmentPath', remote(ROOT)],
    ['extensionTestsPath', remote(suite)],
    ['skipWelcome', 'true'],
  ]);
  await page.goto(`${url}/?folder=${encodeURIComponent(folder)}&payload=${encodeURIComponent(payload)}`);
  return ended;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const counts = await runInHost();
  const [, , file] = process.argv;
  if (file) writeFileSync(file, JSON.stringify(counts));
  process.exitCode = counts.failed > 0 ? 1 : 0;
}
