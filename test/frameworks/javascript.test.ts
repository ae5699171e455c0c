import { expect, test } from 'vitest';
import { failureFor, planOf } from './tree.ts';

const build = { build: 'vite build' };

test.each<[string, Parameters<typeof planOf>[0], object]>([
  [
    'Next.js with no configuration at all',
    { 'package.json': { dependencies: { next: '^16', react: '^19' } } },
    { kind: 'nextjs', startCommand: 'next start', buildCommand: 'npx next build' },
  ],
  [
    'Next.js whose export is only spoken of in a comment',
    {
      'package.json': { dependencies: { next: '^16' } },
      'next.config.ts': "// output: 'export'\nexport default {};\n",
    },
    { kind: 'nextjs', startCommand: 'next start' },
  ],
  [
    'Next.js with a folder of its own for what is exported',
    {
      'package.json': { dependencies: { next: '^16' } },
      'next.config.mjs': "export default { output: 'export', distDir: 'site' };",
    },
    { kind: 'nextjs', outputFolder: 'site' },
  ],
  [
    'React in devDependencies of an Express server',
    {
      'package.json': {
        scripts: { ...build, start: 'node server.js' },
        dependencies: { express: '^5' },
        devDependencies: { react: '^19', vite: '^8' },
      },
      'server.js': '',
      'index.html': '',
    },
    { kind: 'express', buildCommand: 'npm run build', startCommand: 'node server.js' },
  ],
  [
    'a React app whose tool brings Express along',
    {
      'package.json': {
        scripts: { start: 'react-scripts start' },
        dependencies: { express: '^4', react: '^18', 'react-scripts': '5' },
      },
      'public/index.html': '',
    },
    { kind: 'react', outputFolder: 'build' },
  ],
  [
    'Vue with Vite and no vue.config.js',
    { 'package.json': { scripts: build, dependencies: { vue: '^3' }, devDependencies: { vite: '^8' } } },
    { kind: 'vue', framework: 'vue', outputFolder: 'dist' },
  ],
  [
    'a server that only tests with Vite',
    {
      'package.json': { scripts: { start: 'node index.js' }, devDependencies: { vite: '^8', vitest: '^4' } },
      'index.js': '',
    },
    { kind: 'node' },
  ],
  [
    'React Router as a library',
    {
      'package.json': {
        scripts: build,
        dependencies: { react: '^19', 'react-router': '^7' },
        devDependencies: { vite: '^8' },
      },
    },
    { kind: 'react' },
  ],
  [
    'React Router without a server',
    {
      'package.json': { devDependencies: { '@react-router/dev': '^7' } },
      'react-router.config.ts': 'export default { ssr: false };',
    },
    { kind: 'react-router', outputFolder: 'build/client' },
  ],
  [
    'Nuxt that is generated',
    { 'package.json': { scripts: { build: 'nuxt generate' }, dependencies: { nuxt: '^4' } } },
    { kind: 'nuxt', outputFolder: '.output/public' },
  ],
  [
    'an older Angular, without a folder for browsers',
    {
      'package.json': { dependencies: { '@angular/core': '^15' } },
      'angular.json': {
        projects: {
          x: {
            architect: {
              build: { builder: '@angular-devkit/build-angular:browser', options: { outputPath: 'dist/x' } },
            },
          },
        },
      },
    },
    { kind: 'angular', outputFolder: 'dist/x' },
  ],
  [
    'an app that is only installed with Bun',
    {
      'package.json': { scripts: { start: 'node server.js' }, dependencies: { express: '^5' } },
      'server.js': '',
      'bun.lock': '{}',
    },
    { kind: 'express', packageManager: 'bun', installCommand: 'bun install --frozen-lockfile --production' },
  ],
  [
    'Bun with no script at all',
    {
      'package.json': { devDependencies: { '@types/bun': '^1' } },
      'index.ts': 'Bun.serve({ port: 3456, fetch: () => new Response() });',
    },
    { kind: 'bun', startCommand: 'bun index.ts', port: 3456 },
  ],
  [
    'Deno with neither deno.json nor package.json',
    { 'main.ts': 'Deno.serve({ port: 4507 }, () => new Response());' },
    { kind: 'deno', port: 4507 },
  ],
  [
    'Deno whose start is for development, with a preview beside it',
    {
      'deno.json': {
        tasks: {
          start: 'deno run -A --watch=static/ dev.ts',
          build: 'deno run -A dev.ts build',
          preview: 'deno run -A main.ts',
        },
      },
      'main.ts': '',
    },
    { kind: 'deno', startCommand: 'deno run -A main.ts', buildCommand: 'deno task build' },
  ],
  [
    'a start script that runs another',
    {
      'package.json': {
        scripts: { start: 'npm run serve', serve: 'node server/server.js' },
        dependencies: { express: '^4' },
      },
      'server/server.js': 'app.listen(3001)',
    },
    { kind: 'express', startCommand: 'node server/server.js', port: 3001 },
  ],
  [
    'NestJS that compiles before it starts, without the tool of NestJS',
    {
      'package.json': {
        scripts: { 'prestart:prod': 'tsc', 'start:prod': 'node dist/main.js' },
        dependencies: { '@nestjs/core': '^5', typescript: '^2' },
      },
    },
    { kind: 'nestjs', startCommand: 'npm run start:prod', buildCommand: '' },
  ],
  [
    'a start script that watches for changes',
    {
      'package.json': { scripts: { start: 'nodemon --watch src src/app.js' }, dependencies: { koa: '^3' } },
      'src/app.js': 'app.listen(4010)',
    },
    { kind: 'koa', startCommand: 'node src/app.js', port: 4010 },
  ],
])('%s', async (_what, files, expected) => {
  expect(await planOf(files)).toMatchObject(expected);
});

