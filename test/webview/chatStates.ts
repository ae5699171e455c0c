import type { Chat, ChatExchange } from '../../src/shared/chatShape.ts';

const seconds = Math.floor(Date.now() / 1000);

export const conversationId = '3b1f0c52-6a2e-4c0f-9f5d-7d2a1b3c4e5f';

export function exchange(change: Partial<ChatExchange> = {}): ChatExchange {
  return {
    question: 'Why does this error happen, and what should I change?',
    chips: [
      { label: 'storefront 0c5e8d12', kind: 'deployment', bytes: 812 },
      { label: 'log', kind: 'log', bytes: 18_432 },
    ],
    parts: [
      { type: 'thinking', text: 'The log says that DATABASE_URL is not set. Who reads it?' },
      { type: 'tool', what: 'reads src/database.js', state: 'done' },
      { type: 'tool', what: 'lists deployments of storefront', state: 'done' },
      { type: 'text', text: answerText },
      {
        type: 'proposal',
        proposalId: 'p-1',
        summary: 'Say what is missing instead of ending with a stack trace.',
        changes: ['src/database.js  +3 −1'],
        isApplied: false,
      },
    ],
    ending: 'complete',
    usage: {
      model: 'claude-opus-5-5',
      inputTokens: 4_210,
      outputTokens: 380,
      cacheReadTokens: 9_900,
      cacheWriteTokens: 0,
      cost: { dollars: 0.0355, pricesOf: '2026-09-01' },
    },
    ...change,
  };
}

const answerText = `**The app ends because \`DATABASE_URL\` is not set.** It is read in src/database.js:14, before anything listens.

1. Set the variable for the project.
2. Deploy again.

\`\`\`js
const url = process.env.DATABASE_URL;
if (!url) throw new Error('DATABASE_URL is not set: see the README');
\`\`\`

| where | value |
|--|--|
| task definition | none |
| \`.env\` of the folder | not read |

See [the documentation](https://docs.aws.amazon.com/ecs/) of ECS.`;

export function chat(change: Partial<Chat> = {}): Chat {
  return {
    hasKey: true,
    model: 'claude-opus-5-5',
    conversations: [
      { id: conversationId, title: 'Why does this error happen?', about: 'storefront', updatedAt: seconds - 240 },
      { id: '9c0d', title: 'Why is the image so large?', about: 'shop-api', updatedAt: seconds - 90_000 },
    ],
    conversation: undefined,
    title: '',
    about: 'storefront · b81d004 Read the catalogue',
    chips: [
      { label: 'storefront 0c5e8d12', kind: 'deployment', bytes: 812 },
      { label: 'why it failed', kind: 'failure', bytes: 2_310 },
      { label: 'log', kind: 'log', bytes: 18_432 },
      { label: 'src/database.js:14', kind: 'file', bytes: 1_902 },
    ],
    isGathering: false,
    exchanges: [],
    ...change,
  };
}

export const newChat = chat();
export const noKey = chat({ hasKey: false, chips: [], about: '' });
export const answered = chat({
  conversation: conversationId,
  title: 'Why does this error happen?',
  chips: [],
  exchanges: [exchange()],
});
export const answering = chat({
  ...answered,
  exchanges: [
    exchange(),
    exchange({ question: 'And in staging?', chips: [], parts: [], ending: 'answering', usage: undefined }),
  ],
});

export const failed = chat({
  exchanges: [
    exchange({
      parts: [],
      ending: 'failed',
      usage: undefined,
      failure: {
        code: 'ClaudeRateLimited',
        message: 'The Claude API is limiting how often this key may ask.',
        remedy: { text: 'Ask again in 20 seconds.', action: 'retry' },
        detail: 'This request would exceed the rate limit of your organization.',
      },
    }),
  ],
});
