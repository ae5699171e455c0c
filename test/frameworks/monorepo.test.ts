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

const nxRoot = {
  'nx.json': { plugins: ['@nx/vite/plugin'] },
  'package.json': {
    dependencies: { express: '^5', next: '^16', react: '^19', '@nestjs/core': '^11' },
    devDependencies: { nx: '^23' },
  },
  'package-lock.json': '{}',
};
const nxApp = (name: string, build?: object) => ({ name, projectType: 'application', targets: build ? { build } : {} });

test.each<[string, Record<string, string | object>, object]>([
  [
    'a server that webpack bundles',
    {
      'apps/api/project.json': nxApp('api', {
        executor: '@nx/webpack:webpack',
        options: { target: 'node', outputPath: 'dist/apps/api' },
        configurations: { production: {} },
      }),
      'apps/api/src/main.ts':
        "import { NestFactory } from '@nestjs/core';\nawait app.listen(process.env.PORT || 3333);\n",
    },
    {
      kind: 'nestjs',
      buildCommand: 'npx nx build api --configuration=production',
      startCommand: 'node dist/apps/api/main.js',
      port: 3333,
    },
  ],
  [
    'a server of esbuild, whose CommonJS is called .cjs',
    {
      'apps/api/project.json': nxApp('api', {
        executor: '@nx/esbuild:esbuild',
        options: { main: 'apps/api/src/server.ts', outputPath: 'out/api', format: ['cjs'] },
      }),
      'apps/api/src/main.ts': "import express from 'express';\n",
    },
    { kind: 'express', startCommand: 'node out/api/server.cjs', port: 3000 },
  ],
  [
    'a server whose target is inferred from the configuration of webpack',
    {
      'apps/api/project.json': nxApp('api'),
      'apps/api/webpack.config.js':
        "module.exports = { output: { path: join(__dirname, '../../dist/apps/api') }, plugins: [new NxAppWebpackPlugin({ target: 'node' })] };",
    },
    { kind: 'node', buildCommand: 'npx nx build api', startCommand: 'node dist/apps/api/main.js' },
  ],
  [
    'a front end whose target is inferred from that of Vite',
    {
      'apps/shop/project.json': nxApp('shop'),
      'apps/shop/index.html': '',
      'apps/shop/vite.config.ts':
        "import vue from '@vitejs/plugin-vue';\nexport default { build: { outDir: '../../dist/apps/shop' } };",
    },
    { kind: 'vue', framework: 'vue', buildCommand: 'npx nx build shop', outputFolder: 'dist/apps/shop' },
  ],
  [
    'a front end of webpack with React',
    {
      'apps/web/project.json': nxApp('web', {
        executor: '@nx/webpack:webpack',
        options: { outputPath: 'dist/apps/web', index: 'apps/web/src/index.html' },
      }),
      'apps/web/src/main.tsx': "import { createRoot } from 'react-dom/client';\n",
    },
    { kind: 'react', outputFolder: 'dist/apps/web' },
  ],
  [
    'Next.js that is built where it stands',
    { 'apps/web/project.json': nxApp('web'), 'apps/web/next.config.js': '' },
    { kind: 'nextjs', startCommand: 'next start apps/web', buildCommand: 'npx nx build web' },
  ],
  [
    'Next.js that an executor builds elsewhere',
    {
      'apps/web/project.json': nxApp('web', { executor: '@nx/next:build', options: { outputPath: 'dist/apps/web' } }),
      'apps/web/next.config.js': '',
    },
    { kind: 'nextjs', startCommand: 'next start dist/apps/web' },
  ],
  [
    'Angular',
    {
      'apps/web/project.json': nxApp('web', {
        executor: '@angular/build:application',
        options: { outputPath: 'dist/apps/web' },
      }),
    },
    { kind: 'angular', outputFolder: 'dist/apps/web/browser' },
  ],
  [
    'an app whose package.json leaves everything to Nx',
    {
      'apps/api/package.json': {
        name: '@acme/api',
        nx: { targets: { build: { executor: '@nx/esbuild:esbuild', options: { outputPath: 'apps/api/dist' } } } },
      },
      'apps/api/src/main.ts': '',
    },
    { kind: 'node', buildCommand: 'npx nx build @acme/api', startCommand: 'node apps/api/dist/main.js' },
  ],
])('the only app of an Nx workspace is found, with how Nx builds it: %s', async (_what, files, expected) => {
  const plan = await planOf({
    ...nxRoot,
    ...files,
    'libs/ui/project.json': { name: 'ui', projectType: 'library', targets: { build: { executor: '@nx/vite:build' } } },
    'apps/web-e2e/project.json': nxApp('web-e2e'),
  });
  expect(plan).toMatchObject({ context: '.', ...expected });
  expect(plan.folder).toMatch(/^apps\//);
  expect(plan.evidence.map(({ says }) => says)).toContain('an Nx workspace');
  expect(plan.dockerfile).toContain('ENV NX_DAEMON=false\n');
});

test('of several apps of an Nx workspace one has to be chosen, and its root is none of them', async () => {
  const files = {
    ...nxRoot,
    'apps/web/project.json': nxApp('web'),
    'apps/web/next.config.js': '',
    'apps/api/project.json': nxApp('api', { executor: '@nx/esbuild:esbuild' }),
  };
  const failure = await failureFor(files);
  expect(failure.code).toBe('SeveralApps');
  expect(failure.message).toContain('apps/api (Node 22), apps/web (Next.js on Node 22)');
  expect(await planOf(files, { folder: 'apps/api' })).toMatchObject({ buildCommand: 'npx nx build api', context: '.' });
  expect(await planOf(files, { folder: '.' })).toMatchObject({ folder: '.', kind: 'nextjs' });
});

test.each([
  ['shop-web', 'apps/web'],
  ['@acme/api', 'services/api'],
  ['api', 'services/api'],
])('an app may be chosen by its name, too: %s', async (name, folder) => {
  const files = {
    ...nxRoot,
    'package.json': { ...nxRoot['package.json'], workspaces: ['services/*'] },
    'apps/web/project.json': nxApp('shop-web'),
    'apps/web/next.config.js': '',
    'services/api/package.json': { ...server, name: '@acme/api' },
    'services/api/server.js': '',
  };
  expect(await planOf(files, { folder: name })).toMatchObject({ folder, context: '.' });
});

test('an app of an Nx workspace starts by the command that its user says', async () => {
  const files = { ...nxRoot, 'apps/jobs/project.json': nxApp('jobs', { executor: 'nx:run-commands' }) };
  const plan = await planOf(files, { folder: 'apps/jobs', startCommand: 'node build/jobs.js' });
  expect(plan).toMatchObject({ buildCommand: 'npx nx build jobs', startCommand: 'node build/jobs.js', context: '.' });
});

test('a Turborepo whose root has the dependencies of its apps is no app itself', async () => {
  const plan = await planOf({
    'package.json': { workspaces: ['apps/*'], dependencies: { next: '^16' }, devDependencies: { turbo: '^2' } },
    'turbo.json': '{}',
    'apps/api/package.json': server,
    'apps/api/server.js': '',
  });
  expect(plan).toMatchObject({ folder: 'apps/api', kind: 'express' });
});
