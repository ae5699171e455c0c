import { mkdirSync, writeFileSync } from 'node:fs';
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

test('a folder that is a link out of the source, or back to it, is not walked', async () => {
  const outside = await treeOf({ 'api/package.json': { dependencies: { koa: '^3' }, scripts: { start: 'node .' } } });
  const tree = await treeOf({ 'readme.txt': '' });
  await symlink(join(outside.root, 'api'), join(tree.root, 'api'));
  await symlink('.', join(tree.root, 'again'));
  await symlink('missing', join(tree.root, 'package.json'));
  await expect(detectApp(tree, {})).rejects.toMatchObject({ failure: { code: 'NotRecognised' } });
  expect(await tree.files()).toEqual(['readme.txt']);
});

test.each([
  ['package.json', 'InvalidManifest'],
  ['pyproject.toml', 'NotRecognised'],
  ['go.mod', 'NotRecognised'],
])('a %s of 100 MB is not read', async (name, code) => {
  const tree = await treeOf({ [name]: '' });
  const file = await open(join(tree.root, name), 'w');
  await file.truncate(100 * 1024 * 1024);
  await file.close();
  await expect(detectApp(tree, {})).rejects.toMatchObject({ failure: { code } });
});

test('a folder of more than 50,000 files is listed up to there, and its app recognised', async () => {
  const { root } = await treeOf({ 'package.json': { dependencies: { koa: '^3' } }, 'index.js': 'app.listen(4000)' });
  for (let folder = 0; folder < 50; folder += 1) {
    mkdirSync(join(root, `data/${folder}`), { recursive: true });
    for (let file = 0; file < 1001; file += 1) writeFileSync(join(root, `data/${folder}/${file}`), '');
  }
  const tree = await openSourceTree(root);
  expect(await detectApp(tree, {})).toMatchObject({ kind: 'koa', port: 4000 });
  expect(await tree.files()).toHaveLength(50_000);
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

test.each([
  ['pyproject.toml', '[project\nname = "x"\n'],
  ['Cargo.toml', '[package]\nname = \n'],
  ['Pipfile', '[packages]\nflask = \n'],
  ['composer.json', '{"require": '],
  ['composer.json', '[]'],
  ['go.mod', 'go 1.26\n'],
  ['mix.exs', 'defmodule X do\n'],
  ['pom.xml', '<project><modules></project>'],
  ['Shop.csproj', '<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup></Project>'],
])('%s that is broken is named: %j', async (file, text) => {
  const failure = await failureFor({ [file]: text });
  expect(failure).toMatchObject({ code: 'InvalidManifest', message: expect.stringContaining(file) });
});

test.each([
  ['global.json', '{', { 'Shop.csproj': '<Project Sdk="Microsoft.NET.Sdk.Web"></Project>' }],
  ['composer.lock', '{', { 'composer.json': '{}', 'index.php': '' }],
  ['nx.json', '{', { 'package.json': { dependencies: { koa: '^3' } }, 'index.js': '' }],
  [
    'src/main/resources/application.yml',
    'a: [',
    { 'pom.xml': '<project>spring-boot-maven-plugin</project>', 'src/main/java/A.java': 'static void main(' },
  ],
])('a broken %s beside the manifest is named, or is no obstacle', async (file, text, files) => {
  const outcome = await planOf({ ...files, [file]: text }).then(
    ({ kind }) => kind,
    (error) => error.failure.code,
  );
  expect(outcome).toMatch(/^(?:InvalidManifest|koa|spring-boot)$/);
});

test.each<[string, Record<string, string>]>([
  ['pyproject.toml', { 'requirements.txt': 'flask\n', 'app.py': 'app = Flask()\n' }],
  [
    'shop/urls.py',
    {
      'requirements.txt': 'django\n',
      'shop/wsgi.py': 'application = x\n',
      'shop/settings.py': 'ROOT_URLCONF = "shop.urls"\n',
    },
  ],
  ['config/routes.rb', { Gemfile: 'gem "rails"\n', 'config.ru': '' }],
  ['app.rb', { Gemfile: 'gem "sinatra"\n', 'config.ru': '' }],
  ['lib/shop_web/router.ex', { 'mix.exs': '  app: :shop\n{:phoenix, "~> 1.8"}\n' }],
  ['Program.cs', { 'Shop.csproj': '<Project Sdk="Microsoft.NET.Sdk.Web" />' }],
])('a %s of nothing but blank lines, or that never closes what it opens, is soon read', async (file, files) => {
  for (const words of ['\n', ' ', 'get(', 'IsDevelopment()) {']) {
    const plan = await planOf({ ...files, [file]: words.repeat(400_000 / words.length) }).catch(() => undefined);
    expect(plan?.healthPath ?? '').toBe('');
  }
});

test('names that begin with a byte order mark, and folders that cannot be listed, are no obstacle', async () => {
  const tree = await treeOf({
    'package.json': `\uFEFF${JSON.stringify({ dependencies: { koa: '^3' } })}`,
    'index.js': '',
  });
  await mkdir(join(tree.root, 'closed'), { mode: 0o000 });
  expect((await detectApp(tree, {})).kind).toBe('koa');
});
