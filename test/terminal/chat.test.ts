import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { buildCli } from '../e2e/cli.ts';
import { type FakeClaude, type FakeReply, fakeKey, startFakeClaude } from '../support/fakeClaude.ts';

let cli: Awaited<ReturnType<typeof buildCli>>;
let base: string;
let claude: FakeClaude | undefined;

beforeAll(async () => {
  cli = await buildCli();
});
afterAll(() => cli?.remove());
beforeEach(() => {
  base = mkdtempSync(path.join(tmpdir(), 'deployotron-chat-'));
  mkdirSync(path.join(base, 'shop'));
  writeFileSync(path.join(base, 'shop', 'index.html'), '<h1>Shop</h1>');
});
afterEach(async () => {
  await claude?.close();
  claude = undefined;
  rmSync(base, { recursive: true, force: true });
});

/** The very file that users run, with a model that answers so. */
async function run(args: string[], replies: FakeReply[], key = fakeKey) {
  claude = await startFakeClaude(replies);
  const home = path.join(base, 'home');
  const env = { DEPLOYOTRON_HOME: home, ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL: claude.url, AWS_PROFILE: '' };
  if (args.includes('shop')) await cli.run(['projects', 'add', 'shop', path.join(base, 'shop')], env);
  return cli.run(args, env);
}

const answer: FakeReply = { blocks: [{ text: 'It is a static site.\u001b[2J' }] };

describe('deployotron ask', () => {
  test('prints the answer alone on stdout; what was read and what it cost on stderr', async () => {
    const ended = await run(
      ['ask', 'What is this?', '--project', 'shop'],
      [{ blocks: [{ tool: 'read_file', input: { path: 'index.html' } }] }, answer],
    );
    expect(ended).toMatchObject({ code: 0, stdout: 'It is a static site.[2J\n' });
    expect(ended.stderr).toContain('sent along: Static site');
    expect(ended.stderr).toContain('reads index.html');
    expect(ended.stderr).toContain('260 tokens in, 100 out, about $0.0029');
    expect(JSON.stringify(claude?.requests)).toContain('<h1>Shop</h1>');
  });

  test('--json prints one event a line, and refuses what would change something', async () => {
    const ended = await run(
      ['ask', 'Deploy it.', '--project', 'shop', '--json'],
      [{ blocks: [{ tool: 'start_deployment', input: {} }] }, answer],
    );
    const events = ended.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['asked', 'tool', 'approval', 'text', 'usage', 'done']),
    );
    expect(events).toContainEqual(expect.objectContaining({ type: 'tool', state: 'refused' }));
    expect(
      JSON.parse((await cli.run(['history', '--json'], { DEPLOYOTRON_HOME: path.join(base, 'home') })).stdout || '[]'),
    ).toEqual([]);
  });

  test.each([
    ['without a key one sentence says how to get going', '', 1, /Claude needs an API key.*\n.*ANTHROPIC_API_KEY/],
    ['a key that is not accepted is told', 'sk-ant-another-key-0123', 1, /did not accept the key/],
  ])('%s', async (_, key, code, says) => {
    const ended = await run(['ask', 'Why?'], [answer], key);
    expect(ended).toMatchObject({ code, stdout: '' });
    expect(ended.stderr).toMatch(says);
  });

  test('Ctrl+C stops the answer, and keeps what had come', async () => {
    claude = await startFakeClaude([{ blocks: [{ text: 'It is a static site, and' }], hangAfter: 6 }]);
    const env = {
      DEPLOYOTRON_HOME: path.join(base, 'home'),
      ANTHROPIC_API_KEY: fakeKey,
      ANTHROPIC_BASE_URL: claude.url,
    };
    const running = cli.start(['ask', 'What is this?'], env);
    await running.said('It is a');
    running.child.kill('SIGINT');
    expect((await running.finished).code).toBe(130);
    const [chat] = readdirSync(path.join(base, 'home', 'chats'));
    expect(readFileSync(path.join(base, 'home', 'chats', chat ?? ''), 'utf8')).toContain('"ending":"stopped"');
  });

  test('--continue goes on with the last conversation', async () => {
    await run(['ask', 'What is this?', '--project', 'shop'], [answer]);
    await claude?.close();
    const ended = await run(['ask', 'And that?', '--continue'], [answer]);
    expect(ended.code).toBe(0);
    expect(claude?.requests[0]?.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
  });
});

test('deployotron analyze has nothing to analyse before the first deployment', async () => {
  const ended = await run(['analyze'], []);
  expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining('There is no deployment yet.') });
});
