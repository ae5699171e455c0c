import { statSync } from 'node:fs';
import { expect, inject, test } from 'vitest';
import { filesIn } from '../vsix.ts';

const ALLOWED = [
  /^\[Content_Types\]\.xml$/,
  /^extension\.vsixmanifest$/,
  /^extension\/(package\.json|package\.nls(\.[a-z-]+)?\.json|readme\.md|changelog\.md|LICENSE\.txt)$/,
  /^extension\/dist\/extension\/[\w-]+\.mjs$/,
  /^extension\/dist\/webview\/[\w-]+\.(js|css|ttf)$/,
  /^extension\/media\/[\w/-]+\.(svg|png|md)$/,
  /^extension\/media\/log\/[\w.-]+\.json$/,
  /^extension\/media\/l10n\/bundle\.l10n(\.[a-z-]+)?\.json$/,
];

const LIMIT_BYTES = 3_000_000;

test('the package holds what runs, and nothing else', () => {
  const files = [...filesIn(inject('vsix')).keys()];
  expect(files.filter((file) => !ALLOWED.some((pattern) => pattern.test(file)))).toEqual([]);
  expect(files).toEqual(
    expect.arrayContaining(['extension/package.json', 'extension/readme.md', 'extension/media/icon.png']),
  );
});

test('the package is smaller than 3 MB', () => {
  expect(statSync(inject('vsix')).size).toBeLessThan(LIMIT_BYTES);
});
