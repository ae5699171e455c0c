import type { Frame } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { commitFiles, server, webApp } from '../../e2e/apps.ts';
import { textAt } from '../../e2e/world.ts';
import { KEEP_API, sendToEditor, sendToPage, seriousFindings, webview } from '../webview.ts';
import {
  deployFolder,
  notification,
  offersCommand,
  openSidebar,
  quickInput,
  runCommand,
  statusBarItem,
  treeRow,
  useTheme,
} from '../window.ts';
import { copiedUrl, useEditor } from './editor.ts';

const editor = useEditor(webApp('one'), { initScript: KEEP_API });

/** VS Code's own four looks, and what the page is told of each. */
const themes = [
  ['Light 2026', 'vscode-light'],
  ['Dark 2026', 'vscode-dark'],
  ['Dark High Contrast', 'vscode-high-contrast'],
  ['Light High Contrast', 'vscode-high-contrast-light'],
] as const;

test('from the palette to the running app it takes three Enters and no mouse', async () => {
  const { page, name } = editor;
  await deployFolder(page, false);
  await statusBarItem(page, name).waitFor({ timeout: 60_000 });
  await notification(page, `${name} is up and healthy`).waitFor({ timeout: 120_000 });
  expect(await textAt(await copiedUrl(page))).toBe('one');
});

test('the monitor has opened, and shows ten steps that are done, the log and the URL', async () => {
  const monitor = await webview(editor.page, 'monitor');
  await monitor.getByRole('heading', { name: editor.name, level: 1 }).waitFor();
  const steps = monitor.getByRole('region', { name: 'Steps' }).getByRole('listitem');
  await expect.poll(() => steps.count()).toBe(10);
  await monitor.getByRole('button', { name: new URL(await copiedUrl(editor.page)).origin, exact: true }).waitFor();
  await monitor.getByText('== Build image').first().waitFor();
});

test('the sidebar lists the project, and under it the deployment that succeeded', async () => {
  const { page, name } = editor;
  await openSidebar(page, 'Deployotron');
  const project = treeRow(page, name);
  await project.filter({ hasText: 'sandbox' }).waitFor();
  await project.click();
  await treeRow(page, /First version.*succeeded/).waitFor();
});

test('the palette offers what can work now, and nothing else', async () => {
  const { page } = editor;
  expect(await offersCommand(page, 'Deployotron: Roll Back…')).toBe(true);
  expect(await offersCommand(page, 'Deployotron: Cancel Deployment')).toBe(false);
  expect(await offersCommand(page, 'Deployotron: Retry Deployment')).toBe(false);
  expect(await offersCommand(page, 'Deployotron: Start Sandbox')).toBe(false);
});

describe.each(themes)('in %s', (theme, kind) => {
  test('axe has no serious objection to monitor, dashboard, settings and chat', async () => {
    const { page } = editor;
    await useTheme(page, theme);
    const findings: Record<string, string[]> = {};
    const look = async (name: string, frame: Frame) => {
      await frame.locator(`body.${kind}`).waitFor();
      await frame.getByRole('heading', { level: 1 }).first().waitFor();
      findings[name] = await seriousFindings(frame);
    };
    await runCommand(page, 'Deployotron: Show Deployment');
    await look('monitor', await webview(page, 'monitor'));
    await runCommand(page, 'Deployotron: Open Dashboard');
    const dashboard = await webview(page, 'dashboard');
    await dashboard.getByRole('tab', { name: 'Overview' }).click();
    await look('dashboard', dashboard);
    await dashboard.getByRole('tab', { name: 'Settings' }).click();
    await look('settings', dashboard);
    await runCommand(page, 'Deployotron: Focus on Chat View');
    await look('chat', await webview(page, 'chat'));
    expect(findings).toEqual({ monitor: [], dashboard: [], settings: [], chat: [] });
  });
});

describe('a hostile page', () => {
  test('can wish for nothing but what the page may have', async () => {
    const { page } = editor;
    await runCommand(page, 'Deployotron: Open Dashboard');
    const dashboard = await webview(page, 'dashboard');
    const messages: unknown[] = [
      null,
      42,
      'deploy-folder',
      [],
      {},
      { type: 'constructor' },
      { type: '__proto__' },
      { type: 'deploy' },
      { type: 'deploy', projectId: { toString: 'x' } },
      { type: 'delete-project', projectId: '../../..' },
      { type: 'open-url', deploymentId: 'javascript:alert(1)' },
      { type: 'run', command: 'workbench.action.closeAllEditors' },
      { type: 'set-claude-key', key: 'sk-ant-0123456789' },
      { type: 'show-log', deploymentId: 'x'.repeat(100_000) },
    ];
    for (const message of messages) await sendToEditor(dashboard, message);
    // What comes last is answered last: by then the others have been read.
    await sendToEditor(dashboard, { type: 'refresh' });
    await dashboard.getByRole('tab', { name: 'Settings' }).waitFor();
    await runCommand(page, 'Deployotron: Open Dashboard');
    // The palette's own box goes first.
    await expect.poll(() => quickInput(page).count()).toBe(0);
    expect(await page.locator('.monaco-dialog-box').count()).toBe(0);
  });

  test('is told nonsense, and stands', async () => {
    const dashboard = await webview(editor.page, 'dashboard');
    const before = await dashboard.locator('#root').innerText();
    for (const fact of [
      null,
      7,
      {},
      { type: 'dashboard' },
      { type: 'dashboard', dashboard: { projects: 3 } },
      { type: 'tab' },
    ]) {
      await sendToPage(dashboard, fact);
    }
    await expect.poll(() => dashboard.locator('#root').innerText()).toBe(before);
  });
});

test('a commit message full of markup is text in tree, monitor and dashboard', async () => {
  const { page, folder } = editor;
  const message = '<img src=x onerror="document.title=1"> **bold** [x](command:workbench.action.quit)';
  commitFiles(folder, { 'server.js': server('two') }, message);
  await runCommand(page, 'Deployotron: Deploy Again');
  await notification(page, 'is up and healthy').first().waitFor({ timeout: 120_000 });
  const monitor = await webview(page, 'monitor');
  await monitor.getByText(message).first().waitFor();
  expect(await monitor.locator('img').count()).toBe(0);
  await treeRow(page, message).first().waitFor();
  await runCommand(page, 'Deployotron: Open Dashboard');
  const dashboard = await webview(page, 'dashboard');
  await dashboard.getByRole('tab', { name: 'Overview' }).click();
  await dashboard.getByText(message).first().waitFor();
  expect(await dashboard.locator('img').count()).toBe(0);
});
