import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { durable, openSaved } from '../../src/sandbox/state.ts';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'state-test-'));
  file = path.join(folder, 'part', 'x.json');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

interface Count {
  n: number;
}

const isCount = (value: unknown) => typeof (value as Count | undefined)?.n === 'number';
const open = () => openSaved<Count>(file, () => ({ n: 0 }), isCount);

async function saveUpTo(n: number): Promise<void> {
  const saved = await open();
  for (let at = saved.value.n + 1; at <= n; at += 1) {
    saved.value.n = at;
    await saved.save();
  }
}

test('a document starts empty, and is found again as it was saved', async () => {
  expect((await open()).value).toEqual({ n: 0 });
  await saveUpTo(3);
  expect((await open()).value).toEqual({ n: 3 });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await readdir(path.dirname(file))).sort()).toEqual(['x.json', 'x.json.bak']);
});

test('of many saves at once, the last value is on disk when any of the last ones is done', async () => {
  const saved = await open();
  const saves = Array.from({ length: 50 }, (_, n) => {
    saved.value.n = n;
    return saved.save();
  });
  await saves.at(-1);
  expect((await open()).value).toEqual({ n: 49 });
  await Promise.all(saves);
  expect((await open()).value).toEqual({ n: 49 });
});

test.each([
  ['cut short', (text: string) => text.slice(0, -4)],
  ['empty', () => ''],
  ['of another shape', () => '{"version":1,"value":{"n":"x"}}'],
])('a document that is %s is put aside, and its last good copy is used', async (_, spoil) => {
  await saveUpTo(3);
  const spoiled = spoil(await readFile(file, 'utf8'));
  await writeFile(file, spoiled);
  expect((await open()).value).toEqual({ n: 2 });
  expect(await readFile(`${file}.damaged`, 'utf8')).toBe(spoiled);
});

test('after the copy had to be used, it stays good', async () => {
  await saveUpTo(3);
  await writeFile(file, 'torn');
  await saveUpTo(4);
  await writeFile(file, 'torn again');
  expect((await open()).value).toEqual({ n: 3 });
});

test('a document and a copy that are both torn are said, not taken for empty', async () => {
  await saveUpTo(2);
  await writeFile(file, '');
  await writeFile(`${file}.bak`, '{');
  await expect(open()).rejects.toMatchObject({ failure: { code: 'SandboxStateUnreadable' } });
  expect(await readFile(`${file}.bak`, 'utf8')).toBe('{');
});

test('a document of a newer version is refused, and left as it is', async () => {
  await saveUpTo(1);
  const newer = JSON.stringify({ version: 2, value: { n: 1 } });
  await writeFile(file, newer);
  await expect(open()).rejects.toMatchObject({ failure: { code: 'SandboxStateNewer' } });
  expect(await readFile(file, 'utf8')).toBe(newer);
});

test('a failed save is told, leaves no half file, and the next one succeeds', async () => {
  const saved = await open();
  await saved.save();
  const inTheWay = `${file}.${process.pid}.tmp`;
  await mkdir(path.join(inTheWay, 'x'), { recursive: true });
  saved.value.n = 7;
  await expect(saved.save()).rejects.toThrow();
  expect((await open()).value).toEqual({ n: 0 });
  await rm(inTheWay, { recursive: true });
  await saved.save();
  expect((await open()).value).toEqual({ n: 7 });
});

test('an action that saves in the background is answered only when its change is on disk', async () => {
  const saved = await open();
  const { Count } = durable(
    {
      Count() {
        saved.value.n += 1;
        void saved.save();
        return { n: saved.value.n };
      },
    },
    saved,
  );
  expect(await Count?.({})).toEqual({ n: 1 });
  expect((await open()).value).toEqual({ n: 1 });
});
