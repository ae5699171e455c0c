import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Chat, ChatExchange } from '../../src/shared/chatShape.ts';
import { openWorld, type TestPage, type World } from './browser.ts';
import { answered, answering, chat, conversationId, exchange, failed, newChat, noKey } from './chatStates.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

async function opened(state: Chat): Promise<TestPage> {
  const here = await world.open('chat');
  await here.page.setViewportSize({ width: 340, height: 720 });
  await here.tell({ type: 'chat', chat: state });
  return here;
}

const box = ({ page }: TestPage) => page.getByRole('textbox', { name: 'Question to Claude' });
const lastWish = async ({ wishes }: TestPage) => (await wishes()).at(-1);
const withAnswer = (text: string) => chat({ ...answered, exchanges: [exchange({ parts: [{ type: 'text', text }] })] });

describe('the box', () => {
  test('sends with Enter, and begins a line with Shift+Enter', async () => {
    const here = await opened(newChat);
    await box(here).pressSequentially('Why');
    await here.page.keyboard.press('Shift+Enter');
    await box(here).pressSequentially('now?');
    await here.page.keyboard.press('Enter');
    expect(await lastWish(here)).toEqual({ type: 'ask', question: 'Why\nnow?' });
    await expect.poll(() => box(here).inputValue()).toBe('');
  });

  test('keeps what is typed over a reload', async () => {
    const here = await opened(newChat);
    await box(here).fill('half a quest');
    await here.page.reload();
    await here.page.waitForFunction(() => window.wished.length > 0);
    await here.tell({ type: 'chat', chat: newChat });
    expect(await box(here).inputValue()).toBe('half a quest');
  });

  test('takes a question from the editor, and has the cursor then', async () => {
    const here = await opened(newChat);
    await here.tell({ type: 'draft', text: 'What happened in this deployment?' });
    expect(await box(here).inputValue()).toBe('What happened in this deployment?');
    await here.page.keyboard.press('Enter');
    expect(await lastWish(here)).toEqual({ type: 'ask', question: 'What happened in this deployment?' });
  });

  test('without a key one sentence and one button say how to get going, and what is typed stays', async () => {
    const here = await opened(noKey);
    await box(here).fill('Why?');
    await here.page.keyboard.press('Enter');
    expect(await here.wishes()).toEqual([{ type: 'ready' }]);
    expect(await box(here).inputValue()).toBe('Why?');
    await here.page.getByRole('button', { name: 'Set Up Claude API Key' }).click();
    expect(await lastWish(here)).toEqual({ type: 'set-claude-key' });
  });
});

describe('the evidence', () => {
  test('is shown with its size, can be opened, and left out before it is sent', async () => {
    const here = await opened(newChat);
    const chips = here.page.getByRole('list', { name: /Goes along/ });
    expect(await chips.getByRole('listitem').allInnerTexts()).toEqual([
      'storefront 0c5e8d12 812 B',
      'why it failed 2.3 kB',
      'log 18.0 kB',
      'src/database.js:14 1.9 kB',
    ]);
    await chips.getByRole('button', { name: 'log 18.0 kB' }).click();
    expect(await lastWish(here)).toEqual({ type: 'open-evidence', chip: 2 });
    await chips.getByRole('button', { name: 'Leave out log' }).click();
    expect(await lastWish(here)).toEqual({ type: 'remove-chip', chip: 2 });
  });

  test('that was sent can be opened from the question', async () => {
    const here = await opened(answered);
    await here.page.getByRole('list', { name: 'Sent along' }).getByRole('button', { name: 'log 18.0 kB' }).click();
    expect(await lastWish(here)).toEqual({ type: 'open-evidence', exchange: 0, chip: 1 });
  });
});

