import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pageHtml } from '../../src/editor/panels/html.ts';
import { deploymentRow, targetFact } from '../../src/editor/panels/rows.ts';
import { sendLog } from '../../src/editor/panels/sendLog.ts';
import { applyEvent } from '../../src/shared/progress.ts';
import { readFact, readWish } from '../../src/shared/protocol.ts';
import { deployment, project } from './records.ts';

const deploymentId = '6f0b2f4e-7a55-4b8e-9d0e-1d2c3b4a5f60';

describe('a wish of the page', () => {
  test.each([
    [{ type: 'ready' }],
    [{ type: 'deploy', projectId: 'b2c1-77' }],
    [{ type: 'open-url', deploymentId }],
    [{ type: 'remedy', deploymentId, cause: 'S23' }],
  ])('is read as it is: %j', (wish) => {
    expect(readWish(wish)).toEqual(wish);
  });

  test('keeps the fields that it may have, and no others', () => {
    expect(readWish({ type: 'deploy', projectId: 'shop', command: 'workbench.action.quit', path: '/etc' })).toEqual({
      type: 'deploy',
      projectId: 'shop',
    });
  });

  test.each([
    ['no object', 'ready'],
    ['an array', ['ready']],
    ['no type', {}],
    ['an unknown type', { type: 'run-command' }],
    ['an inherited type', { type: 'toString' }],
    ['a type of the prototype', { type: '__proto__' }],
    ['no id', { type: 'deploy' }],
    ['a path for an id', { type: 'show-log', deploymentId: '../../etc/passwd' }],
    ['a URL for an id', { type: 'open-url', deploymentId: 'https://evil.example' }],
    ['an object for an id', { type: 'cancel', deploymentId: { id: 1 } }],
    ['an endless id', { type: 'cancel', deploymentId: 'a'.repeat(65) }],
    ['an inherited id', Object.assign(Object.create({ deploymentId }), { type: 'cancel' })],
  ])('is ignored with %s', (_, message) => {
    expect(readWish(message)).toBeUndefined();
  });

  test('and a fact can be made of anything without an error', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), (value) => {
        readWish(value);
        readFact(value);
        readWish({ type: 'remedy', deploymentId: value });
        readFact({ type: 'events', events: [value] });
      }),
    );
  });
});

describe('the HTML', () => {
  const page = pageHtml({
    screen: 'monitor',
    nonce: 'n0nce',
    source: 'vscode-resource:',
    script: 'main.js?"><script>',
    styles: ['style.css'],
    language: 'en',
  });

  test('lets our script alone run, and nothing load from elsewhere', () => {
    const [, policy = ''] = /content="(default-src[^"]*)"/.exec(page) ?? [];
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'nonce-n0nce'",
      "style-src vscode-resource: 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
      'font-src vscode-resource:',
      'img-src vscode-resource:',
    ]);
    expect(page.match(/<script/g)).toHaveLength(1);
  });
});

describe('a deployment as a row', () => {
  const started = {
    deploymentId,
    at: 0,
    type: 'deployment-started',
    projectName: 'shop',
    operation: 'deploy',
  } as const;

  test('tells the step that runs, ahead of the history', () => {
    const begun = applyEvent(undefined, { ...started, steps: ['record', 'clone'] });
    const progress = applyEvent(begun, { deploymentId, at: 1, type: 'step-started', step: 'clone' });
    const row = deploymentRow(deployment({ status: 'inprogress', completedAt: undefined }), 'shop', progress);
    expect(row.step).toEqual({ label: 'Clone repository', number: 2, of: 2, percent: 10 });
  });

  test('is never without words: the first line of the message, and the tag where there is no commit', () => {
    const row = deploymentRow(
      deployment({ commitSha: '', commitMessage: 'Fix it\n\nAt last', imageTag: 'wt-12' }),
      'shop',
      undefined,
    );
    expect(row).toMatchObject({ commit: 'wt-12', message: 'Fix it', step: undefined });
  });

  test.each([
    ['http://127.0.0.1:4577', 'sandbox', 'http://127.0.0.1:4577'],
    ['https://aws.example.com', 'endpoint', 'https://aws.example.com'],
    [undefined, 'aws', 'eu-central-1'],
  ])('goes with endpoint %s to the %s', (endpoint, kind, where) => {
    expect(targetFact(project({ options: { endpoint } }), 'eu-central-1')).toMatchObject({ kind, where });
  });
});

describe('the log on its way to the page', () => {
  async function* lines(count: number, text: string) {
    for (let at = 0; at < count; at += 1) {
      if (at % 500 === 0) await sleep(1);
      yield `${text} ${at}`;
    }
  }

  test('arrives whole and in order, in few messages with their first line numbers', async () => {
    const messages: { from: number; lines: string[] }[] = [];
    await sendLog(lines(10_000, 'a noisy build'), (from, batch) => messages.push({ from, lines: batch }));
    expect(messages.flatMap((each) => each.lines)).toEqual(
      Array.from({ length: 10_000 }, (_, at) => `a noisy build ${at}`),
    );
    let next = 0;
    for (const each of messages) {
      expect(each.from).toBe(next);
      next += each.lines.length;
    }
    expect(messages.length).toBeLessThan(100);
  });

  test('comes in messages of bounded size, whatever a tool writes', async () => {
    const sizes: number[] = [];
    await sendLog(lines(300, 'x'.repeat(100_000)), (_, batch) => sizes.push(batch.join('').length));
    expect(Math.max(...sizes)).toBeLessThan(300_000);
    expect(sizes.length).toBeGreaterThan(1);
  });

  test('comes without colours and control characters', async () => {
    const sent: string[] = [];
    async function* coloured() {
      yield '\u001b[31merror\u001b[0m\tin \u0007line\r';
    }
    await sendLog(coloured(), (_, batch) => sent.push(...batch));
    expect(sent).toEqual(['error\tin line']);
  });

  test('is sent as far as it came when reading fails', async () => {
    const sent: string[] = [];
    async function* broken() {
      yield 'the last line';
      throw new Error('the disk is gone');
    }
    await expect(sendLog(broken(), (_, batch) => sent.push(...batch))).rejects.toThrow('the disk is gone');
    expect(sent).toEqual(['the last line']);
  });
});
