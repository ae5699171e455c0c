import path from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { adminHeader } from '../../../src/sandbox/admin.ts';
import { sandboxStatus } from '../../../src/sandbox/process.ts';
import { type Files, server } from '../../e2e/apps.ts';
import { textAt } from '../../e2e/world.ts';
import { seriousFindings, webview } from '../webview.ts';
import { button, deployFolder, notification, offersCommand, openSidebar, runCommand, treeRow } from '../window.ts';
import { copiedUrl, useEditor } from './editor.ts';

/** An own Dockerfile builds in a moment, since nothing is installed. */
function app(script: string, build = 'true'): Files {
  const lines = [
    'FROM node:22-bookworm-slim',
    'WORKDIR /srv',
    'COPY . .',
    `RUN ${build}`,
    'ENV PORT=4100',
    'EXPOSE 4100',
  ];
  return { 'server.js': script, Dockerfile: [...lines, 'CMD ["node", "server.js"]', ''].join('\n') };
}

const crash = "console.error('Error: DATABASE_URL is not set');\nprocess.exit(1);\n";

const editor = useEditor(app(crash));

describe('a version that does not come up', () => {
  test('is told in one notification with its cause and the next step', async () => {
    const { page } = editor;
    await deployFolder(page, true);
    const toast = notification(page, 'DATABASE_URL');
    await toast.waitFor({ timeout: 120_000 });
    await button(toast, 'Show Deployment').waitFor();
    expect(await notification(page, 'DATABASE_URL').count()).toBe(1);
  });

  test('has a card in the monitor with cause, evidence and ways on, to which axe has no objection', async () => {
    const monitor = await webview(editor.page, 'monitor');
    const card = monitor.getByRole('region', { name: 'Why it failed' });
    await card.getByText('DATABASE_URL').first().waitFor();
    await card.getByRole('button', { name: 'Open Log' }).waitFor();
    expect(await seriousFindings(monitor)).toEqual([]);
  });

  test('has its cause in the sidebar, under the deployment, without another click', async () => {
    const { page, name } = editor;
    await openSidebar(page, 'Deployotron');
    await treeRow(page, name).click();
    await treeRow(page, 'DATABASE_URL').first().waitFor();
    expect(await offersCommand(page, 'Deployotron: Retry Deployment')).toBe(true);
  });

  test('has a log, opened as a document that can be searched', async () => {
    const { page } = editor;
    await runCommand(page, 'Deployotron: Show Logs');
    await page.locator('.editor-instance .view-lines').getByText('Initialize record').first().waitFor();
  });
});

test('a build that hangs is seen in a second window, cancelled in the first, and gone from both', async () => {
  const { folder, name } = editor.repository(app(server('never'), 'sleep 600'));
  const [first, second] = [await editor.openWindow(folder), await editor.openWindow(folder)];
  await deployFolder(first, true);
  await openSidebar(second, 'Deployotron');
  await treeRow(second, name).filter({ hasText: 'Build image' }).first().waitFor({ timeout: 60_000 });
  await runCommand(first, 'Deployotron: Cancel Deployment');
  for (const page of [first, second]) await seeEnd(page, name, 'cancelled');
  await first.close();
  await second.close();
});

test('a reload while ECS rolls out is told as interrupted, and the watch can be taken up again', async () => {
  const { folder, name } = editor.repository(app(server('resumed')));
  await breakEcs();
  const page = await editor.openWindow(folder);
  await deployFolder(page, true);
  const monitor = await webview(page, 'monitor');
  await monitor.locator('[aria-current="step"]').filter({ hasText: 'Monitor' }).waitFor({ timeout: 60_000 });
  await page.reload();
  const toast = notification(page, `${name} was interrupted`);
  await openSidebar(page, 'Deployotron');
  await toast.waitFor({ timeout: 60_000 });
  await seeEnd(page, name, 'interrupted');
  await mendEcs();
  await button(toast, 'Resume Watching').click();
  await notification(page, `${name} is up and healthy`).waitFor({ timeout: 60_000 });
  expect(await textAt(await copiedUrl(page))).toBe('resumed');
  await page.close();
});

async function seeEnd(page: Page, name: string, status: string): Promise<void> {
  await openSidebar(page, 'Deployotron');
  await treeRow(page, name).filter({ hasText: status }).first().waitFor({ timeout: 60_000 });
}

/** From the second look at a service on, which is the first one after its deployment, ECS does not answer. */
async function breakEcs(): Promise<void> {
  const fault = { kind: 'delay', ms: 600_000 };
  await askSandbox('POST', { action: 'DescribeServices', nth: 2, count: 1_000, fault });
}

const mendEcs = () => askSandbox('DELETE');

async function askSandbox(method: string, body?: unknown): Promise<void> {
  const status = await sandboxStatus({ stateDir: path.join(editor.home, 'sandbox') });
  if (!status.running) throw new Error('The sandbox does not run.');
  const answer = await fetch(`${status.endpoint}/_sandbox/faults`, {
    method,
    headers: adminHeader,
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  expect(answer.status).toBe(200);
}
