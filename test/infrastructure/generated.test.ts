import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { diffOf } from '../../src/infrastructure/generated.ts';
import { changesIn, writeChanges } from '../../src/infrastructure/generatedFolder.ts';
import { failureOf } from '../e2e/world.ts';

let target: { folder: string; memory: string };

beforeEach(() => {
  const folder = mkdtempSync(path.join(tmpdir(), 'generated-'));
  target = { folder, memory: '.deployotron.json' };
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

const at = (file: string) => path.join(target.folder, file);
async function generate(files: Record<string, string>) {
  const changes = await changesIn(target, files);
  await writeChanges(target, changes);
  return changes.map(({ path: file, kind }) => `${kind} ${file}`);
}

test('new files are written, the same ones are left, and earlier output gives way', async () => {
  expect(await generate({ 'main.tf': 'one\n', 'imports.tf': 'x\n' })).toEqual(['new main.tf', 'new imports.tf']);
  expect(await generate({ 'main.tf': 'one\n', 'imports.tf': 'x\n' })).toEqual(['same main.tf', 'same imports.tf']);
  expect(await generate({ 'main.tf': 'two\n' })).toEqual(['outdated main.tf', 'obsolete imports.tf']);
  expect(readFileSync(at('main.tf'), 'utf8')).toBe('two\n');
  expect(await changesIn(target, { 'main.tf': 'two\n' })).toMatchObject([{ kind: 'same' }]);
});

test('what somebody edited or wrote is told from earlier output', async () => {
  await generate({ 'main.tf': 'one\n' });
  writeFileSync(at('main.tf'), 'one\nmine\n');
  writeFileSync(at('README.md'), 'by hand\n');
  const changes = await changesIn(target, { 'main.tf': 'two\n', 'README.md': 'generated\n' });
  expect(changes.map(({ kind }) => kind)).toEqual(['edited', 'edited']);
  expect(await diffOf(changes)).toContain('--- a/main.tf\n+++ b/main.tf\n@@ -1,2 +1,1 @@\n-one\n-mine\n+two\n');
});

test('an edited file that is generated no longer stays', async () => {
  await generate({ 'main.tf': 'one\n', 'imports.tf': 'x\n' });
  writeFileSync(at('imports.tf'), 'mine\n');
  expect(await generate({ 'main.tf': 'one\n' })).toEqual(['same main.tf']);
  expect(readFileSync(at('imports.tf'), 'utf8')).toBe('mine\n');
});

test('a memory that was tampered with removes nothing outside the folder', async () => {
  const outside = `${target.folder}-outside`;
  writeFileSync(outside, 'precious');
  onTestFinished(() => rmSync(outside, { force: true }));
  const hash = '7f8e3d'.padEnd(64, '0');
  for (const files of [{ [`../${path.basename(outside)}`]: hash, [outside]: hash }, 'nonsense', null, { a: 1 }]) {
    writeFileSync(at('.deployotron.json'), JSON.stringify({ files }));
    expect(await changesIn(target, { 'main.tf': 'one\n' })).toMatchObject([{ path: 'main.tf', kind: 'new' }]);
  }
  writeFileSync(at('.deployotron.json'), '{ broken');
  expect(await changesIn(target, {})).toEqual([]);
});

test('a link that leads out of the folder is refused, and a linked file is replaced, not followed', async () => {
  const outside = `${target.folder}-outside`;
  mkdirSync(outside);
  onTestFinished(() => rmSync(outside, { recursive: true, force: true }));
  symlinkSync(outside, at('.github'));
  const failure = await failureOf(changesIn(target, { '.github/deploy.yml': 'x' }));
  expect(failure).toMatchObject({ code: 'Usage', message: expect.stringContaining('link') });

  writeFileSync(path.join(outside, 'victim'), 'precious');
  symlinkSync(path.join(outside, 'victim'), at('main.tf'));
  await generate({ 'main.tf': 'generated' });
  expect(readFileSync(path.join(outside, 'victim'), 'utf8')).toBe('precious');
  expect(readFileSync(at('main.tf'), 'utf8')).toBe('generated');
});
