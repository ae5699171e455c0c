import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { hostname, uptime } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Holder } from '../../src/shared/models.ts';
import { currentHolder, isAlive, tryLock, withLock } from '../../src/storage/lock.ts';
import { startWorker, tempDir } from './support.ts';

const tellsStartTimes = process.platform === 'linux';

async function lockPath(): Promise<string> {
  return join(await tempDir(), 'a.lock');
}

/** A lock as another process would have left it. */
async function leaveLock(path: string, holder: Holder, token: string): Promise<void> {
  await writeFile(path, JSON.stringify({ holder, token, purpose: 'a test' }));
}

async function deadHolder(): Promise<Holder> {
  const worker = startWorker('hold', await lockPath());
  await worker.says();
  await worker.kill();
  return { pid: worker.pid, host: hostname(), started: '1' };
}

async function take(path: string) {
  const lock = await tryLock(path, 'a test');
  if (!('release' in lock)) throw new Error(`The lock is held by ${lock.holder.pid}.`);
  return lock;
}

test('many processes that count under one lock lose nothing', { timeout: 60_000 }, async () => {
  const path = await lockPath();
  const counter = `${path}.count`;
  await writeFile(counter, '0');
  const workers = [1, 2, 3, 4].map(() => startWorker('increment', path, counter, '50'));
  await Promise.all(workers.map((worker) => worker.ended()));
  expect(await readFile(counter, 'utf8')).toBe('200');
});

test('callers within one process exclude each other, too', async () => {
  const path = await lockPath();
  let inside = 0;
  const visit = () =>
    withLock(path, 'a test', async () => {
      inside += 1;
      const seen = inside;
      await readdir('.');
      inside -= 1;
      return seen;
    });
  expect(await Promise.all([visit(), visit(), visit(), visit()])).toEqual([1, 1, 1, 1]);
});

test('one who only asks hears at once who holds it and for what', async () => {
  const path = await lockPath();
  const held = await take(path);
  expect(await tryLock(path, 'another')).toEqual({ holder: currentHolder(), purpose: 'a test' });
  await held.release();
  await (await take(path)).release();
  expect(await readdir(join(path, '..'))).toEqual([]);
});

test('the lock of a holder that was killed is free', async () => {
  const path = await lockPath();
  const worker = startWorker('hold', path);
  await worker.says();
  expect(await tryLock(path, 'a test')).toMatchObject({ holder: { pid: worker.pid }, purpose: 'holding on' });
  await worker.kill();
  await (await take(path)).release();
  expect(await readdir(join(path, '..'))).toEqual([]);
});

test('when many break a dead lock at once, never two hold it', { timeout: 60_000 }, async () => {
  const path = await lockPath();
  const dead = await deadHolder();
  const workers = [1, 2, 3, 4].map(() => startWorker('contend', path));
  await Promise.all(workers.map((worker) => worker.says()));
  for (let round = 0; round < 25; round++) {
    await leaveLock(path, dead, `dead${round}`);
    for (const worker of workers) worker.tell('go');
    expect(await Promise.all(workers.map((worker) => worker.says()))).toEqual([true, true, true, true]);
  }
  expect(await readdir(join(path, '..'))).toEqual([]);
});

test('a lock whose breaker died as well is free', async () => {
  const path = await lockPath();
  const dead = await deadHolder();
  await leaveLock(path, dead, 'first');
  await leaveLock(`${path}.first`, dead, 'second');
  await leaveLock(`${path}.first.second`, dead, 'third');
  await (await take(path)).release();
  expect(await readdir(join(path, '..'))).toEqual([]);
});

test('a lock file that a power cut left empty is free', async () => {
  const path = await lockPath();
  await writeFile(path, '');
  await (await take(path)).release();
});

test.runIf(tellsStartTimes)('a process that got the number of a dead one is not taken for it', async () => {
  const path = await lockPath();
  const me = currentHolder();
  await leaveLock(path, { ...me, started: `${Number(me.started) - 1}` }, 'reused');
  await (await take(path)).release();
  await leaveLock(path, me, 'mine');
  expect(await tryLock(path, 'a test')).toMatchObject({ holder: me });
});

test('where start times are unknown, a lock from before the last boot is free', () => {
  const unknown = { ...currentHolder(), started: '' };
  const boot = Date.now() - uptime() * 1000;
  expect(isAlive(unknown, boot + 60_000)).toBe(true);
  expect(isAlive(unknown, boot - 60_000)).toBe(false);
});

test.each([0, -1, Number.NaN])('%s is the number of no living process', (pid) => {
  expect(isAlive({ ...currentHolder(), pid })).toBe(false);
});

test('the lock of another computer is free when nothing was heard of it for an hour', async () => {
  const path = await lockPath();
  await leaveLock(path, { pid: 1, host: 'elsewhere.example', started: '5' }, 'far');
  expect(await tryLock(path, 'a test')).toMatchObject({ holder: { host: 'elsewhere.example' } });
  const longAgo = new Date(Date.now() - 2 * 60 * 60 * 1000);
  await utimes(path, longAgo, longAgo);
  await (await take(path)).release();
});

test('who waits too long hears who is in the way, and who is stopped stops', async () => {
  const path = await lockPath();
  const held = await take(path);
  const wait = withLock(path, 'a test', async () => {}, { timeoutMs: 50 });
  await expect(wait).rejects.toMatchObject({
    failure: { code: 'DatabaseBusy', message: expect.stringContaining(`process ${process.pid} (a test)`) },
  });
  const stop = new AbortController();
  const stopped = withLock(path, 'a test', async () => {}, { signal: stop.signal });
  stop.abort();
  await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
  await held.release();
});

test('work that fails lets go of the lock', async () => {
  const path = await lockPath();
  await expect(withLock(path, 'a test', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  await (await take(path)).release();
});

test('a lock that was taken from us by hand is not removed from its new holder', async () => {
  const path = await lockPath();
  const held = await take(path);
  await leaveLock(path, currentHolder(), 'another');
  await held.release();
  expect(await readFile(path, 'utf8')).toContain('another');
});
