import { expect, test } from 'vitest';
import { findApps } from '../../src/frameworks/index.ts';
import { failureFor, planOf, treeOf } from './tree.ts';

const server = { scripts: { start: 'node server.js' }, dependencies: { express: '^5' } };
const site = { scripts: { build: 'vite build' }, dependencies: { react: '^19' }, devDependencies: { vite: '^8' } };
const library = { name: '@x/ui', exports: './index.js', scripts: { build: 'tsc' } };
const twoApps = { 'client/package.json': site, 'client/index.html': '', 'server/package.json': server };

test('a front end beside a back end: both are named, and one has to be chosen', async () => {
  const failure = await failureFor(twoApps);
  expect(failure.code).toBe('SeveralApps');
  expect(failure.message).toContain('client (React, built with Vite on Node 22)');
  expect(failure.message).toContain('server (Express on Node 22)');
  expect(failure.remedy.text).toContain('--folder client');
  expect(await planOf(twoApps, { folder: './server/' })).toMatchObject({ kind: 'express', context: 'server' });
});

test('the only app below the root needs not be named', async () => {
  const plan = await planOf({ 'README.md': '', 'docs/index.html': '', 'api/package.json': server });
  expect(plan).toMatchObject({ folder: 'api', kind: 'express' });
});

test('an app at the root wins over what is below it, and says what it does not build', async () => {
  const plan = await planOf({ 'package.json': server, ...twoApps });
  expect(plan.folder).toBe('.');
  expect(plan.warnings.join()).toContain('client holds an app of its own (React, built with Vite on Node 22)');
  const builds = { ...server, scripts: { ...server.scripts, 'heroku-postbuild': 'npm --prefix client run build' } };
  expect(await planOf({ 'package.json': builds, ...twoApps })).toMatchObject({
    buildCommand: 'npm run heroku-postbuild',
  });
});

test.each([
  [{ 'package.json': { private: true, workspaces: ['apps/*', 'packages/*'], scripts: { start: 'turbo start' } } }],
  [{ 'package.json': { private: true, workspaces: { packages: ['apps/**', 'packages/ui'] } } }],
  [{ 'package.json': { private: true }, 'pnpm-workspace.yaml': 'packages: ["apps/*", "packages/*", "!**/old"]\n' }],
])('the apps of a workspace are found, its libraries are not: %j', async (root) => {
  const files = {
    ...root,
    'apps/web/package.json': site,
    'apps/api/package.json': server,
    'packages/ui/package.json': library,
  };
  const plans = await findApps(await treeOf(files), {});
  expect(plans.map(({ folder, kind, context }) => [folder, kind, context])).toEqual([
    ['apps/api', 'express', '.'],
    ['apps/web', 'react', '.'],
  ]);
});

test('in a workspace the packages that the app depends on are built first, in their order, and no other app is', async () => {
  const built = (name: string, ...needs: string[]) => ({
    name,
    scripts: { build: 'tsc' },
    dependencies: Object.fromEntries(needs.map((each) => [each, '*'])),
  });
  const plan = await planOf(
    {
      'package.json': { private: true, workspaces: ['apps/*', 'packages/*'] },
      'package-lock.json': '{}',
      'apps/api/package.json': { ...server, dependencies: { express: '^5', '@x/b': '*' } },
      'apps/web/package.json': site,
      'packages/a/package.json': built('@x/a'),
      'packages/b/package.json': built('@x/b', '@x/a'),
      'packages/c/package.json': built('@x/c'),
    },
    { folder: 'apps/api' },
  );
  expect(plan.buildCommand).toBe('npm --prefix packages/a run build && npm --prefix packages/b run build');
  expect(plan.dockerfile).toContain('COPY packages/c/package.json packages/c/\n');
  expect(plan.dockerfile).toContain('WORKDIR /app/apps/api\n');
});

test('an own Dockerfile of a workspace member is built with the whole workspace around it', async () => {
  const plan = await planOf(
    {
      'package.json': { workspaces: ['apps/*'] },
      'apps/api/package.json': server,
      'apps/api/Dockerfile': 'FROM node\n',
    },
    { folder: 'apps/api' },
  );
  expect(plan).toMatchObject({ context: '.', dockerfilePath: 'apps/api/Dockerfile' });
});

test('a folder that is not there is told', async () => {
  expect((await failureFor(twoApps, { folder: 'nowhere' })).message).toContain('no such folder');
});

test.each([
  [{ 'package.json': { name: 'x', exports: './index.js' }, 'index.js': 'export const x = 1;' }, 'a library'],
  [
    { 'package.json': { name: 'x', bin: 'cli.js', main: 'cli.js' }, 'cli.js': 'console.log(1);' },
    'a command line tool',
  ],
])('what is published for others is no app: %j', async (files, what) => {
  const failure = await failureFor(files);
  expect(failure.code).toBe('NotAnApp');
  expect(failure.message).toContain(what);
  for (const way of ['Dockerfile', '--start-command', 'Claude']) expect(failure.remedy.text).toContain(way);
});
