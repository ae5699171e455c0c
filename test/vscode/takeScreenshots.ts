import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { stopSandbox } from '../../src/sandbox/process.ts';
import { commitFiles, makeRepository } from '../e2e/apps.ts';
import { removeImages } from '../e2e/world.ts';
import { ROOT } from '../support/bootstrap.mjs';
import { freePort } from '../support/freePort.mjs';
import { launchBrowser } from './browser.ts';
import { NEWEST } from './install.mjs';
import { until } from './until.ts';
import { installExtension, packageExtension } from './vsix.ts';
import { webview } from './webview.ts';
import { button, deployFolder, notification, openSidebar, runCommand, treeRow, useTheme } from './window.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

const MEDIA = path.join(ROOT, 'media');
const THEMES = { light: 'Light 2026', dark: 'Dark 2026' };
const LIMIT = { timeout: 600_000 };

const folder = mkdtempSync(path.join(tmpdir(), 'deployotron-pictures-'));
const name = 'coffee-shop';
const project = path.join(folder, name);

async function main(): Promise<void> {
  await drawIcon();
  cpSync(path.join(ROOT, 'test/demo/sample-express'), project, { recursive: true });
  makeRepository(project, {});
  const extensionsDir = await installExtension(await packageExtension(folder), folder, NEWEST);
  const settings = { 'deployotron.sandbox.port': await freePort(), 'editor.minimap.enabled': false };
  const viewport = { width: 1280, height: 760 };
  const workbench = await openWorkbench({ extensionsDir, folder: project, settings, viewport });
  try {
    await firstHour(workbench);
  } finally {
    await workbench.close(async () => void (await stopSandbox({ stateDir: path.join(workbench.home, 'sandbox') })));
  }
}

async function drawIcon(): Promise<void> {
  const browser = await launchBrowser();
  const page = await browser.newPage({ viewport: { width: 256, height: 256 } });
  await page.setContent(`<body style="margin:0">${readFileSync(path.join(MEDIA, 'icon.svg'), 'utf8')}`);
  await page.screenshot({ path: path.join(MEDIA, 'icon.png'), omitBackground: true });
  await browser.close();
}

/** What happens to a small shop in its first hour, and what is seen of it. */
async function firstHour(workbench: Workbench): Promise<void> {
  const { page } = workbench;
  await openSidebar(page, 'Deployotron');
  await runCommand(page, 'Deployotron: Open Walkthrough');
  await page.getByText('Have Docker running').first().waitFor();
  await take(workbench, 'walkthrough');

  await deployFolder(page, false);
  await untilTold(page, 'is up and healthy');
  await deployChange(page, 'Greet guests by name', { 'greeting.txt': 'Good morning' });
  await untilTold(page, 'is up and healthy');

  const good = readFileSync(path.join(project, 'server.js'), 'utf8');
  await deployChange(page, 'Read the menu from a file', {
    'server.js': `if (!process.env.MENU_FILE) throw new Error('MENU_FILE is not set');\n${good}`,
  });
  await untilTold(page, 'MENU_FILE');
  await runCommand(page, 'View: Close All Editors');
  await treeRow(page, name).first().click();
  await treeRow(page, 'Read the menu').first().click();
  await (await webview(page, 'monitor')).getByText('Why it failed').waitFor();
  await page.keyboard.press('ArrowRight');
  await treeRow(page, 'Monitor health').waitFor();
  await take(workbench, 'failure');
  await treeRow(page, 'Read the menu').first().locator('.monaco-tl-twistie').click();

  await deployChange(page, 'Ship the menu with the app', {
    'server.js': good,
    'build.js': SLOW_BUILD,
    'package.json': withBuild(),
  });
  await until('the build prints', async () => {
    const monitor = await webview(page, 'monitor');
    const printed = await monitor
      .getByText('page 12 of 60')
      .count()
      .catch(() => 0);
    return printed > 0 || undefined;
  });
  await take(workbench, 'monitor');
  await untilTold(page, 'is up and healthy');
  await runCommand(page, 'View: Close All Editors');
  await runCommand(page, 'Deployotron: Open Dashboard');
  await (await webview(page, 'dashboard')).getByRole('heading', { name: 'Latest deployments' }).waitFor();
  await take(workbench, 'dashboard');
}

/** A build that prints for as long as two pictures take. */
const SLOW_BUILD = `let page = 0;
const timer = setInterval(() => {
  console.log(\`Rendering page \${++page} of 60\`);
  if (page === 60) clearInterval(timer);
}, 300);
`;

function withBuild(): string {
  const manifest = JSON.parse(readFileSync(path.join(project, 'package.json'), 'utf8'));
  return JSON.stringify({ ...manifest, scripts: { ...manifest.scripts, build: 'node build.js' } }, null, 2);
}

async function deployChange(page: Page, message: string, files: Record<string, string>): Promise<void> {
  commitFiles(project, files, message);
  await runCommand(page, 'Deployotron: Deploy Again');
}

async function untilTold(page: Page, text: string): Promise<void> {
  const toast = notification(page, text).first();
  await toast.waitFor(LIMIT);
  await toast.hover();
  await button(toast, 'Clear Notification (Delete)').or(toast.locator('.codicon-notifications-clear')).first().click();
}

async function take({ page }: Workbench, picture: string): Promise<void> {
  for (const [look, theme] of Object.entries(THEMES)) {
    await useTheme(page, theme);
    await page.locator(`.monaco-workbench.${look === 'dark' ? 'vs-dark' : 'vs'}`).waitFor();
    // Away from all that would show a hover.
    await page.mouse.move(640, 2);
    await page.screenshot({ path: path.join(MEDIA, `${picture}-${look}.png`), animations: 'disabled' });
  }
}

try {
  await main();
} finally {
  removeImages([name]);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
