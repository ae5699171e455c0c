import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { commitFiles, server, webApp } from '../../e2e/apps.ts';
import { textAt } from '../../e2e/world.ts';
import {
  answer,
  button,
  dialog,
  notification,
  openSidebar,
  quickInput,
  quickRow,
  runCommand,
  treeRow,
  waitForQuickInput,
} from '../window.ts';
import { copiedUrl, useEditor } from './editor.ts';

const editor = useEditor(webApp('open'));
/** A repository elsewhere, which becomes the one project of these stories. */
let added: { name: string; folder: string };

test('the Dockerfile of the open folder can be looked at before anything is built', async () => {
  const { page } = editor;
  await runCommand(page, 'Deployotron: Preview Dockerfile');
  await page.locator('.view-line').filter({ hasText: 'FROM node:22' }).first().waitFor();
});

test('the doctor says how Docker, git, AWS and the history are', async () => {
  const { page } = editor;
  await runCommand(page, 'Deployotron: Run Doctor');
  await waitForQuickInput(page, 'Deployotron Doctor');
  await quickRow(page, /Docker.*engine/).waitFor();
  await page.keyboard.press('Escape');
});

test('a project is added from a repository, with an environment and a target', async () => {
  const { page } = editor;
  added = editor.repository(webApp('first'));
  await runCommand(page, 'Deployotron: Add Project…');
  await waitForQuickInput(page, 'Address of the git repository');
  await answer(page, added.folder);
  await waitForQuickInput(page, 'Branch or tag');
  await answer(page, 'main');
  await waitForQuickInput(page, 'Name of the project');
  await page.keyboard.press('Enter');
  await quickRow(page, 'staging').click();
  await quickRow(page, 'Local sandbox').click();
  await notification(page, `Project ${added.name} is there`).waitFor({ timeout: 60_000 });
  await openSidebar(page, 'Deployotron');
  await treeRow(page, added.name).filter({ hasText: 'staging' }).waitFor();
});

test('every value of it can be seen and changed, and a wrong one is refused while it is typed', async () => {
  const { page } = editor;
  await runCommand(page, 'Deployotron: Edit Project…');
  // The list is longer than what is drawn of it.
  await waitForQuickInput(page, 'ECS cluster');
  await quickInput(page).locator('input.input').fill('Health path');
  await quickRow(page, 'Health path').click();
  await waitForQuickInput(page, `${added.name}: Health path`);
  await quickInput(page).locator('input.input').fill('no slash');
  await waitForQuickInput(page, 'It looks like this: /health');
  await answer(page, '/');
  // The list comes back with the changed value in sight.
  await quickRow(page, 'Health path').filter({ hasNotText: 'not set' }).waitFor();
  // A change of size tells what it makes of the costs, before it is deployed.
  await quickInput(page).locator('input.input').fill('Memory');
  await quickRow(page, 'Memory').click();
  await waitForQuickInput(page, `${added.name}: Memory`);
  await answer(page, '1024');
  await quickInput(page).locator('input[placeholder*="a month more"]').waitFor();
  await page.keyboard.press('Escape');
});

test('it is deployed, deployed again, and rolled back to the version before', async () => {
  const { page } = editor;
  await runCommand(page, 'Deployotron: Deploy Again');
  await treeRow(page, added.name).first().click();
  await treeRow(page, /First version.*succeeded/).waitFor({ timeout: 120_000 });
  const url = await copiedUrl(page);
  commitFiles(added.folder, { 'server.js': server('second') }, 'Second version');
  await runCommand(page, 'Deployotron: Deploy Again');
  await treeRow(page, /Second version.*succeeded/).waitFor({ timeout: 120_000 });
  expect(await textAt(url)).toBe('second');
  await runCommand(page, 'Deployotron: Roll Back…');
  await quickRow(page, 'First version').waitFor();
  // As VS Code may do by itself when the palette has closed: the list must not go for it.
  await page.locator('iframe.webview').first().focus();
  await quickRow(page, 'First version').click();
  await button(dialog(page), 'Roll Back').click();
  await treeRow(page, /Rollback to .*First version.*succeeded/).waitFor({ timeout: 120_000 });
  expect(await textAt(url)).toBe('first');
});

test('Terraform is written for it after its files were named, and says what it costs a month', async () => {
  const { page } = editor;
  await runCommand(page, 'Deployotron: Generate Terraform…');
  await quickRow(page, 'Public address').click();
  await quickRow(page, 'production').waitFor();
  await page.keyboard.press('Enter');
  await quickRow(page, 'New infrastructure').click();
  await dialog(page).filter({ hasText: 'main.tf (new)' }).waitFor();
  await button(dialog(page), 'Write').click();
  const file = path.join(added.folder, 'infra/main.tf');
  await expect.poll(() => existsSync(file)).toBe(true);
  expect(readFileSync(file, 'utf8')).toContain('aws_ecs_service');
  await page.locator('.tab.active').filter({ hasText: '.tf' }).waitFor();
  await runCommand(page, 'Deployotron: Show Monthly Cost');
  await waitForQuickInput(page, /about \$\d+\.\d\d a month/);
  await page.keyboard.press('Escape');
});

test('a workflow for GitHub is shown before it is written, and again as a difference to what was edited', async () => {
  const { page } = editor;
  const file = path.join(added.folder, '.github/workflows/deploy.yml');
  await runCommand(page, 'Deployotron: Generate GitHub Actions Workflow…');
  await waitForQuickInput(page, 'The repository on GitHub');
  await answer(page, 'no-slash');
  await waitForQuickInput(page, 'It looks like owner/name');
  await answer(page, 'octo/shop');
  await waitForQuickInput(page, 'AWS account of the role');
  await answer(page, '123456789012');
  await dialog(page).filter({ hasText: '.github/workflows/deploy.yml (new)' }).waitFor();
  expect(existsSync(file)).toBe(false);
  await button(dialog(page), 'Write').click();
  await expect.poll(() => existsSync(file)).toBe(true);
  expect(readFileSync(file, 'utf8')).toContain(`deployotron deploy ${added.name} --build-cache=registry`);
  await page.locator('.tab.active').filter({ hasText: 'deploy.yml' }).waitFor();

  const edited = readFileSync(file, 'utf8').replace('timeout-minutes: 60', 'timeout-minutes: 15');
  writeFileSync(file, edited);
  await runCommand(page, 'Deployotron: Generate GitHub Actions Workflow…');
  await waitForQuickInput(page, 'The repository on GitHub');
  await answer(page, 'octo/shop');
  await waitForQuickInput(page, 'AWS account of the role');
  await answer(page, '123456789012');
  await dialog(page).filter({ hasText: 'deploy.yml (edited by you, would be replaced)' }).waitFor();
  await button(dialog(page), 'Cancel').click();
  for (const minutes of [/timeout-minutes:\s15/, /timeout-minutes:\s60/])
    await page.locator('.monaco-diff-editor .view-line').filter({ hasText: minutes }).first().waitFor();
  expect(readFileSync(file, 'utf8')).toBe(edited);
});

test('it is deleted with its history when the user confirms it', async () => {
  const { page } = editor;
  await runCommand(page, 'Deployotron: Delete Project…');
  await button(dialog(page), 'Delete').click();
  await page.locator('.sidebar').getByText('Nothing has been deployed yet').waitFor();
});
