import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { webApp } from '../../e2e/apps.ts';
import {
  answer,
  button,
  dialog,
  notification,
  quickInput,
  quickRow,
  runCommand,
  waitForQuickInput,
} from '../window.ts';
import { useEditor } from './editor.ts';

/** Nobody answers for Claude here. */
const editor = useEditor(webApp('with secrets'), { env: { ANTHROPIC_BASE_URL: 'http://127.0.0.1:1' } });

const key = 'sk-ant-canary-7f3a91c2d4';
const token = 'ghp-canary-51b2e8a0c9';

test('a key is asked for in a masked box, and kept unchecked where Claude cannot be reached and the user says so', async () => {
  const { page } = editor;
  await runCommand(page, 'Deployotron: Set Up Claude API Key…');
  await waitForQuickInput(page, 'sent to Anthropic alone');
  const input = quickInput(page).locator('input.input');
  expect(await input.getAttribute('type')).toBe('password');
  await input.fill('no key');
  await waitForQuickInput(page, 'begins with sk-ant-');
  await answer(page, key);
  await button(dialog(page), 'Keep Anyway').click();
  await notification(page, 'The Claude API key is kept. It has not been checked').waitFor();
});

test('a git token is kept for its server', async () => {
  const { page } = editor;
  await runCommand(page, 'Deployotron: Set Up Git Credentials…');
  await quickRow(page, 'github.com').click();
  await waitForQuickInput(page, 'An access token');
  await answer(page, token);
  await notification(page, 'The token for github.com is kept').waitFor();
});

test('both are there after a reload, shown as present and never as values', async () => {
  const { page } = editor;
  await page.reload();
  await runCommand(page, 'Deployotron: Credentials Status');
  const status = await waitForQuickInput(page, 'Claude API key');
  await quickRow(page, 'Claude API key').filter({ hasText: 'stored' }).waitFor();
  await quickRow(page, 'git token').filter({ hasText: 'github.com' }).waitFor();
  expect(await status.innerText()).not.toMatch(/canary/);
  await page.keyboard.press('Escape');
});

test('a removed one is gone', async () => {
  const { page } = editor;
  await runCommand(page, 'Deployotron: Remove Credentials…');
  await quickRow(page, 'Claude API key').click();
  await button(dialog(page), 'Remove').click();
  await notification(page, 'Claude API key: removed').waitFor();
  await runCommand(page, 'Deployotron: Credentials Status');
  await quickRow(page, 'Claude API key').filter({ hasText: 'none' }).waitFor();
  await quickRow(page, 'git token').filter({ hasText: 'github.com' }).waitFor();
  await page.keyboard.press('Escape');
});

test('no file on the disk of the editor or of Deployotron holds a secret as it is', () => {
  const holding = [editor.userData, editor.home].flatMap(filesUnder).filter((file) => {
    const text = readFileSync(file, 'latin1');
    return text.includes(key) || text.includes(token);
  });
  expect(holding).toEqual([]);
});

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}
