import { readdirSync } from 'node:fs';
import { mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DockerfileParser } from 'dockerfile-ast';
import { expect, test } from 'vitest';
import { detectApp } from '../../src/frameworks/index.ts';
import { allKinds } from '../../src/frameworks/kinds.ts';
import { saveDockerfile } from '../../src/frameworks/save.ts';
import { openSourceTree } from '../../src/frameworks/sourceTree.ts';
import { schema } from '../../src/frameworks/wishes.ts';
import type { AppOptions } from '../../src/shared/models.ts';
import { failureFor, planOf, treeOf } from './tree.ts';

const express = { scripts: { start: 'node server.js' }, dependencies: { express: '^5' } };
const app = { 'package.json': express, 'server.js': '' };

test('everything that was recognised can be said otherwise, and shows in the Dockerfile', async () => {
  const wishes = {
    languageVersion: '24',
    packageManager: 'pnpm@9.1.0',
    installCommand: 'pnpm install --prod --no-optional',
    buildCommand: 'pnpm run bundle',
    startCommand: 'node other.js',
    port: 4321,
    healthPath: '/up',
  };
  const plan = await planOf(app, wishes);
  expect(plan).toMatchObject({ ...wishes, kind: 'express', wishes });
  for (const words of ['node:24-', 'pnpm@9.1.0', '--no-optional', 'run bundle', 'other.js', 'PORT=4321', "'/up'"]) {
    expect(plan.dockerfile).toContain(words);
  }
});

test('the folder that a site is served from can be said otherwise', async () => {
  const site = { scripts: { build: 'vite build' }, devDependencies: { vite: '^8' } };
  const plan = await planOf({ 'package.json': site, 'index.html': '' }, { outputFolder: 'public_html/' });
  expect(plan.outputFolder).toBe('public_html');
  expect(plan.dockerfile).toContain('COPY --from=build /app/public_html/ ');
});

test('a committed deployotron.json wins over what was found, and the settings win over it; each is named as a reason', async () => {
  const files = { ...app, 'deployotron.json': '{\n  "port": 5000,\n  "healthPath": "/ready"\n}\n' };
  const plan = await planOf(files, { port: 6000 });
  expect(plan).toMatchObject({ port: 6000, healthPath: '/ready' });
  expect(plan.evidence).toContainEqual({ file: 'deployotron.json', line: 3, says: 'healthPath: /ready' });
  expect(plan.evidence).toContainEqual({ file: 'the project settings', says: 'port: 6000' });
});

test('in a monorepo the file beside the app wins over the one at the root', async () => {
  const plan = await planOf({
    'deployotron.json': { folder: 'api', port: 5000, healthPath: '/ready' },
    'api/deployotron.json': { port: 5001 },
    'api/package.json': express,
    'api/server.js': '',
  });
  expect(plan).toMatchObject({ folder: 'api', context: 'api', port: 5001, healthPath: '/ready' });
});

test.each<[object, string, RegExp]>([
  [{ prot: 1 }, 'prot', /no such option/],
  [{ port: '80' }, 'port', /whole number/],
  [{ port: 70_000 }, 'port', /1 to 65535/],
  [{ healthPath: 'health' }, 'healthPath', /such as \/health/],
  [{ folder: '../outside' }, 'folder', /inside the source/],
  [{ outputFolder: 'a b' }, 'outputFolder', /letters, digits/],
  [{ languageVersion: '22\nRUN evil' }, 'languageVersion', /letters, digits|such as/],
])('deployotron.json with %j is refused', async (content, name, rule) => {
  const failure = await failureFor({ ...app, 'deployotron.json': content });
  expect(failure.code).toBe('InvalidOption');
  expect(failure.message).toContain(`${name} in deployotron.json`);
  expect(failure.message).toMatch(rule);
});

test('a deployotron.json that is no JSON is named with its line', async () => {
  const failure = await failureFor({ ...app, 'deployotron.json': '{\n  port: 1\n}' });
  expect(failure).toMatchObject({ code: 'InvalidManifest', detail: expect.stringContaining('line 2') });
});

test('a kind that is said is the only one asked, and passes over an own Dockerfile', async () => {
  const files = { ...app, 'index.html': '', Dockerfile: 'FROM scratch\n' };
  expect(await planOf(files, { kind: 'static' })).toMatchObject({ kind: 'static', dockerfilePath: '' });
  expect((await failureFor(files, { kind: 'cobol' })).message).toContain('one of ');
});

test('every kind that a fixture is taken for may be said, by its own name and by that of its language', async () => {
  const apps = fileURLToPath(new URL('../fixtures/apps/', import.meta.url));
  for (const entry of readdirSync(apps, { withFileTypes: true }).filter((each) => each.isDirectory())) {
    const tree = await openSourceTree(join(apps, entry.name));
    const { kind, folder } = await detectApp(tree, {});
    expect(allKinds).toContain(kind);
    expect(await detectApp(tree, { kind, folder }), entry.name).toMatchObject({ kind });
  }
});

