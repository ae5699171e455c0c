import MarkdownIt from 'markdown-it';
import { expect, test } from 'vitest';
import type { Deployment } from '../../src/shared/models.ts';
import { summaryOf } from '../../src/terminal/summary.ts';

const success: Deployment = {
  id: '0f5c',
  projectId: 'p',
  status: 'success',
  commitSha: '0123456789abcdef',
  commitMessage: 'Sell <img src=x onerror=alert(1)> | shoes @octo [x](http://evil) `code`',
  imageTag: 'shop-0123456789ab-00000000',
  startedAt: 100,
  completedAt: 142,
  errorMessage: '',
  logs: '',
  facts: {
    operation: 'deploy',
    taskDefinitionArn: 'arn:aws:ecs:eu-central-1:1:task-definition/shop:12',
    url: 'https://shop.example.com',
  },
  failure: undefined,
  evidence: undefined,
  holder: undefined,
};

test('a success says what runs now, and how long it took', () => {
  const summary = summaryOf(success);
  expect(summary).toContain('### ✅ Deployment: success');
  const html = new MarkdownIt({ html: true, linkify: false }).render(summary);
  expect(html).toContain('shop:12');
  expect(html).toContain('42 s');
  expect(html).not.toMatch(/<img|<a |<code>/);
  expect(html).toContain('&lt;img src=x onerror=alert(1)&gt; | shoes @octo [x](http://evil) `code`');
});

test('a failure shows its card, and no line of a log ends the block in which it stands', () => {
  const summary = summaryOf({
    ...success,
    status: 'failed',
    failure: {
      code: 'RolloutFailed',
      message: '“shop” did not come up: it exits at once.',
      remedy: { text: 'Read the lines below.' },
      task: {
        id: '0a1',
        container: 'shop',
        exitCode: 1,
        reason: 'Essential container exited',
        lastLines: ['```', '<script>alert(1)</script>', '\u001b[31mError\u202e'],
      },
    },
  });
  const html = new MarkdownIt({ html: true }).render(summary);
  expect(summary).toContain('### ❌ Deployment: failed');
  expect(html).toContain('Exit code: 1');
  expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  for (const hidden of ['<script', '\u001b', '\u202e']) expect(html).not.toContain(hidden);
});
