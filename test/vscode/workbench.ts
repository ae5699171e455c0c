import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { ensureVsCode, NEWEST } from './install.mjs';
import { endOnSignals, type Server, startServer } from './server.ts';

export interface Wishes {
  /** Which VS Code; the newest by default. */
  release?: { version: string; node: string };
  /** Where `installExtension` has put it. */
  extensionsDir: string;
  /** Absolute path of the folder or .code-workspace to open; none for an empty window. */
  folder?: string;
  /** User settings, over those that keep VS Code quiet. */
  settings?: Record<string, unknown>;
  env?: NodeJS.ProcessEnv;
  viewport?: { width: number; height: number };
  /** Runs in every frame before its page. */
  initScript?: string;
}

/** A VS Code of the test's own, with a state, a home folder and a browser of its own. */
export interface Workbench {
  server: Server;
  browser: Browser;
  context: BrowserContext;
  /** Its first window. */
  page: Page;
  /** DEPLOYOTRON_HOME. */
  home: string;
  /** User settings, extensions' storage, logs. */
  userData: string;
  /** A second window of the same user; without `folder` on the same one. */
  openWindow(folder?: string): Promise<Page>;
  /** Ends it; `last` comes after the editor, and before its folders go. */
  close(last?: () => Promise<void>): Promise<void>;
}

export const QUIET = {
  'security.workspace.trust.enabled': false,
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'chat.disableAIFeatures': true,
  'extensions.ignoreRecommendations': true,
  'git.openRepositoryInParentFolders': 'never',
  'update.showReleaseNotes': false,
};

export async function openWorkbench(wishes: Wishes): Promise<Workbench> {
  const { node, codeServer } = await ensureVsCode(wishes.release ?? NEWEST);
  const root = mkdtempSync(path.join(tmpdir(), 'deployotron-vscode-'));
  const home = path.join(root, 'deployotron');
  const userData = path.join(root, 'user-data');
  writeSettings(userData, { ...QUIET, ...wishes.settings });
  const args = ['--auth', 'none', '--bind-addr', '127.0.0.1:0', '--disable-telemetry', '--disable-update-check'];
  const places = ['--user-data-dir', userData, '--extensions-dir', wishes.extensionsDir];
  endOnSignals();
  const server = await startServer(node, [codeServer, ...args, ...places], environment(root, home, wishes.env));
  const browser = await launchBrowser();
  const context = await browser.newContext({ viewport: wishes.viewport ?? { width: 1280, height: 800 } });
  if (wishes.initScript) await context.addInitScript(wishes.initScript);
  const openWindow = (folder = wishes.folder): Promise<Page> => openPage(context, addressOf(server.url, folder));
  return {
    server,
    browser,
    context,
    page: await openWindow(),
    home,
    userData,
    openWindow,
    async close(last) {
      await browser.close();
      await server.stop();
      await last?.();
      rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

export function writeSettings(userData: string, settings: Record<string, unknown>): void {
  // What belongs to a machine is read from its own file in a window that is used from afar.
  for (const place of ['User', 'Machine']) {
    mkdirSync(path.join(userData, place), { recursive: true });
    writeFileSync(path.join(userData, place, 'settings.json'), JSON.stringify(settings, null, 2));
  }
}

/** Nothing of this computer's user shines through: no AWS set-up, no tokens, no history. */
export function environment(root: string, home: string, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(AWS_|DEPLOYOTRON_|ANTHROPIC_|VSCODE_|VITEST|NODE_ENV$|GITHUB_TOKEN$)/.test(name),
  );
  return {
    ...Object.fromEntries(kept),
    HOME: root,
    XDG_CONFIG_HOME: '',
    XDG_DATA_HOME: '',
    DEPLOYOTRON_HOME: home,
    ...more,
  };
}

function addressOf(url: string, folder?: string): string {
  if (!folder) return `${url}/?ew=true`;
  return `${url}/?${folder.endsWith('.code-workspace') ? 'workspace' : 'folder'}=${encodeURIComponent(folder)}`;
}

export async function openPage(context: BrowserContext, address: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(address);
  await page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
  return page;
}
