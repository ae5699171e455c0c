import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { pageHtml } from '../../src/editor/panels/html.ts';
import type { Fact, Screen, Wish } from '../../src/shared/protocol.ts';
import { launchBrowser } from '../vscode/browser.ts';

export const themes = ['light', 'dark', 'hc-light', 'hc-dark'] as const;
export type Theme = (typeof themes)[number];

/** The page in a real Chromium, with a fake editor around it that keeps to the real one's HTML, policy and theme variables. */
export interface World {
  /** Dark at first, 1280 by 900 pixels. */
  open(screen: Screen): Promise<TestPage>;
  close(): Promise<void>;
}

export interface TestPage {
  page: Page;
  tell(...facts: Fact[]): Promise<void>;
  /** Any message at all. */
  post(message: unknown): Promise<void>;
  wishes(): Promise<Wish[]>;
  wear(theme: Theme): Promise<void>;
  /** What went wrong in the page: errors, and violations of the policy. */
  problems: string[];
}

const TYPES: Record<string, string> = { '.js': 'text/javascript', '.css': 'text/css', '.ttf': 'font/ttf' };

export async function openWorld(): Promise<World> {
  const dist = mkdtempSync(path.join(tmpdir(), 'deployotron-webview-'));
  const { bundleWebview } = await import('../../webview-ui/build.mjs');
  await bundleWebview(dist);
  const server = await serve(dist);
  const browser = await launchBrowser();
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    open: (screen) => openPage(browser, `${origin}/${screen}`),
    async close() {
      await browser.close();
      server.close();
      rmSync(dist, { recursive: true, force: true });
    },
  };
}

function serve(dist: string): Promise<Server> {
  const server = createServer(({ url = '/', headers }, response) => {
    const { pathname } = new URL(url, 'http://page');
    const extension = path.extname(pathname);
    const origin = `http://${headers.host}`;
    // Chromium asks for an icon of the site.
    if (extension && !TYPES[extension]) return response.writeHead(204).end();
    response.setHeader('content-type', TYPES[extension] ?? 'text/html');
    response.end(
      extension ? readFileSync(path.join(dist, path.basename(pathname))) : htmlOf(pathname.slice(1), origin),
    );
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

function htmlOf(screen: string, origin: string): string {
  return pageHtml({
    screen: screen as Screen,
    nonce: 'abc123',
    source: origin,
    script: `${origin}/main.js`,
    styles: [`${origin}/style.css`],
    language: 'en',
  });
}

interface ThemeFile {
  variables: Record<string, string>;
  bodyClass: string;
  defaults: string;
}

function themeFile(theme: Theme): ThemeFile {
  return JSON.parse(readFileSync(new URL(`../fixtures/themes/${theme}.json`, import.meta.url), 'utf8'));
}

async function openPage(browser: Browser, url: string): Promise<TestPage> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  await page.addInitScript(standIn);
  await page.addInitScript(dress, themeFile('dark'));
  await page.goto(url);
  await page.waitForFunction(() => window.wished?.some((wish) => wish.type === 'ready'));
  const post = (message: unknown) =>
    page.evaluate(async (data) => {
      window.postMessage(data, '*');
      // The message's own turn, and the frame that draws it.
      await new Promise((done) => setTimeout(done));
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    }, message);
  return {
    page,
    problems,
    post,
    async tell(...facts) {
      for (const fact of facts) await post(fact);
    },
    wear: (theme) => page.evaluate(dress, themeFile(theme)),
    wishes: () => page.evaluate(() => window.wished),
  };
}

declare global {
  interface Window {
    wished: Wish[];
    acquireVsCodeApi(): unknown;
  }
}

/** Runs in the page before its own script: what VS Code gives to every webview. */
function standIn(): void {
  window.wished = [];
  window.acquireVsCodeApi = () => ({
    postMessage: (wish: Wish) => window.wished.push(wish),
    getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null') ?? undefined,
    setState: (state: unknown) => sessionStorage.setItem('state', JSON.stringify(state)),
  });
}

/** Runs in the page: what VS Code does when the theme changes. */
function dress({ variables, bodyClass, defaults }: ThemeFile): void {
  const put = () => {
    document.documentElement.removeAttribute('style');
    for (const [name, value] of Object.entries(variables)) document.documentElement.style.setProperty(name, value);
    document.body.className = bodyClass;
    // A view of the sidebar lies on its colour, a panel on the editor's.
    const ground = document.body.dataset.screen === 'chat' ? 'sideBar' : 'editor';
    document.documentElement.style.background = `var(--vscode-${ground}-background)`;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(defaults);
    document.adoptedStyleSheets = [sheet, ...document.adoptedStyleSheets];
  };
  if (document.body) put();
  else document.addEventListener('DOMContentLoaded', put);
}
