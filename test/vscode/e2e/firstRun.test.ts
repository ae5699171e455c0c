import { expect, test } from 'vitest';
import { webApp } from '../../e2e/apps.ts';
import { textAt } from '../../e2e/world.ts';
import { notification, runCommand, waitForQuickInput } from '../window.ts';
import { clipboard, useEditor } from './editor.ts';

const editor = useEditor(webApp('one'));

test('from the palette to the running app it takes three Enters and no mouse', async () => {
  const { page, name } = editor;
  await runCommand(page, 'Deployotron: Deploy');
  await waitForQuickInput(page, 'Local sandbox');
  await page.keyboard.press('Enter');
  await waitForQuickInput(page, 'Deploy with this Dockerfile');
  await page.keyboard.press('Enter');
  await notification(page, `${name} is up and healthy`).waitFor({ timeout: 120_000 });
  await runCommand(page, 'Deployotron: Copy App URL');
  await expect.poll(() => clipboard(page)).toMatch(/^http:/);
  expect(await textAt(await clipboard(page))).toBe('one');
});
