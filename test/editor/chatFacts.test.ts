import { describe, expect, test } from 'vitest';
import { applyChatEvent, exchangeFact, newExchange } from '../../src/editor/panels/chatFacts.ts';
import type { ChatEvent, ContextItem, Proposal } from '../../src/shared/chat.ts';
import { fail } from '../../src/shared/errors.ts';
import { readFact, readWish } from '../../src/shared/protocol.ts';

const log: ContextItem = { id: 'log:log', label: 'log', kind: 'log', text: 'the whole evidence', bytes: 18 };
const proposal: Proposal = {
  id: 'p-1',
  kind: 'files',
  summary: 'Listen on PORT.',
  files: [
    {
      path: 'server.js',
      before: 'a\n',
      after: 'b\nc\n',
      diff: '===\n--- a/server.js\n+++ b/server.js\n@@\n-a\n+b\n+c\n',
    },
  ],
};

type Bare<Event = ChatEvent> = Event extends ChatEvent ? Omit<Event, 'conversationId'> : never;
const exchangeAfter = (...events: Bare[]) =>
  events.reduce(
    (shown, event) => applyChatEvent(shown, { ...event, conversationId: 'c' } as ChatEvent, 1_000),
    newExchange('Why?', [log]),
  );
const factAfter = (...events: Bare[]) => exchangeFact(exchangeAfter(...events), new Set());

describe('an answer on its way to the page', () => {
  test('grows by its pieces, with one row for each tool', () => {
    const tool = { type: 'tool', id: 't', tool: 'read_file', what: 'reads server.js' } as const;
    const fact = factAfter(
      { type: 'thinking', text: 'Hm' },
      { type: 'thinking', text: 'm.' },
      { ...tool, state: 'running' },
      { ...tool, state: 'done' },
      { type: 'text', text: 'It is ' },
      { type: 'text', text: 'the port.' },
      { type: 'proposal', proposal },
      { type: 'done', ending: 'complete' },
    );
    expect(fact).toMatchObject({
      ending: 'complete',
      parts: [
        { type: 'thinking', text: 'Hmm.' },
        { type: 'tool', what: 'reads server.js', state: 'done' },
        { type: 'text', text: 'It is the port.' },
        { type: 'proposal', proposalId: 'p-1', changes: ['server.js  +2 −1'], isApplied: false },
      ],
    });
    expect(readFact({ type: 'exchange', number: 0, exchange: fact })).toBeDefined();
  });

  test('takes no evidence and no file along', () => {
    const words = JSON.stringify(factAfter({ type: 'proposal', proposal }));
    expect(words).not.toContain('the whole evidence');
    expect(words).not.toContain('@@');
    expect(factAfter().chips).toEqual([{ label: 'log', kind: 'log', bytes: 18 }]);
  });

  test('says until when it waits, and no longer than it does', () => {
    const waiting: Bare = { type: 'waiting', seconds: 2, reason: 'Busy.' };
    expect(factAfter(waiting).waiting).toEqual({ until: 3_000, reason: 'Busy.' });
    expect(factAfter(waiting, { type: 'text', text: 'Now.' }).waiting).toBeUndefined();
  });

  test('that the API limits tells when it may be asked again', () => {
    const { failure } = fail('ClaudeRateLimited', 90, 'slow down');
    expect(factAfter({ type: 'failure', failure })).toMatchObject({ ending: 'failed', waiting: { until: 91_000 } });
  });

  test('that failed before it was asked is known as such', () => {
    const { failure } = fail('ClaudeKeyMissing');
    expect(exchangeAfter({ type: 'failure', failure }).isUnasked).toBe(true);
  });

  test('is applied as soon as the user says so', () => {
    expect(exchangeFact(exchangeAfter({ type: 'proposal', proposal }), new Set(['p-1'])).parts).toMatchObject([
      { isApplied: true },
    ]);
  });
});

test.each([
  [{ type: 'open-place', exchange: 0, part: 1, place: '/etc/passwd' }],
  [{ type: 'insert-code', exchange: 0, part: 1, block: 'rm -rf' }],
  [{ type: 'ask', question: { toString: 'x' } }],
  [{ type: 'open-chat', conversationId: '../../secrets' }],
])('the page may not wish %j', (message) => {
  expect(readWish(message)).toBeUndefined();
});