test('of two kinds that are both there, the one that is said counts', async () => {
  const python = {
    'requirements.txt': 'flask\nfastapi\n',
    'main.py': 'app = FastAPI()\n',
    'web.py': 'app = Flask()\n',
  };
  expect(await planOf(python)).toMatchObject({ kind: 'fastapi' });
  expect(await planOf(python, { kind: 'flask' })).toMatchObject({ kind: 'flask' });
  const go = {
    'go.mod': 'module x\nrequire (\n\tgithub.com/gin-gonic/gin v1.11.0\n\tgithub.com/go-chi/chi/v5 v5.2.3\n)\n',
    'main.go': 'package main\nfunc main() {}\n',
  };
  expect(await planOf(go, { kind: 'chi' })).toMatchObject({ kind: 'chi' });
  expect(await planOf(go, { kind: 'go' })).toMatchObject({ kind: 'gin' });
});

test('a kind that is not there is refused with what is, and an unknown one with all that there are', async () => {
  const gems = { Gemfile: 'gem "sinatra"\n', 'config.ru': '' };
  expect((await failureFor(gems, { kind: 'rails' })).message).toContain('what is here is Sinatra on Ruby 3.4');
  const { message } = await failureFor(app, { kind: 'cobol' });
  for (const kind of ['spring-boot', 'laravel', 'nextjs', 'dockerfile', 'python']) expect(message).toContain(kind);
});

test('the schema that editors go by is the one that deployotron.json is checked by', async () => {
  const { z } = await import('zod');
  const { properties, ...rest } = z.toJSONSchema(await schema(), { io: 'input', target: 'draft-7' });
  const text = {
    ...rest,
    title: 'Deployotron: how an app is built and run',
    properties: { $schema: { type: 'string' }, ...properties, kind: { ...Object(properties?.kind), enum: allKinds } },
  };
  await expect(`${JSON.stringify(text, null, 2)}\n`).toMatchFileSnapshot('../../media/deployotron.schema.json');
});

const hostile: AppOptions[] = [
  { installCommand: 'npm ci\nUSER root' },
  { installCommand: 'npm ci \\' },
  { buildCommand: 'cat <<EOF\nFROM evil\nEOF' },
  { buildCommand: '--mount=type=bind,target=/host true' },
  { startCommand: '["x"]\nUSER root' },
];
test.each(hostile)('what is said stays inside its instruction: %j', async (wishes) => {
  const { dockerfile } = await planOf(app, wishes);
  const instructions = DockerfileParser.parse(dockerfile).getInstructions();
  const of = (keyword: string) => instructions.filter((each) => each.getKeyword() === keyword);
  expect(of('FROM')).toHaveLength(2);
  expect(of('USER').map((each) => each.getRawArgumentsContent())).toEqual(['node']);
  expect(dockerfile).not.toMatch(/^RUN --mount=type=bind/m);
});

test.each([
  ['', 'node:22-bookworm-slim'],
  ['public.ecr.aws/docker/library', 'public.ecr.aws/docker/library/node:22-bookworm-slim'],
  ['https://mirror.example.com:5000/hub/', 'mirror.example.com:5000/hub/node:22-bookworm-slim'],
])('base images come from the registry %j', async (registry, name) => {
  const { dockerfile } = await detectApp(await treeOf(app), {}, registry);
  expect(dockerfile).toContain(`FROM ${name}\n`);
});

test.each(['evil\nRUN x', 'Upper.example.com', '-flag', 'a b', 'mirror'])(
  'the registry %j is refused',
  async (registry) => {
    await expect(detectApp(await treeOf(app), {}, registry)).rejects.toMatchObject({
      failure: { code: 'InvalidOption' },
    });
  },
);

test('a saved Dockerfile is the user’s from then on, and nothing is overwritten', async () => {
  const source = await treeOf(app);
  const plan = await detectApp(source, {});
  const files = await saveDockerfile(source.root, plan);
  expect(files).toEqual([join(source.root, 'Dockerfile'), join(source.root, '.dockerignore')]);
  expect(await readFile(files[0] ?? '', 'utf8')).toBe(plan.dockerfile);
  expect((await readFile(files[1] ?? '', 'utf8')).split('\n')).toEqual(expect.arrayContaining(['.git', '**/.env']));
  await expect(saveDockerfile(source.root, plan)).rejects.toMatchObject({ failure: { code: 'InvalidOption' } });
});

test('a folder that is a link out of the source is no folder of it', async () => {
  const outside = await treeOf(app);
  const source = await treeOf({ 'readme.txt': '' });
  await mkdir(join(source.root, 'apps'));
  await symlink(outside.root, join(source.root, 'apps/web'));
  await expect(detectApp(source, { folder: 'apps/web' })).rejects.toMatchObject({ failure: { code: 'InvalidOption' } });
});
