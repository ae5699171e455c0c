import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './support/bootstrap.mjs';
import { mustRun } from './support/process.mjs';

const read = (file: string) => JSON.parse(readFileSync(file, 'utf8'));

test('translators find every text of the editor in media/l10n, as `npm run l10n` writes it', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'deployotron-l10n-'));
  const sentence = 'The texts could not be exported';
  await mustRun(sentence, 'vscode-l10n-dev', ['export', '--outDir', folder, 'src/editor', 'webview-ui'], { cwd: ROOT });
  const [name = ''] = readdirSync(folder);
  expect(read(path.join(ROOT, 'media/l10n', name))).toEqual(read(path.join(folder, name)));
  await rm(folder, { recursive: true });
});

test('every text that the manifest names is in package.nls.json, and no other', () => {
  const manifest = readFileSync(path.join(ROOT, 'package.json'), 'utf8');
  const named = [...manifest.matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key);
  expect(new Set(named)).toEqual(new Set(Object.keys(read(path.join(ROOT, 'package.nls.json')))));
});
