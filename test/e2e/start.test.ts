import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { buildCli } from './cli.ts';

let cli: Awaited<ReturnType<typeof buildCli>>;
let folder: string;

beforeAll(async () => {
  cli = await buildCli();
});

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'deployotron-start-'));
});

afterAll(() => {
  cli?.remove();
});

const history = async (home: string) => (await cli.run(['history'], { DEPLOYOTRON_HOME: home })).code;

/** The one file of compiled code that `history` keeps. */
function kept(home: string): string {
  const files = readdirSync(path.join(home, 'cache'), { recursive: true, encoding: 'utf8' });
  const found = files.map((name) => path.join(home, 'cache', name)).filter((file) => statSync(file).isFile());
  expect(found).toHaveLength(1);
  return found[0] ?? '';
}

test('what Node compiled is kept for the next start, readable by the user alone, and used there', async () => {
  expect(await history(folder)).toBe(0);
  const file = kept(folder);
  const { mode, mtimeMs } = statSync(file);
  expect(mode & 0o777).toBe(0o600);
  expect(await history(folder)).toBe(0);
  expect(statSync(kept(folder)).mtimeMs).toBe(mtimeMs);
  rmSync(folder, { recursive: true });
});

test.each([
  ['with a hole in it', (bytes: Buffer) => bytes.fill(0, bytes.length / 2, bytes.length / 2 + 4096)],
  ['cut off', (bytes: Buffer) => bytes.subarray(0, 1000)],
  ['empty', () => Buffer.alloc(0)],
])('compiled code that is damaged (%s) is not run, but made anew', async (_, damage) => {
  expect(await history(folder)).toBe(0);
  const file = kept(folder);
  const sound = readFileSync(file);
  writeFileSync(file, damage(Buffer.from(sound)));
  expect(await history(folder)).toBe(0);
  expect(readFileSync(kept(folder)).length).toBeGreaterThan(sound.length / 2);
  expect(await history(folder)).toBe(0);
  rmSync(folder, { recursive: true });
});

test('where there is no history yet, a start leaves nothing behind', async () => {
  const home = path.join(folder, 'none');
  expect(await history(home)).toBe(0);
  expect(existsSync(home)).toBe(false);
  rmSync(folder, { recursive: true });
});
