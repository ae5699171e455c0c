import { expect, test } from 'vitest';
import { failureFor, planOf } from './tree.ts';

const mod = 'module example.com/shop\n\ngo 1.24\n';
const serves = 'package main\n\nimport "net/http"\n\nfunc main() {\n\thttp.ListenAndServe(":4000", nil)\n}\n';
const runs = 'package main\n\nfunc main() {\n}\n';

test('of several programs the one that serves is built, and the others are named', async () => {
  const plan = await planOf({ 'go.mod': mod, 'cmd/migrate/main.go': runs, 'cmd/shopd/main.go': serves });
  expect(plan.buildCommand).toContain('./cmd/shopd');
  expect(plan.warnings.join()).toContain('cmd/migrate');
  expect(plan.port).toBe(4000);
});

test('a program in an example, in a test or left out of the build is not the app', async () => {
  const ignored = `//go:build ignore\n\n${serves}`;
  const files = { 'go.mod': mod, 'gen.go': ignored, 'examples/x/main.go': serves, 'main_test.go': serves };
  const failure = await failureFor(files);
  expect(failure.code).toBe('NotAnApp');
  expect(failure.message).toContain('library');
});

test.each([
  ['go 1.24', '1.24'],
  ['go 1.22.3\ntoolchain go1.25.1', '1.25'],
  ['go 1.13', '1.26'],
  ['', '1.26'],
])('%j asks for Go %s', async (line, version) => {
  const plan = await planOf({ 'go.mod': `module x.org/y\n${line}\n`, 'main.go': serves });
  expect(plan.languageVersion).toBe(version);
});

test('a go.mod without a module, and a go.work without any, are told', async () => {
  expect((await failureFor({ 'go.mod': 'go 1.24\n' })).message).toContain('go.mod could not be read');
  expect((await failureFor({ 'go.work': 'go 1.24\nuse ./api\n' })).message).toContain('go.work could not be read');
});

test('a go.work cannot lead out of the source, nor write the Dockerfile', async () => {
  const plan = await planOf({
    'go.work': 'use (\n\t.\n\t../other\n\t"x y"\n\ta$(evil)\n)\n',
    'go.mod': mod,
    'main.go': serves,
    'cmd/a b/main.go': serves,
  });
  expect(plan.dockerfile).not.toMatch(/other|evil|a b/);
});

test('a missing go.sum is told before the build', async () => {
  const requires = `${mod}\nrequire github.com/google/uuid v1.6.0\n`;
  expect((await planOf({ 'go.mod': requires, 'main.go': serves })).warnings.join()).toContain('go mod tidy');
  expect((await planOf({ 'go.mod': requires, 'go.sum': '', 'main.go': serves })).warnings).toEqual([]);
});

test('a module in C is built with the compiler for it', async () => {
  const sqlite = `${mod}\nrequire github.com/mattn/go-sqlite3 v1.14.0\n`;
  expect((await planOf({ 'go.mod': sqlite, 'main.go': serves })).dockerfile).not.toContain('CGO_ENABLED=0');
});

test('vendored modules are not fetched', async () => {
  const { dockerfile } = await planOf({ 'go.mod': mod, 'vendor/modules.txt': '', 'main.go': serves });
  expect(dockerfile).not.toContain('go mod download');
});

test('a server that only localhost reaches is told', async () => {
  const plan = await planOf({ 'go.mod': mod, 'main.go': serves.replace(':4000', 'localhost:4000') });
  expect(plan.warnings.join()).toContain('localhost only');
});

test('a port that a helper opens for itself on localhost says nothing of the server', async () => {
  const helper = 'package web\n\nfunc ask() {\n\tnet.Listen("tcp", "localhost:0")\n}\n';
  const plan = await planOf({ 'go.mod': mod, 'cmd/shop/main.go': runs, 'cmd/ask.go': helper });
  expect(plan.warnings).toEqual([]);
});
