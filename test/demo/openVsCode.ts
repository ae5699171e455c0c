// Opens VS Code for the demo: the desktop one where there is a `code` command, else one that is used in the browser.
// Runs until that is closed, or Ctrl+C; then nothing is left.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stopSandbox } from '../../src/sandbox/process.ts';
import { makeRepository } from '../e2e/apps.ts';
import { removeImages } from '../e2e/world.ts';
import { ROOT } from '../support/bootstrap.mjs';
import { freePort } from '../support/freePort.mjs';
import { mustRun, run } from '../support/process.mjs';
import { ensureVsCode, NEWEST } from '../vscode/install.mjs';
import { startServer } from '../vscode/server.ts';
import { installExtension, packageExtension } from '../vscode/vsix.ts';
import { QUIET, writeSettings } from '../vscode/workbench.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'deployotron-demo-'));
const project = path.join(folder, 'sample-express');
const userData = path.join(folder, 'user-data');
const home = path.join(folder, 'home');
const env = { ...process.env, DEPLOYOTRON_HOME: home };

const interrupted = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
});

async function main(): Promise<void> {
  cpSync(path.join(ROOT, 'test/demo/sample-express'), project, { recursive: true });
  makeRepository(project, {});
  // A free port: a sandbox that the user has running is not touched.
  writeSettings(userData, { ...QUIET, 'deployotron.sandbox.port': await freePort() });
  const vsix = await packageExtension(folder);
  const hasDesktop = (await run('code', ['--version'])).code === 0;
  await (hasDesktop ? useDesktop(vsix) : useBrowser(vsix));
}

async function useDesktop(vsix: string): Promise<void> {
  const places = ['--user-data-dir', userData, '--extensions-dir', path.join(folder, 'extensions')];
  await mustRun('The extension could not be installed', 'code', [...places, '--install-extension', vsix]);
  sayWhatToDo('VS Code opens now; close its window to end.');
  await Promise.race([run('code', [...places, '--new-window', '--wait', project], { env }), interrupted]);
}

async function useBrowser(vsix: string): Promise<void> {
  const { node, codeServer } = await ensureVsCode(NEWEST);
  const extensionsDir = await installExtension(vsix, folder, NEWEST);
  const args = ['--auth', 'none', '--bind-addr', '127.0.0.1:0', '--disable-telemetry', '--disable-update-check'];
  const places = ['--user-data-dir', userData, '--extensions-dir', extensionsDir];
  const server = await startServer(node, [codeServer, ...args, ...places], env);
  sayWhatToDo(`Open ${server.url}/?folder=${project}   (Ctrl+C ends it)`);
  await interrupted;
  await server.stop();
}

function sayWhatToDo(first: string): void {
  console.log(`\n  ${first}\n  Then press F1 and run "Deployotron: Deploy".\n`);
}

async function tidyUp(): Promise<void> {
  console.log('Tidying up ...');
  await stopSandbox({ stateDir: path.join(home, 'sandbox') });
  removeImages([path.basename(project)]);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
await tidyUp();