describe('an answer', () => {
  const growing = (text: string, ending: ChatExchange['ending'] = 'answering') => ({
    type: 'exchange' as const,
    number: 1,
    exchange: exchange({ chips: [], parts: [{ type: 'text', text }], ending, usage: undefined }),
  });
  const long = Array.from({ length: 120 }, (_, at) => `Line ${at} of an answer.`).join('\n\n');

  test('comes word by word, and a screen reader is told when it has ended', async () => {
    const here = await opened(answering);
    const log = here.page.getByRole('log');
    await log.getByText('Claude is thinking…').waitFor();
    await here.tell(growing('The **cause'));
    expect(await log.innerText()).toContain('The **cause');
    await here.tell(growing('The **cause** is known.'));
    expect(await log.locator('strong', { hasText: 'cause' }).last().innerText()).toBe('cause');
    expect(await here.page.locator('#announcements').innerText()).toBe('');
    await here.tell(growing('The **cause** is known.', 'complete'));
    expect(await here.page.locator('#announcements').innerText()).toBe('Claude has answered: The **cause** is known.');
    expect(here.problems).toEqual([]);
  });

  test('is stopped by the button or Escape, and says so', async () => {
    const here = await opened(answering);
    await box(here).press('Escape');
    expect(await lastWish(here)).toEqual({ type: 'stop-answer' });
    await here.page.getByRole('button', { name: 'Stopping…' }).waitFor();
    await here.tell(growing('Half an ans', 'stopped'));
    await here.page.getByText('Stopped. What had come is kept.').waitFor();
    await here.page.getByRole('button', { name: 'Send' }).waitFor();
  });

  test('is followed only by those who are at its end', async () => {
    const here = await opened(answering);
    const log = here.page.getByRole('log');
    const isAtEnd = () => log.evaluate((pane) => pane.scrollHeight - pane.scrollTop - pane.clientHeight < 30);
    await here.tell(growing(long));
    await expect.poll(isAtEnd).toBe(true);
    await log.evaluate((pane) => pane.scrollTo(0, 100));
    await here.page.getByRole('button', { name: 'Jump to latest' }).waitFor();
    await here.tell(growing(`${long}\n\nOne more.`));
    expect(await log.evaluate((pane) => pane.scrollTop)).toBe(100);
    await here.page.getByRole('button', { name: 'Jump to latest' }).click();
    await expect.poll(isAtEnd).toBe(true);
  });

  test('leads to the place in the workspace, to code by its number, and to the review of a change', async () => {
    const here = await opened(answered);
    const { page } = here;
    await page.getByRole('button', { name: 'src/database.js:14' }).click();
    expect(await lastWish(here)).toEqual({ type: 'open-place', exchange: 0, part: 3, place: 0 });
    await page.getByRole('button', { name: 'Copy' }).click();
    expect(await lastWish(here)).toEqual({ type: 'copy-code', exchange: 0, part: 3, block: 0 });
    await page.getByRole('button', { name: 'Insert at Cursor' }).click();
    expect(await lastWish(here)).toEqual({ type: 'insert-code', exchange: 0, part: 3, block: 0 });
    await page.getByRole('button', { name: 'Review…' }).click();
    expect(await lastWish(here)).toEqual({ type: 'review-proposal', proposalId: 'p-1' });
  });

  test('keeps thinking and tools folded, and names what they did', async () => {
    const { page } = await opened(answered);
    await page.getByText('Claude did 2 things').click();
    await page.getByText('reads src/database.js').waitFor();
    expect(await page.getByText('Who reads it?').isVisible()).toBe(false);
    await page.getByText('14,110 tokens in, 380 out, about $0.0355').waitFor();
  });
});

