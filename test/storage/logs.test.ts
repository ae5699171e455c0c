import { randomUUID } from 'node:crypto';
import { access, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openLog, readLog, removeLog, tailBytes } from '../../src/storage/logs.ts';
import { smallDisk, smallDiskTest } from './smallDisk.ts';
import { tempDir } from './support.ts';

async function linesOf(lines: AsyncGenerator<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const line of lines) all.push(line);
  return all;
}

async function written(text: string): Promise<{ dir: string; id: string }> {
  const [dir, id] = [await tempDir(), randomUUID()];
  const log = await openLog(dir, id);
  await writeFile(join(dir, 'logs', `${id}.log`), text);
  await log.close();
  return { dir, id };
}

test('lines arrive in the order of the calls, in a file for the owner alone, and are read again', async () => {
  const [dir, id] = [await tempDir(), randomUUID()];
  const log = await openLog(dir, id);
  void log.append(['one', 'two']);
  void log.append([]);
  void log.append(['three ☃']);
  expect(await log.close()).toBe('one\ntwo\nthree ☃\n');
  expect(await linesOf(readLog(dir, id))).toEqual(['one', 'two', 'three ☃']);
  expect(await linesOf(readLog(dir, id, { from: 4 }))).toEqual(['two', 'three ☃']);
  expect((await stat(join(dir, 'logs', `${id}.log`))).mode & 0o777).toBe(0o600);
  expect((await stat(join(dir, 'logs'))).mode & 0o777).toBe(0o700);
});

test('the tail is at most 64 KiB and begins with a whole line', async () => {
  const [dir, id] = [await tempDir(), randomUUID()];
  const log = await openLog(dir, id);
  const lines = Array.from({ length: 20_000 }, (_, n) => `line ${n} ☃`);
  await log.append(lines);
  const tail = await log.close();
  expect(Buffer.byteLength(tail)).toBeLessThanOrEqual(tailBytes);
  expect(Buffer.byteLength(tail)).toBeGreaterThan(tailBytes - 40);
  expect(`${lines.join('\n')}\n`.endsWith(tail)).toBe(true);
  expect(tail).toMatch(/^line \d+ ☃\n/);
});

test('a cut that falls between two lines loses neither', async () => {
  const line = `${'x'.repeat(tailBytes - 1)}\n`;
  const { dir, id } = await written(`first\n${line}`);
  expect(await (await openLog(dir, id)).close()).toBe(line);
});

test('of one endless line the tail begins with a whole character', async () => {
  const { dir, id } = await written('☃'.repeat(30_000));
  const tail = await (await openLog(dir, id)).close();
  expect(tail).toBe('☃'.repeat(Math.floor(tailBytes / 3)));
});

test('lines longer than a piece, and a last one without its end, are read whole', async () => {
  const lines = ['a'.repeat(200_000), 'b', `${'☃'.repeat(50_000)}c`];
  const { dir, id } = await written(lines.join('\n'));
  expect(await linesOf(readLog(dir, id))).toEqual(lines);
});

test('a log is followed from before its beginning to its end', async () => {
  const [dir, id] = [await tempDir(), randomUUID()];
  const stop = new AbortController();
  const following = readLog(dir, id, { follow: stop.signal });
  const first = following.next();
  const log = await openLog(dir, id);
  await log.append(['one']);
  expect((await first).value).toBe('one');
  const second = following.next();
  await log.append(['two']);
  expect((await second).value).toBe('two');
  await log.append(['three']);
  await log.close();
  stop.abort();
  expect(await linesOf(following)).toEqual(['three']);
});

test('following ends by itself when nothing more will come', async () => {
  const { dir, id } = await written('one\ntwo\n');
  const follow = new AbortController().signal;
  expect(await linesOf(readLog(dir, id, { follow, hasEnded: async () => true }))).toEqual(['one', 'two']);
});

test('half a line is not shown before its other half is there', async () => {
  const { dir, id } = await written('one\ntw');
  const stop = new AbortController();
  const following = readLog(dir, id, { follow: stop.signal });
  expect((await following.next()).value).toBe('one');
  const second = following.next();
  const log = await openLog(dir, id);
  await log.append(['o']);
  await log.close();
  expect((await second).value).toBe('two');
  await following.return(undefined);
});

test('a removed log is gone, and removing it again is no error', async () => {
  const { dir, id } = await written('one\n');
  await removeLog(dir, id);
  await removeLog(dir, id);
  await expect(access(join(dir, 'logs', `${id}.log`))).rejects.toMatchObject({ code: 'ENOENT' });
  expect(await linesOf(readLog(dir, id))).toEqual([]);
});

test.each(['../../etc/passwd', '', 'x', `${randomUUID()}/..`])('%j is the id of no log', async (id) => {
  const dir = await tempDir();
  const unknown = { failure: { code: 'DeploymentNotFound' } };
  await expect(openLog(dir, id)).rejects.toMatchObject(unknown);
  await expect(removeLog(dir, id)).rejects.toMatchObject(unknown);
  await expect(linesOf(readLog(dir, id))).rejects.toMatchObject(unknown);
});

smallDiskTest('on a full disk the deployment goes on, and its record says that some of the log is lost', async () => {
  const [dir, id] = [await smallDisk('256k'), randomUUID()];
  const log = await openLog(dir, id);
  await log.append(['the beginning']);
  await log.append(['x'.repeat(400_000)]);
  const tail = await log.close();
  expect(Buffer.byteLength(tail)).toBeLessThanOrEqual(tailBytes);
  expect(tail).toMatch(/\(Some of this log is lost\. The disk is full: .*\)\n$/);
  expect(await readFile(join(dir, 'logs', `${id}.log`), 'utf8')).toMatch(/^the beginning\n/);
});
