import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, inject } from 'vitest';
import { stopSandbox } from '../../../src/sandbox/process.ts';
import { type Files, makeRepository } from '../../e2e/apps.ts';
import { removeImages } from '../../e2e/world.ts';
import { ROOT } from '../../support/bootstrap.mjs';
import { freePort } from '../../support/freePort.mjs';
import { until } from '../until.ts';
import { runCommand } from '../window.ts';
import { openWorkbench, type Wishes, type Workbench } from '../workbench.ts';

/** A workbench with the packaged extension installed, on a folder with a project. */
export interface Editor extends Workbench {
  folder: string;
  /** What the project of the folder is called; no other test uses it. */
  name: string;
  /** Another folder with a git repository. */
  repository(files: Files): { name: string; folder: string };
}

/** Pictures of the windows at the moment when a test failed, and the logs. */
const failures = path.join(ROOT, 'dist-test/failures');

/** Opened before the tests of a file, closed after them. Read its members inside tests only. */
export function useEditor(files: Files, wishes: Partial<Wishes> = {}): Editor {
  const editor = {} as Editor;
  beforeAll(async () => {
    Object.assign(editor, await openEditor(files, wishes));
  });
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail' || !editor.page) return;
    const folder = path.join(failures, task.name.replaceAll(/\W+/g, '-').slice(0, 80));
    mkdirSync(folder, { recursive: true });
    for (const [index, page] of editor.context.pages().entries()) {
      await page.screenshot({ path: path.join(folder, `window-${index}.png`) });
    }
    for (const logs of [path.join(editor.home, 'logs'), path.join(editor.userData, 'logs')]) {
      if (existsSync(logs)) cpSync(logs, path.join(folder, 'logs'), { recursive: true });
    }
  });
  afterAll(() => editor.close?.());
  return editor;
}

async function openEditor(files: Files, wishes: Partial<Wishes>): Promise<Editor> {
  const apps = mkdtempSync(path.join(tmpdir(), 'deployotron-apps-'));
  const names: string[] = [];
  const repository = (content: Files) => {
    const name = `vscode-${randomBytes(4).toString('hex')}`;
    names.push(name);
    const folder = path.join(apps, name);
    // Something of its own, so that no build finds itself in the build cache of an earlier run.
    makeRepository(folder, { ...content, 'build-id.txt': name });
    return { name, folder };
  };
  const first = repository(files);
  const settings = { 'deployotron.sandbox.port': await freePort(), ...wishes.settings };
  const workbench = await openWorkbench({
    extensionsDir: inject('extensionsDir'),
    folder: first.folder,
    ...wishes,
    settings,
  });
  return {
    ...workbench,
    ...first,
    repository,
    async close() {
      await workbench.close(async () => void (await stopSandbox({ stateDir: path.join(workbench.home, 'sandbox') })));
      removeImages(names);
      rmSync(apps, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Where the app answers, by the command that copies it. */
export async function copiedUrl(page: Page): Promise<string> {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await runCommand(page, 'Deployotron: Copy App URL');
  return until('a URL is in the clipboard', async () => {
    const text = await page.evaluate<string>('navigator.clipboard.readText()');
    return text.startsWith('http') ? text : undefined;
  });
}