describe('what fails', () => {
  test('is said with its way on, and the question is in the box again', async () => {
    const here = await opened(answering);
    await here.tell({
      type: 'exchange',
      number: 1,
      exchange: { ...(failed.exchanges[0] as ChatExchange), question: 'And in staging?' },
    });
    expect(await box(here).inputValue()).toBe('And in staging?');
    expect(await here.page.locator('#announcements').innerText()).toContain('limiting how often');
    await here.page.getByRole('button', { name: 'Ask Again' }).click();
    expect(await lastWish(here)).toEqual({ type: 'ask', question: 'And in staging?' });
  });

  test('and passes by itself is counted down', async () => {
    const { page } = await opened(
      chat({
        exchanges: [
          exchange({
            parts: [],
            ending: 'answering',
            waiting: { until: Date.now() + 60_000, reason: 'The Claude API is overloaded.' },
          }),
        ],
      }),
    );
    const line = () => page.getByText(/Asking again in \d+ s\./).innerText();
    const first = await line();
    await expect.poll(line).not.toBe(first);
  });
});

describe('conversations', () => {
  test('are listed, opened, deleted and begun', async () => {
    const here = await opened(answered);
    const { page } = here;
    await page.getByRole('button', { name: 'Conversations' }).click();
    await page.getByRole('button', { name: 'Delete “Why is the image so large?”' }).click();
    expect(await lastWish(here)).toEqual({ type: 'delete-chat', conversationId: '9c0d' });
    await page.getByRole('button', { name: /Why does this error happen.*storefront/ }).click();
    expect(await lastWish(here)).toEqual({ type: 'open-chat', conversationId });
    await page.getByRole('button', { name: 'New conversation' }).click();
    expect(await lastWish(here)).toEqual({ type: 'new-chat' });
  });
});

describe('hostile text of a model', () => {
  const hostile = `<img src=x onerror="window.hacked = true"><script>window.hacked = true</script>
<style>body { display: none }</style>

![a picture](https://evil.example/pixel.png) and ![](data:image/png;base64,AAAA)

[run](command:workbench.action.quit) [run](javascript:alert(1)) [run](vscode://x/y) [run](http://evil.example) [run](file:///etc/passwd)
[up](../../etc/passwd:1) [ok](https://example.com/)

<https://example.org/> and [ref]

[ref]: javascript:alert(2)

\`\`\`"><script>window.hacked = true</script>
</code><script>window.hacked = true</script>
\`\`\`
`;

  test('runs nothing, loads nothing, and leads to https alone', async () => {
    const here = await world.open('chat');
    const asked: string[] = [];
    here.page.on('request', (request) => asked.push(request.url()));
    await here.tell({ type: 'chat', chat: withAnswer(hostile) });
    const log = here.page.getByRole('log');
    expect(await log.innerText()).toContain('<script>window.hacked = true</script>');
    expect(await here.page.evaluate(() => (window as unknown as { hacked?: boolean }).hacked)).toBeUndefined();
    expect(await log.locator('img, script, style, iframe, object, svg').count()).toBe(0);
    expect(await log.locator('a').evaluateAll((links) => links.map((link) => link.getAttribute('href')))).toEqual([
      'https://example.com/',
      'https://example.org/',
    ]);
    expect(await log.locator('button.link').count()).toBe(0);
    const own = new URL(here.page.url()).origin;
    expect(asked.filter((url) => !url.startsWith(own))).toEqual([]);
    expect(here.problems).toEqual([]);
  });

  test('in question, labels, tools and failures stays text', async () => {
    const evil = '<img src=x onerror="window.hacked = true">';
    const here = await opened(
      chat({
        title: evil,
        about: evil,
        chips: [{ label: evil, kind: 'file', bytes: 1 }],
        conversations: [{ id: 'a', title: evil, about: evil, updatedAt: 1 }],
        exchanges: [
          exchange({
            question: evil,
            chips: [{ label: evil, kind: 'log', bytes: 1 }],
            parts: [
              { type: 'thinking', text: evil },
              { type: 'tool', what: evil, state: 'done' },
              { type: 'proposal', proposalId: 'p', summary: evil, changes: [evil], isApplied: false },
            ],
            ending: 'failed',
            failure: { code: 'ClaudeRejected', message: evil, remedy: { text: evil }, detail: evil },
          }),
        ],
      }),
    );
    expect(await here.page.locator('img').count()).toBe(0);
    expect(here.problems).toEqual([]);
  });
});
