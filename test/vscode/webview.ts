import axe from 'axe-core';
import type { Frame, Page } from 'playwright-core';
import type { Screen } from '../../src/shared/protocol.ts';
import { until } from './until.ts';

/** The page of a screen that is shown now. A webview lies two frames deep, and is made anew after each time that it was hidden. */
export function webview(page: Page, screen: Screen): Promise<Frame> {
  return until(`the ${screen} is shown`, async () => {
    for (const frame of page.frames()) {
      const holds = await frame.evaluate('document.body?.dataset.screen').catch(() => undefined);
      if (holds === screen && (await isVisible(frame))) return frame;
    }
    return undefined;
  });
}

/** That of a tab in the background stays for a while. */
async function isVisible(frame: Frame): Promise<boolean> {
  const element = await frame.parentFrame()?.frameElement();
  return (await element?.isVisible()) ?? false;
}

interface Finding {
  id: string;
  impact: string;
  nodes: { html: string; failureSummary: string }[];
}

/** What axe finds that keeps people out; minor advice is left to the reader. */
export async function seriousFindings(frame: Frame): Promise<string[]> {
  // A page in the sidebar lets the sidebar's colour through, which axe cannot see.
  await frame.evaluate("document.documentElement.style.background = 'var(--vscode-sideBar-background)'");
  await frame.evaluate(axe.source);
  const { violations } = await frame.evaluate<{ violations: Finding[] }>("axe.run({ resultTypes: ['violations'] })");
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`));
}

/**
 * To be run in every frame before its page: keeps the page's way to the editor where a test can use it, as an attacker's
 * script in the page would.
 */
export const KEEP_API = `(() => {
  let acquire;
  Object.defineProperty(globalThis, 'acquireVsCodeApi', {
    configurable: true,
    get: () => acquire,
    set(real) {
      acquire = (...args) => (globalThis.keptApi = real(...args));
    },
  });
})()`;

/** Sends the editor whatever a page could send. */
export const sendToEditor = (frame: Frame, message: unknown): Promise<void> =>
  frame.evaluate(
    (said) => (globalThis as unknown as { keptApi: { postMessage(m: unknown): void } }).keptApi.postMessage(said),
    message,
  );

/** Sends the page whatever the editor could send. */
export const sendToPage = (frame: Frame, message: unknown): Promise<void> =>
  frame.evaluate((said) => globalThis.postMessage(said), message);
