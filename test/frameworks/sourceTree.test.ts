import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openSourceTree } from '../../src/frameworks/sourceTree.ts';
import { treeOf } from './tree.ts';

test('lists what people wrote, the nearest to the root first', async () => {
  const tree = await treeOf({
    'b/c/d.txt': '',
    'b/a.txt': '',
    'z.txt': '',
    'node_modules/x/y.js': '',
    '.git/config': '',
  });
  expect(await tree.files()).toEqual(['z.txt', 'b/a.txt', 'b/c/d.txt']);
});

test('follows no link out of the root, whichever way it is written', async () => {
  const outside = await treeOf({ 'secret.txt': 'secret' });
  const tree = await treeOf({ 'inside.txt': 'inside' });
  await symlink(join(outside.root, 'secret.txt'), join(tree.root, 'link.txt'));
  await symlink(outside.root, join(tree.root, 'folder'));
  await symlink('inside.txt', join(tree.root, 'own.txt'));
  for (const path of ['link.txt', 'folder/secret.txt', '../secret.txt', join(outside.root, 'secret.txt')]) {
    expect(await tree.read(path)).toBeUndefined();
    expect(await tree.has(path)).toBe(false);
  }
  expect(await tree.read('own.txt')).toBe('inside');
});

test('a link that leads in a circle is no file', async () => {
  const tree = await treeOf({});
  await symlink('a', join(tree.root, 'a'));
  await mkdir(join(tree.root, 'folder'));
  await symlink('..', join(tree.root, 'folder/up'));
  expect(await tree.has('a')).toBe(false);
  expect(await tree.files()).toEqual([]);
});

test('a folder is no file, and a missing one is none either', async () => {
  const tree = await treeOf({ 'folder/a.txt': '' });
  expect(await tree.read('folder')).toBeUndefined();
  expect(await tree.has('nothing')).toBe(false);
});

test('a root that is no folder is told', async () => {
  await expect(openSourceTree('/nowhere/at/all')).rejects.toMatchObject({ failure: { code: 'FolderNotFound' } });
});
