import { expect, test } from 'vitest';
import { failureFor, planOf } from './tree.ts';

const express = { dependencies: { express: '^5' }, scripts: { start: 'node server.js' } };

test('a folder that holds nothing known is told with what was looked at', async () => {
  const failure = await failureFor({ 'notes.txt': '' });
  expect(failure.code).toBe('NotRecognised');
  expect(failure.message).toContain('package.json');
  expect(failure.message).toContain('notes.txt');
});

test('an empty folder is told as such', async () => {
  expect((await failureFor({})).message).toContain('no file');
});

test.each([
  ['package.json', '{\n  "name": "x",\n}\n'],
  ['package.json', '[]'],
  ['pyproject.toml', '[project]\nname = \n'],
  ['Pipfile', '[packages\n'],
])('a %s that cannot be read is named: %j', async (file, text) => {
  const failure = await failureFor({ [file]: text, 'index.html': '' });
  expect(failure.code).toBe('InvalidManifest');
  expect(failure.message).toContain(file);
  expect(failure.detail).toMatch(text === '[]' ? /one JSON object/ : /line \d/);
});

test('a package.json with values of wrong types is read as far as it goes', async () => {
  const plan = await planOf({
    'package.json': { scripts: { start: 7 }, dependencies: ['express'], main: null, engines: 'new' },
    'server.js': '',
  });
  expect(plan.startCommand).toBe('node server.js');
});

test('a manifest of unusual size is not read', async () => {
  const failure = await failureFor({ 'package.json': `"${'x'.repeat(1_100_000)}"` });
  expect(failure).toMatchObject({ code: 'InvalidManifest', detail: 'It is larger than 1 MiB.' });
});

test('a Node project without a start is told with what was looked at', async () => {
  const failure = await failureFor({ 'package.json': { dependencies: { express: '^5' } } });
  expect(failure.code).toBe('NoStartCommand');
  expect(failure.message).toContain('server.js');
});

test('tools of Python beside a Node app do not make it a Python app', async () => {
  const plan = await planOf({ 'package.json': express, 'requirements.txt': 'pre-commit\n', 'server.js': '' });
  expect(plan.kind).toBe('express');
});

test('assets of Node beside a Python app do not make it a Node app', async () => {
  const plan = await planOf({
    'package.json': { scripts: { build: 'tailwindcss' } },
    'requirements.txt': 'flask\n',
    'web.py': 'from flask import Flask\napp = Flask(__name__)\n',
  });
  expect(plan.kind).toBe('flask');
});

test('what the user says wins over what was found', async () => {
  const overrides = { port: 9999, startCommand: 'node other.js', healthPath: '/up' };
  const plan = await planOf({ 'package.json': express, 'server.js': 'app.listen(4000)' }, overrides);
  expect(plan).toMatchObject(overrides);
  expect(plan.dockerfile).toContain('PORT=9999');
  expect(plan.dockerfile).toContain('CMD ["node","other.js"]');
});

test('a port that the user gives a static site is the one that nginx listens on', async () => {
  const plan = await planOf({ 'index.html': '' }, { port: 9090 });
  expect(plan.port).toBe(9090);
  expect(plan.dockerfile).toContain('ENV PORT=9090');
});

test.each([
  ['./serve.sh', 'debian:bookworm-slim'],
  ['php -S 0.0.0.0:8080', 'php:8.4-cli-bookworm'],
])('what nobody recognises runs by its start command: %s', async (startCommand, image) => {
  const plan = await planOf({ 'serve.sh': '#!/bin/sh\n', 'index.html': '' }, { startCommand, buildCommand: 'make' });
  expect(plan).toMatchObject({ kind: 'command', startCommand, port: 8080 });
  expect(plan.dockerfile).toContain(`FROM ${image}\n`);
  expect(plan.dockerfile).toContain('RUN make\n');
});
