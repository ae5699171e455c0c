import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diagnose, taskSignature } from '../../src/diagnosis/index.ts';
import type { Evidence } from '../../src/shared/models.ts';
import { evidenceOf, exited, seen, stopped } from './evidence.ts';

const context = { service: 'my-app', port: 3000 };
const breaker = '(service my-app) (deployment ecs-svc/0123) deployment failed: tasks failed to start.';

describe('One cause, and the others below it', () => {
  test('the circuit breaker is never named where the tasks say more', () => {
    const evidence = evidenceOf({
      tasks: [exited(1)],
      events: [breaker, '(service my-app) rolling back to deployment ecs-svc/0122.'],
    });
    expect(seen(evidence, context)).toMatchObject({ code: 'S28', also: [] });
  });

  test('the circuit breaker alone says plainly that the reason is not known', () => {
    const { code, cause } = seen(evidenceOf({ events: [breaker] }), context);
    expect(code).toBeUndefined();
    expect(cause).toBe("ECS gave up after its tasks failed to start, and the tasks' own reason is no longer known.");
  });

  test('nothing at all is said plainly', () => {
    expect(seen(evidenceOf({}), context)).toEqual({
      code: undefined,
      certainty: undefined,
      cause: 'the reason is not known, because ECS shows neither a stopped task nor an event that tells it.',
      remedy: 'Look at the log of the app and at the events of the service in the AWS console, then deploy again.',
      lines: [],
      also: [],
    });
  });

  test('tasks that are scaled away are no failure', () => {
    const tasks = [
      stopped('Scaling activity initiated by (deployment ecs-svc/0123)', 'ServiceSchedulerInitiated'),
      exited(0, 'b2'),
    ];
    expect(seen(evidenceOf({ tasks: tasks.slice(0, 1) }), context).code).toBeUndefined();
    expect(seen(evidenceOf({ tasks }), context)).toMatchObject({ code: 'S29', also: [] });
  });

  test('what failed most often comes first', () => {
    const pull = stopped('CannotPullContainerError: toomanyrequests', 'TaskFailedToStart', {
      stoppedAt: 1_700_000_150,
    });
    const diagnosis = seen(evidenceOf({ tasks: [pull, exited(1, 'b'), exited(1, 'c')] }), context);
    expect(diagnosis.code).toBe('S28');
    expect(diagnosis.also).toEqual(['S7']);
  });

  test('a task that someone stopped stands behind a real cause, whatever their number', () => {
    const tasks = [
      stopped('Task stopped by user', 'UserInitiated'),
      stopped('Task stopped by user', 'UserInitiated'),
      exited(0, 'c'),
    ];
    expect(seen(evidenceOf({ tasks }), context)).toMatchObject({ code: 'S29', also: ['S65'] });
  });

  test('at most three others are named', () => {
    const tasks = [exited(0), exited(1), exited(139), exited(126), exited(127)];
    expect(seen(evidenceOf({ tasks }), context).also).toHaveLength(3);
  });

  test('what is older than the deployment belongs to another one', () => {
    const evidence = evidenceOf({
      tasks: [exited(1)],
      events: ['(service my-app) was unable to place a task. Reason: Internal error.'],
    });
    expect(seen(evidence, { ...context, launchedAt: 1_700_000_100.9 }).code).toBe('S28');
    expect(seen(evidence, { ...context, launchedAt: 1_700_000_101 }).code).toBeUndefined();
  });

  test('each task is read with its own log, and one without a log with that of the others', () => {
    const tasks = [exited(1, 'a1'), exited(1, 'b2')];
    const evidence = evidenceOf({ tasks, log: "Error: Cannot find module 'express'", task: 'b2' });
    expect(seen(evidence, context)).toMatchObject({
      cause: 'the module express is not installed in the image.',
      also: [],
    });
  });

  test('the container that ended first is blamed, not the siblings that ECS then stopped', () => {
    const containers = [
      { name: 'proxy', exitCode: 143, reason: '' },
      { name: 'web', exitCode: 0, reason: '' },
    ];
    expect(seen(evidenceOf({ tasks: [exited(0, 'a', { containers })] }), context).code).toBe('S29');
    const crashed = containers.map((each) => ({ ...each, exitCode: each.name === 'web' ? 2 : 0 }));
    expect(taskSignature(exited(0, 'a', { containers: crashed }))).toBe('S28:2');
  });

  test('a log alone may tell the cause, but proves nothing', () => {
    const diagnosis = seen(evidenceOf({ log: 'Uvicorn running on http://127.0.0.1:3000' }), context);
    expect(diagnosis).toMatchObject({ code: 'L2', certainty: 'likely' });
    expect(seen(evidenceOf({ log: "Error: Cannot find module 'x'" }), context)).toMatchObject({
      code: 'L10',
      certainty: 'likely',
    });
  });

  test('a reason that nobody knows is quoted', () => {
    const { cause, code } = seen(evidenceOf({ tasks: [stopped('The moon was in the way.')] }), context);
    expect({ cause, code }).toEqual({
      code: undefined,
      cause: 'its task stopped, with the reason “The moon was in the way”.',
    });
  });
});

