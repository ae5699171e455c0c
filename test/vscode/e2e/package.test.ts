import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, inject, test } from 'vitest';
import { ROOT } from '../../support/bootstrap.mjs';
import { filesIn } from '../vsix.ts';

const ALLOWED = [
  /^\[Content_Types\]\.xml$/,
  /^extension\.vsixmanifest$/,
  /^extension\/(package\.json|package\.nls(\.[a-z-]+)?\.json|readme\.md|changelog\.md|LICENSE\.txt)$/,
  /^extension\/dist\/extension\/[\w-]+\.mjs$/,
  /^extension\/dist\/webview\/[\w-]+\.(js|css|ttf)$/,
  /^extension\/media\/[\w/-]+\.(svg|png|md)$/,
  /^extension\/media\/log\/[\w.-]+\.json$/,
  /^extension\/media\/deployotron\.schema\.json$/,
  /^extension\/media\/l10n\/bundle\.l10n(\.[a-z-]+)?\.json$/,
];

/** What media/ holds for the README and for drawing the icon. */
const FOR_PAPERS = /(-light|-dark)\.png$|^(icon|deployment)\.svg$/;

const LIMIT_BYTES = 3_000_000;

test('the package holds what runs, and nothing else', () => {
  const files = [...filesIn(inject('vsix')).keys()];
  expect(files.filter((file) => !ALLOWED.some((pattern) => pattern.test(file)))).toEqual([]);
  const media = readdirSync(path.join(ROOT, 'media'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !FOR_PAPERS.test(entry.name))
    .map((entry) => path.posix.join('extension', path.relative(ROOT, path.join(entry.parentPath, entry.name))));
  expect(files).toEqual(expect.arrayContaining([...media, 'extension/package.json', 'extension/package.nls.json']));
  expect(files.filter((file) => FOR_PAPERS.test(path.basename(file)))).toEqual([]);
});

test('the package is smaller than 3 MB', () => {
  expect(statSync(inject('vsix')).size).toBeLessThan(LIMIT_BYTES);
});