test.each(['tsc', 'vite build', 'webpack --mode production', 'next build'])(
  'a start script that only builds (%s) is told',
  async (start) => {
    const failure = await failureFor({ 'package.json': { scripts: { start }, dependencies: { express: '^5' } } });
    expect(failure.code).toBe('NoStartCommand');
    expect(failure.message).toContain(`start: ${start}`);
  },
);

test('SvelteKit for a hosting platform is told that it leaves no server', async () => {
  const devDependencies = { '@sveltejs/kit': '^2', '@sveltejs/adapter-vercel': '^5' };
  const failure = await failureFor({ 'package.json': { scripts: build, devDependencies } });
  expect(failure.message).toContain('@sveltejs/adapter-vercel');
});

test('an app that builds and then serves in one script is started by it', async () => {
  const start = 'tsc && node dist/index.js';
  expect((await planOf({ 'package.json': { scripts: { start }, dependencies: { koa: '^3' } } })).startCommand).toBe(
    start,
  );
});

const koa = { scripts: { start: 'node a.js' }, dependencies: { koa: '^3' } };

test.each<[string, Record<string, string>, object, string, string]>([
  [
    'pnpm by its lock file',
    { 'pnpm-lock.yaml': "lockfileVersion: '9.0'\n" },
    {},
    'pnpm@10',
    'pnpm install --frozen-lockfile --prod',
  ],
  ['an older pnpm', { 'pnpm-lock.yaml': "lockfileVersion: '6.0'\n" }, {}, 'pnpm@8', 'pnpm@8\n'],
  ['Yarn 1', { 'yarn.lock': '# yarn lockfile v1\n' }, {}, 'yarn@1', 'yarn install --frozen-lockfile --production'],
  ['Yarn 4', { 'yarn.lock': '__metadata:\n  version: 8\n' }, {}, 'yarn@4', 'YARN_NODE_LINKER=node-modules'],
  [
    'packageManager over a lock file',
    { 'package-lock.json': '{}' },
    { packageManager: 'pnpm@9.4.0+sha512.abc' },
    'pnpm@9',
    'npm install --global pnpm@9.4.0\n',
  ],
])('installs with %s', async (_what, files, more, title, words) => {
  const plan = await planOf({ ...files, 'package.json': { ...koa, ...more }, 'a.js': '' });
  expect(plan.packageManager).toBe(title);
  expect(plan.dockerfile).toContain(words);
});

test('a packageManager that is none leaves no mark', async () => {
  const plan = await planOf({ 'package.json': { ...koa, packageManager: 'pnpm@9 && RUN evil' }, 'a.js': '' });
  expect(plan.dockerfile).not.toContain('evil');
});

test.each<[string, Record<string, string>, RegExp]>([
  [
    'conflicting lock files',
    { 'yarn.lock': '', 'package-lock.json': '{}' },
    /several lock files: yarn\.lock is used, and package-lock\.json is not/,
  ],
  ['a missing lock file', {}, /There is no package-lock\.json/],
])('%s is told before the build', async (_what, files, words) => {
  const { warnings } = await planOf({ ...files, 'package.json': koa, 'a.js': '' });
  expect(warnings.some((each) => words.test(each))).toBe(true);
});

test.each<[object, Record<string, string>, string | undefined]>([
  [{ prepare: 'husky' }, {}, 'RUN npm pkg delete scripts.prepare\n'],
  [{ postinstall: 'prisma generate' }, { 'prisma/schema.prisma': '' }, 'COPY prisma/ prisma/\n'],
  [{ postinstall: 'yarn patch-package' }, { 'patches/x.patch': '' }, 'COPY patches/ patches/\n'],
])('a script that runs on install does not cost the cached dependencies: %j', async (scripts, files, words) => {
  const { dockerfile } = await planOf({
    ...files,
    'package.json': { ...koa, scripts: { ...koa.scripts, ...scripts } },
    'a.js': '',
  });
  expect(dockerfile).toContain(words);
  expect(dockerfile.indexOf('npm install')).toBeLessThan(dockerfile.indexOf('COPY . .'));
});

test('a script that nobody knows sees the whole source when it runs', async () => {
  const { dockerfile } = await planOf({
    'package.json': { ...koa, scripts: { ...koa.scripts, postinstall: 'node x.js' } },
    'a.js': '',
  });
  expect(dockerfile.indexOf('COPY . .')).toBeLessThan(dockerfile.indexOf('npm install'));
});

test('Fastify that does not say on which host it listens is warned of', async () => {
  const files = {
    'package.json': { dependencies: { fastify: '^5' } },
    'server.js': 'const app = fastify();\napp.listen({ port: 3000 });',
  };
  expect((await planOf(files)).warnings.join()).toContain('localhost only');
});
