import { type Browser, chromium } from 'playwright-core';
import { ensureBrowser } from './install.mjs';

/** Nothing of the user's own browser is touched: Playwright gives it an empty profile. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** DEPLOYOTRON_SHOW=1 lets one watch. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = await ensureBrowser();
  return chromium.launch({ executablePath, args: ARGUMENTS, headless: !process.env.DEPLOYOTRON_SHOW });
}
