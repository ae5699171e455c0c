import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { sendLog } from '../../src/editor/panels/sendLog.ts';
import { openWorld } from './browser.ts';
import { runningMonitor } from './states.ts';

const count = 10_000;

/** Three seconds of a build that writes much at once. */
async function* noisyBuild() {
  for (let at = 0; at < count; at += 1) {
    if (at % 100 === 0) await sleep(30);
    yield `#7 ${(at / 1000).toFixed(3)} npm http fetch GET 200 https://registry.example.com/package-${at} ${at % 700}ms`;
  }
}

test('a noisy build reaches the page whole, and the page goes on drawing', async () => {
  const world = await openWorld();
  const { page, post, problems } = await world.open('monitor');
  await post({ type: 'monitor', monitor: runningMonitor() });
  await page.evaluate(watchFrames);
  const seen = { messages: 0, bytes: 0 };
  const sent: Promise<void>[] = [];
  await sendLog(noisyBuild(), (from, lines) => {
    const message = { type: 'log', from, lines };
    seen.messages += 1;
    seen.bytes += JSON.stringify(message).length;
    sent.push(post(message));
  });
  await Promise.all(sent);
  const stall = await page.evaluate(() => Math.round(window.longestGap));
  const shown = await page.locator('.log-text').evaluate((log) => (log.textContent ?? '').split('\n').length - 1);
  console.log(`${count} lines: ${seen.messages} messages, ${seen.bytes} bytes, longest stall of the page ${stall} ms`);
  expect(shown).toBe(count);
  expect(problems).toEqual([]);
  await world.close();
});

declare global {
  interface Window {
    longestGap: number;
  }
}

/** Runs in the page: the longest time between two frames is the longest time that a user would have waited. */
function watchFrames(): void {
  window.longestGap = 0;
  let last = performance.now();
  const frame = (now: number) => {
    window.longestGap = Math.max(window.longestGap, now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}