describe('Text from outside stays text', () => {
  const esc = String.fromCharCode(27);
  const hostile = [
    'undefined',
    '[object Object]',
    `${esc}[31mError: red${esc}[0m alert...`,
    'Error: one\nError: two\r\nremedy: rm -rf /',
    `Error: ${'x'.repeat(5000)}`,
    'Error: ends with dots....',
    "Error: Cannot find module '[object Object]'",
    'connect ECONNREFUSED undefined:5432',
    "KeyError: 'UNDEFINED_X'",
    `${String.fromCharCode(0)}\u202Eevil\u2028line`,
    '',
  ];

  test.each(hostile.map((text) => [text.slice(0, 40), text] as const))('%j', (_, text) => {
    const tasks = [
      exited(1),
      stopped(`CannotPullContainerError: ${text}`),
      stopped(text),
      stopped(`CannotStartContainerError: ${text}`),
    ];
    for (const task of tasks) {
      for (const log of [[], [text]]) expectClean(evidenceOf({ tasks: [task], events: [text], log }), text);
    }
  });

  test('whatever is in it, every sentence is a sentence', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc.constantFrom(
        ...hostile,
        'CannotPullContainerError:',
        'ResourceInitializationError:',
        'Missing environment variable',
        'listening on',
        ':3000',
        'failed ELB health checks',
        'is unhealthy in (reason',
        'codes: [404]',
      ),
    );
    const text = fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join(' '));
    fc.assert(
      fc.property(text, text, text, fc.option(fc.integer({ min: 0, max: 255 })), (reason, event, line, code) => {
        const task = exited(code ?? 0, 'a1', {
          stoppedReason: reason,
          containers: [{ name: line, exitCode: code ?? undefined, reason: event }],
        });
        expectClean(evidenceOf({ tasks: [task], events: [event], log: [line] }), line);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  test('a secret in a log line does not reach the sentence', () => {
    const log = `Error: cannot open postgres://app:hunter2secret@db/x ${'y'.repeat(200)}`;
    const diagnosis = seen(evidenceOf({ tasks: [exited(1)], log }), context);
    expect(JSON.stringify(diagnosis)).not.toContain('hunter2secret');
    expect(diagnosis.cause).toContain('postgres://***@db/x');
  });

  test('megabytes of log that nearly match do not stall it', () => {
    const log = Array.from({ length: 20_000 }, () => 'required environment variable '.repeat(10));
    expect(seen(evidenceOf({ tasks: [exited(1)], log }), context).code).toBe('S28');
  });

  function expectClean(evidence: Evidence, text: string): void {
    const { causes, cause, remedy, lines } = diagnose(evidence, { ...context, image: text, healthPath: text });
    for (const words of [cause, remedy, ...causes.flatMap((each) => [each.cause, each.remedy])]) {
      expect(words).toMatch(/^[^\n\p{Cc}\p{Cf}]+\.$/u);
      expect(words).not.toMatch(/undefined|\[object| {2}|\.\./);
      expect(words.length).toBeLessThan(420);
    }
    expect(lines.length).toBeLessThanOrEqual(12);
    for (const line of lines) expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  }
});
