import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const SRC = fileURLToPath(new URL('../src/', import.meta.url));
const LEAVES = ['frameworks', 'services', 'storage', 'sandbox', 'diagnosis', 'infrastructure'];
const CORE = ['shared', ...LEAVES, 'deploy', 'assistant'];

/** Which rooms a room may import from, beside itself: only those below it. A file directly in src/ is a room of its own. */
const MAY_IMPORT: Record<string, string[]> = {
  shared: [],
  ...Object.fromEntries(LEAVES.map((leaf) => [leaf, ['shared']])),
  // Not the sandbox: for a deployment it is an endpoint like any other.
  deploy: ['shared', 'frameworks', 'services', 'storage', 'diagnosis'],
  assistant: ['shared', 'frameworks', 'services', 'storage', 'diagnosis'],
  'doctor.ts': [...CORE, 'credentials.ts'],
  'credentials.ts': CORE,
  'app.ts': [...CORE, 'doctor.ts'],
  editor: [...CORE, 'doctor.ts', 'credentials.ts', 'app.ts'],
  terminal: [...CORE, 'doctor.ts', 'credentials.ts', 'app.ts'],
  'extension.ts': [...CORE, 'app.ts', 'editor'],
  'cli.ts': [...CORE, 'app.ts', 'terminal'],
};

/** Libraries that only some rooms load. Types cost nothing at run time and are free, but for those of vscode. */
const ONLY_IN: Record<string, string[]> = {
  vscode: ['editor', 'extension.ts'],
  commander: ['terminal', 'cli.ts'],
  'log-update': ['terminal'],
  'sql.js': ['storage'],
  'simple-git': ['services'],
  dockerode: ['services', 'sandbox'],
  '@anthropic-ai/sdk': ['services', 'assistant'],
};

interface Import {
  from: string;
  to: string;
  typeOnly: boolean;
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const textOf = (file: string) => readFileSync(path.join(SRC, file), 'utf8');

/** `import … from 'x'`, `export … from 'x'`, `import 'x'` and `import('x')`. */
function importsOf(file: string, text: string): Import[] {
  const found = text.matchAll(/\b(?:(?:import|export)\s+(type\s)?[^'";]*?\bfrom\s+|import\s+|import\(\s*)'([^']+)'/g);
  return [...found].map(([, type, to = '']) => ({ from: file, to, typeOnly: type !== undefined }));
}

const roomOf = (file: string) => file.split(path.sep)[0] ?? '';

/** What is wrong with an import, or undefined. */
function objection({ from, to, typeOnly }: Import): string | undefined {
  const room = roomOf(from);
  const isAllowed = to.startsWith('.')
    ? mayImportRoom(room, roomOf(path.join(path.dirname(from), to)))
    : mayUse(room, to, typeOnly);
  return isAllowed ? undefined : `src/${from} must not import ${to}`;
}

function mayImportRoom(room: string, target: string): boolean {
  return room === target || (MAY_IMPORT[room] ?? []).includes(target);
}

function mayUse(room: string, library: string, typeOnly: boolean): boolean {
  if (room === 'shared') return false;
  const name = library
    .split('/')
    .slice(0, library.startsWith('@') ? 2 : 1)
    .join('/');
  const isFree = typeOnly && name !== 'vscode';
  return isFree || (ONLY_IN[name]?.includes(room) ?? true);
}

describe('who may import whom', () => {
  test('every room keeps to the drawing in src/README.md', () => {
    const imports = files.flatMap((file) => importsOf(file, textOf(file)));
    expect(imports.length).toBeGreaterThan(files.length);
    expect(imports.map(objection).filter((found) => found !== undefined)).toEqual([]);
  });

  test('every folder and file directly in src has its place in the drawing', () => {
    expect([...new Set(files.map(roomOf))].filter((room) => !(room in MAY_IMPORT))).toEqual([]);
  });

  test.each([
    ['shared/models.ts', "import path from 'node:path';"],
    ['deploy/step.ts', "import type * as vscode from 'vscode';"],
    ['deploy/targets/sandbox.ts', "import { start } from '../../sandbox/server.ts';"],
    ['storage/logs.ts', "const { openGit } = await import('../services/git.ts');"],
    ['services/aws.ts', "export { app } from '../app.ts';"],
    ['deploy/steps/pushImage.ts', "import Docker from 'dockerode';"],
    ['app.ts', "import './terminal/print.ts';"],
  ])('an arrow against the drawing is noticed: %s with %s', (file, text) => {
    expect(importsOf(file, text).map(objection)).toEqual([expect.stringContaining(`src/${file} must not import`)]);
  });

  test.each([
    ['editor/host.ts', "import * as vscode from 'vscode';"],
    ['deploy/step.ts', "import type { Failure } from '../shared/errors.ts';"],
    ['deploy/steps/pushImage.ts', "import type Docker from 'dockerode';"],
    ['services/ecr.ts', "import { ECRClient } from '@aws-sdk/client-ecr';"],
  ])('an arrow of the drawing is allowed: %s with %s', (file, text) => {
    expect(importsOf(file, text).map(objection)).toEqual([undefined]);
  });
});

describe('the page', () => {
  const page = fileURLToPath(new URL('../webview-ui/', import.meta.url));
  const libraries = ['@vscode/l10n', 'lit-html', 'markdown-it'];
  const imports = readdirSync(page)
    .filter((file) => /\.ts$/.test(file) && !file.endsWith('.d.ts'))
    .flatMap((file) => importsOf(file, readFileSync(path.join(page, file), 'utf8')));

  test('imports nothing but what is shared and its own libraries', () => {
    const isAllowed = ({ to }: Import) =>
      /^\.\/\w+\.ts$|^\.\.\/src\/shared\/\w+\.ts$/.test(to) ||
      libraries.some((name) => to === name || to.startsWith(`${name}/`));
    expect(imports.filter((each) => each.from !== 'toolkit.ts' && !isAllowed(each))).toEqual([]);
  });

  test('knows the component library in one file alone', () => {
    const users = imports.filter(({ to }) => to.startsWith('@vscode/webview-ui-toolkit')).map(({ from }) => from);
    expect(users).toEqual(['toolkit.ts']);
  });
});

test('no source file puts work off', () => {
  expect(files.filter((file) => /\b(TODO|FIXME|XXX)\b/.test(textOf(file)))).toEqual([]);
});
