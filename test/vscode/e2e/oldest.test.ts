import { expect, inject, test } from 'vitest';
import { webApp } from '../../e2e/apps.ts';
import { textAt } from '../../e2e/world.ts';
import { OLDEST } from '../install.mjs';
import { webview } from '../webview.ts';
import { deployFolder, notification, openSidebar, runCommand, treeRow } from '../window.ts';
import { copiedUrl, useEditor } from './editor.ts';

const editor = useEditor(webApp('oldest'), { release: OLDEST, extensionsDir: inject('oldestExtensionsDir') });

test('the oldest VS Code that is promised deploys, and shows it in monitor, sidebar and dashboard', async () => {
  const { page, name } = editor;
  await deployFolder(page, false);
  await notification(page, `${name} is up and healthy`).waitFor({ timeout: 120_000 });
  const monitor = await webview(page, 'monitor');
  await monitor.getByRole('heading', { name, level: 1 }).waitFor();
  expect(await textAt(await copiedUrl(page))).toBe('oldest');
  await openSidebar(page, 'Deployotron');
  await treeRow(page, name).waitFor();
  await runCommand(page, 'Deployotron: Open Dashboard');
  await (await webview(page, 'dashboard')).getByText(name).first().waitFor();
});
