import { randomBytes } from 'node:crypto';
import { link, open, rm, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { fail } from '../shared/errors.ts';
import type { Holder } from '../shared/models.ts';
import { storageError, tempName } from './atomicFile.ts';
import { unlessMissing } from './files.ts';
import { currentHolder, isAlive } from './holder.ts';

export { currentHolder, isAlive } from './holder.ts';

// Not proper-lockfile: unmaintained since 2021, and a dead holder's lock is free only after a waiting time.

interface Claim {
  holder: Holder;
  /** Tells two claims of one process from each other. */
  token: string;
  /** What it is held for, in words that may be shown. */
  purpose: string;
}

export interface HeldLock {
  release(): Promise<void>;
}

export interface LockOptions {
  signal?: AbortSignal;
  /** How long to wait for the holder, 10 s when absent. */
  timeoutMs?: number;
}

/**
 * Runs `work` while holding the lock; waits for the holder, and takes over at once from one that died.
 * Throws DatabaseBusy when the wait is over, and the signal's reason when aborted.
 */
export async function withLock<T>(
  path: string,
  purpose: string,
  work: () => Promise<T>,
  { signal, timeoutMs = 10_000 }: LockOptions = {},
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (let pause = 2; ; pause = Math.min(100, pause * 2)) {
    signal?.throwIfAborted();
    const lock = await tryLock(path, purpose);
    if ('release' in lock) return work().finally(lock.release);
    if (Date.now() > deadline) throw fail('DatabaseBusy', path, describe(lock));
    // Uneven pauses: two that wait must not meet again and again.
    await delay(pause * (0.5 + Math.random()), undefined, { signal });
  }
}

/** Takes the lock, or says at once who holds it. The folder must exist. */
export async function tryLock(path: string, purpose: string): Promise<HeldLock | { holder: Holder; purpose: string }> {
  const mine: Claim = { holder: currentHolder(), token: randomBytes(8).toString('hex'), purpose };
  for (let patience = 100; ; patience--) {
    if (await place(path, mine)) return { release: () => release(path, mine.token) };
    const claim = await readClaim(path);
    if (!claim) continue;
    if (claim.alive) return { holder: claim.holder, purpose: claim.purpose };
    const breaker = await breakLock(path, claim.token);
    // Somebody else is removing it, which takes a moment; only one that stands still is worth naming.
    if (breaker && patience < 0) return breaker;
    if (breaker) await delay(10);
  }
}

/** A link appears with its whole content or not at all: nobody ever sees an empty lock. */
async function place(path: string, claim: Claim): Promise<boolean> {
  const temp = tempName(path);
  try {
    await writeFile(temp, JSON.stringify(claim), { mode: 0o600, flag: 'wx' });
    await link(temp, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw storageError(path, error);
  } finally {
    await rm(temp, { force: true });
  }
}

async function release(path: string, token: string): Promise<void> {
  if ((await readClaim(path))?.token === token) await rm(path, { force: true });
}

/** What stands in the lock file, or undefined when there is none (any more). */
async function readClaim(path: string): Promise<(Claim & { alive: boolean }) | undefined> {
  // Through one handle, so that content and time are certainly those of the same file.
  const file = await open(path, 'r').catch(unlessMissing(path));
  if (!file) return undefined;
  try {
    const { mtimeMs, ino } = await file.stat();
    const claim = parseClaim(await file.readFile('utf8')) ?? unreadable(ino);
    return { ...claim, alive: isAlive(claim.holder, mtimeMs) };
  } finally {
    await file.close();
  }
}

function parseClaim(text: string): Claim | undefined {
  try {
    const claim = JSON.parse(text) as Claim;
    return typeof claim.token === 'string' && typeof claim.holder.pid === 'number' ? claim : undefined;
  } catch {
    return undefined;
  }
}

/** Only a power cut leaves a lock without its content; no process has the pid 0. */
function unreadable(ino: number): Claim {
  return { holder: { pid: 0, host: currentHolder().host, started: '' }, token: `unreadable-${ino}`, purpose: '' };
}

/**
 * Removes a dead holder's lock. Two must not do so at once, or the second would remove the first one's new lock;
 * so breaking needs a lock of its own, named after the dead token, and a second look inside it.
 * Answers with the living one that is breaking it already, if there is one.
 */
async function breakLock(path: string, deadToken: string) {
  const breaking = await tryLock(`${path}.${deadToken}`, 'removing the lock of a program that has ended');
  if (!('release' in breaking)) return breaking;
  try {
    await release(path, deadToken);
    return undefined;
  } finally {
    await breaking.release();
  }
}

function describe({ holder, purpose }: { holder: Holder; purpose: string }): string {
  return `process ${holder.pid}${purpose ? ` (${purpose})` : ''}`;
}
