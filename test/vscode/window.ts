// What a user does in a window of VS Code, by what they see of it.
import type { Locator, Page } from 'playwright-core';

/** Long enough for a slow computer; every wait ends as soon as what it waits for is there. */
const PATIENCE_MS = 30_000;

export const quickInput = (page: Page): Locator => page.locator('.quick-input-widget:visible');
export const quickRow = (page: Page, text: string | RegExp): Locator =>
  quickInput(page).locator('.monaco-list-row').filter({ hasText: text });

/** Opens the command palette, types the command's name, and goes to it: all with the keyboard. */
export async function runCommand(page: Page, title: string): Promise<void> {
  await searchPalette(page, title, async () => {
    await commandRow(page, title).first().waitFor({ timeout: 3_000 });
    // The palette sorts by name and use, so the one that is meant need not be the first.
    const focused = page.locator('.quick-input-widget .monaco-list-row.focused');
    for (let presses = 0; !(await focused.filter({ has: page.getByText(title, { exact: true }) }).count()); presses++) {
      if (presses > 30) throw new Error(`The arrow key does not reach "${title}".`);
      await page.keyboard.press('ArrowDown');
    }
    await page.keyboard.press('Enter');
  });
}

/** Whether the palette offers this command now. */
export async function offersCommand(page: Page, title: string): Promise<boolean> {
  let isOffered = false;
  await searchPalette(page, title, async () => {
    await quickInput(page).locator('.monaco-list-row').first().waitFor({ timeout: PATIENCE_MS });
    isOffered = (await commandRow(page, title).count()) > 0;
  });
  await page.keyboard.press('Escape');
  return isOffered;
}

const commandRow = (page: Page, title: string): Locator =>
  quickInput(page)
    .locator('.monaco-list-row')
    .filter({ has: page.getByText(title, { exact: true }) });

/** Right after the start the palette does not know all commands yet: then it is opened once more. */
async function searchPalette(page: Page, text: string, act: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    await page.keyboard.press('F1');
    const input = quickInput(page).locator('input.input');
    try {
      await input.waitFor({ timeout: 3_000 });
      await input.fill(`>${text}`, { timeout: 3_000 });
      return await act();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await page.keyboard.press('Escape');
    }
  }
}

/** The text of the quick pick or input box that is open, once it shows `text`. */
export async function waitForQuickInput(page: Page, text: string | RegExp): Promise<Locator> {
  const widget = quickInput(page).filter({ hasText: text });
  await widget.waitFor({ timeout: PATIENCE_MS });
  return widget;
}

/** Types into the open input box and presses Enter. */
export async function answer(page: Page, text: string): Promise<void> {
  await quickInput(page).locator('input.input').fill(text);
  await page.keyboard.press('Enter');
}

export const notification = (page: Page, text: string | RegExp): Locator =>
  page.locator('.notification-toast .notification-list-item').filter({ hasText: text });

export const dialog = (page: Page): Locator => page.locator('.monaco-dialog-box');

export const button = (within: Locator, name: string): Locator => within.getByRole('button', { name, exact: true });

/** A row of the sidebar's tree, by what it says. */
export const treeRow = (page: Page, text: string | RegExp): Locator =>
  page.locator('.sidebar [role="treeitem"]').filter({ hasText: text });

export const statusBarItem = (page: Page, text: string | RegExp): Locator =>
  page.locator('.statusbar .statusbar-item').filter({ hasText: text });

/** Shows a container of the activity bar; a click on the one that is shown would hide it. */
export async function openSidebar(page: Page, name: string): Promise<void> {
  const tab = page.locator('.activitybar').getByRole('tab', { name: new RegExp(`^${name}`) });
  await tab.waitFor({ timeout: PATIENCE_MS });
  if ((await tab.getAttribute('aria-expanded')) !== 'true') await tab.click();
}

/** Starts what the palette's Deploy starts, on the sandbox. A Dockerfile that was written for the folder is confirmed. */
export async function deployFolder(page: Page, hasDockerfile: boolean): Promise<void> {
  await runCommand(page, 'Deployotron: Deploy');
  await waitForQuickInput(page, 'Local sandbox');
  await page.keyboard.press('Enter');
  if (hasDockerfile) return;
  await waitForQuickInput(page, 'Deploy with this Dockerfile');
  await page.keyboard.press('Enter');
}

/** Changes the colours as a user does; `name` is what the list says. */
export async function useTheme(page: Page, name: string): Promise<void> {
  await runCommand(page, 'Preferences: Color Theme');
  await quickInput(page).locator('input.input').fill(name);
  await quickRow(page, name).first().waitFor({ timeout: PATIENCE_MS });
  await page.keyboard.press('Enter');
  await quickInput(page).waitFor({ state: 'hidden' });
}
