import { mkdir, open, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { detectApp } from '../../src/frameworks/index.ts';
import { openSourceTree } from '../../src/frameworks/sourceTree.ts';
import { failureFor, planOf, treeOf } from './tree.ts';

test('a manifest that is a link out of the folder is not read', async () => {
  const outside = await treeOf({ 'package.json': { scripts: { start: 'node secret.js' } } });
  const tree = await treeOf({ 'readme.txt': '' });
  await symlink(join(outside.root, 'package.json'), join(tree.root, 'package.json'));
  await expect(detectApp(tree, {})).rejects.toMatchObject({ failure: { code: 'NotRecognised' } });
});

test('a package.json of 100 MB is told, not read', async () => {
  const tree = await treeOf({ 'package.json': '' });
  const file = await open(join(tree.root, 'package.json'), 'w');
  await file.truncate(100 * 1024 * 1024);
  await file.close();
  await expect(detectApp(tree, {})).rejects.toMatchObject({ failure: { code: 'InvalidManifest' } });
});

test('more files than are listed do not keep an app from being recognised; the nearest are listed', async () => {
  const data = Object.fromEntries(Array.from({ length: 60 }, (_, file) => [`data/deep/${file}`, '']));
  const { root } = await treeOf({
    ...data,
    'package.json': { dependencies: { koa: '^3' } },
    'index.js': 'app.listen(4000)',
  });
  const tree = await openSourceTree(root, 50);
  expect(await detectApp(tree, {})).toMatchObject({ kind: 'koa', port: 4000 });
  expect(await tree.files()).toHaveLength(50);
});

test.each([
  ['deno.json', '{ "tasks": '],
  ['angular.json', '[1'],
  ['pnpm-workspace.yaml', 'packages: [\n  "a'],
  // Each name means the one before it nine times: a billion texts, if one were to write them out.
  [
    'pnpm-workspace.yaml',
    `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghij'.replace(/./g, (name) => {
      const before = String.fromCharCode(name.charCodeAt(0) - 1);
      return `${name}: &${name} [${Array(9).fill(`*${before}`).join()}]\n`;
    })}packages: *j\n`,
  ],
  ['package.json', '{"dependencies": {"next": '],
])('%s that is broken is named, whatever else is there: %j', async (file, text) => {
  const manifest = { 'package.json': { dependencies: { '@angular/core': '^20' } } };
  const failure = await failureFor({ ...(file === 'deno.json' ? {} : manifest), [file]: text });
  expect(failure.code).toBe('InvalidManifest');
  expect(failure.message).toContain(file);
});

test.each(['/*', '.listen({', 'fastify(', '{PORT', "get('/", '//'])(
  'a source that says %j without end is soon read',
  async (words) => {
    const plan = await planOf({
      'package.json': { dependencies: { koa: '^3' } },
      'index.js': words.repeat(400_000 / words.length),
    });
    expect(plan.port).toBe(3000);
  },
);

test('names that begin with a byte order mark, and folders that cannot be listed, are no obstacle', async () => {
  const tree = await treeOf({
    'package.json': `\uFEFF${JSON.stringify({ dependencies: { koa: '^3' } })}`,
    'index.js': '',
  });
  await mkdir(join(tree.root, 'closed'), { mode: 0o000 });
  expect((await detectApp(tree, {})).kind).toBe('koa');
});
