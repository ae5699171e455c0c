import { expect, test } from 'vitest';
import { webApp } from '../../e2e/apps.ts';
import { webview } from '../webview.ts';
import { offersCommand, openSidebar, runCommand } from '../window.ts';
import { useEditor } from './editor.ts';

const trust = { 'security.workspace.trust.enabled': true, 'security.workspace.trust.startupPrompt': 'never' };
const editor = useEditor(webApp('untrusted'), { settings: trust });

test('in Restricted Mode the sidebar says what works, and nothing can be built', async () => {
  const { page } = editor;
  await openSidebar(page, 'Deployotron');
  await page.locator('.sidebar').getByText('This folder is in Restricted Mode').waitFor();
  for (const title of ['Deploy', 'Add Project…', 'Preview Dockerfile']) {
    expect(await offersCommand(page, `Deployotron: ${title}`), title).toBe(false);
  }
});

test('what only reads works there: the dashboard opens and says that the folder is not trusted', async () => {
  const { page } = editor;
  await runCommand(page, 'Deployotron: Open Dashboard');
  const dashboard = await webview(page, 'dashboard');
  await dashboard.getByText('Restricted Mode').first().waitFor();
});

test('once the folder is trusted, it can be deployed', async () => {
  const { page } = editor;
  await page.locator('.sidebar').getByRole('button', { name: 'Manage Workspace Trust' }).click();
  await page.getByRole('button', { name: 'Trust', exact: true }).first().click();
  await page.locator('.sidebar').getByText('This folder is in Restricted Mode').waitFor({ state: 'hidden' });
  expect(await offersCommand(page, 'Deployotron: Deploy')).toBe(true);
});
