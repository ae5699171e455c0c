import { setTimeout as wait } from 'node:timers/promises';

/** Resolves with what `look` finds, as soon as it finds something. @throws Error naming `what` when nothing comes. */
export async function until<T>(what: string, look: () => Promise<T | undefined>, limitMs = 60_000): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`Waited ${limitMs / 1000} s in vain: ${what}.`);
    await wait(100);
  }
}
