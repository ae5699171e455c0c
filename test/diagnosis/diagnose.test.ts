import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diagnose, taskSignature } from '../../src/diagnosis/index.ts';
import type { Evidence } from '../../src/shared/models.ts';
import { evidenceOf, exited, stopped } from './evidence.ts';

const context = { service: 'my-app', port: 3000 };
const breaker = '(service my-app) (deployment ecs-svc/0123) deployment failed: tasks failed to start.';

describe('One cause, and the others below it', () => {
  test('the circuit breaker is never named where the tasks say more', () => {
    const evidence = evidenceOf({
      tasks: [exited(1)],
      events: [breaker, '(service my-app) rolling back to deployment ecs-svc/0122.'],
    });
    expect(diagnose(evidence, context)).toMatchObject({ signature: 'S28', also: [] });
  });

  test('the circuit breaker alone says plainly that the reason is not known', () => {
    const { signature, cause, certain } = diagnose(evidenceOf({ events: [breaker] }), context);
    expect({ signature, certain }).toEqual({ signature: 'S59', certain: false });
    expect(cause).toBe("ECS gave up after its tasks failed to start, and the tasks' own reason is no longer known.");
  });

  test('nothing at all is said plainly', () => {
    expect(diagnose(evidenceOf({}), context)).toEqual({
      signature: 'S0',
      cause: 'the reason is not known, because ECS shows neither a stopped task nor an event that tells it.',
      remedy: 'Look at the log of the app and at the events of the service in the AWS console, then deploy again.',
      certain: false,
      evidence: [],
      also: [],
    });
  });

  test('tasks that are scaled away are no failure', () => {
    const tasks = [
      stopped('Scaling activity initiated by (deployment ecs-svc/0123)', 'ServiceSchedulerInitiated'),
      exited(0, 'b2'),
    ];
    expect(diagnose(evidenceOf({ tasks: tasks.slice(0, 1) }), context).signature).toBe('S0');
    expect(diagnose(evidenceOf({ tasks }), context)).toMatchObject({ signature: 'S29', also: [] });
  });

  test('what failed most often comes first', () => {
    const pull = stopped('CannotPullContainerError: toomanyrequests', 'TaskFailedToStart', {
      stoppedAt: 1_700_000_150,
    });
    const diagnosis = diagnose(evidenceOf({ tasks: [pull, exited(1, 'b'), exited(1, 'c')] }), context);
    expect(diagnosis.signature).toBe('S28');
    expect(diagnosis.also).toEqual([{ signature: 'S7', cause: expect.stringContaining('Docker Hub') }]);
  });

  test('a task that someone stopped stands behind a real cause, whatever their number', () => {
    const tasks = [
      stopped('Task stopped by user', 'UserInitiated'),
      stopped('Task stopped by user', 'UserInitiated'),
      exited(0, 'c'),
    ];
    expect(diagnose(evidenceOf({ tasks }), context)).toMatchObject({ signature: 'S29', also: [{ signature: 'S65' }] });
  });

  test('at most three others are named', () => {
    const tasks = [exited(0), exited(1), exited(139), exited(126), exited(127)];
    expect(diagnose(evidenceOf({ tasks }), context).also).toHaveLength(3);
  });

  test('what is older than the deployment belongs to another one', () => {
    const evidence = evidenceOf({
      tasks: [exited(1)],
      events: ['(service my-app) was unable to place a task. Reason: Internal error.'],
    });
    expect(diagnose(evidence, { ...context, launchedAt: 1_700_000_100.9 }).signature).toBe('S28');
    expect(diagnose(evidence, { ...context, launchedAt: 1_700_000_101 }).signature).toBe('S0');
  });

  test('each task is read with its own log, and one without a log with that of the others', () => {
    const tasks = [exited(1, 'a1'), exited(1, 'b2')];
    const evidence = evidenceOf({ tasks, log: "Error: Cannot find module 'express'", task: 'b2' });
    expect(diagnose(evidence, context)).toMatchObject({
      cause: 'the module express is not installed in the image.',
      also: [],
    });
  });

  test('the container that ended first is blamed, not the siblings that ECS then stopped', () => {
    const containers = [
      { name: 'proxy', exitCode: 143, reason: '' },
      { name: 'web', exitCode: 0, reason: '' },
    ];
    expect(diagnose(evidenceOf({ tasks: [exited(0, 'a', { containers })] }), context).signature).toBe('S29');
    const crashed = containers.map((each) => ({ ...each, exitCode: each.name === 'web' ? 2 : 0 }));
    expect(taskSignature(exited(0, 'a', { containers: crashed }))).toBe('S28:2');
  });

  test('a log alone may tell the cause, but proves nothing', () => {
    const diagnosis = diagnose(evidenceOf({ log: 'Uvicorn running on http://127.0.0.1:3000' }), context);
    expect(diagnosis).toMatchObject({ signature: 'S44', certain: false });
    expect(diagnose(evidenceOf({ log: "Error: Cannot find module 'x'" }), context)).toMatchObject({
      signature: 'S28',
      certain: false,
    });
  });

  test('a reason that nobody knows is quoted', () => {
    const { cause, signature } = diagnose(evidenceOf({ tasks: [stopped('The moon was in the way.')] }), context);
    expect({ cause, signature }).toEqual({
      signature: 'S0',
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
    const diagnosis = diagnose(evidenceOf({ tasks: [exited(1)], log }), context);
    expect(JSON.stringify(diagnosis)).not.toContain('hunter2secret');
    expect(diagnosis.cause).toContain('postgres://***@db/x');
  });

  test('megabytes of log that nearly match do not stall it', () => {
    const log = Array.from({ length: 20_000 }, () => 'required environment variable '.repeat(10));
    expect(diagnose(evidenceOf({ tasks: [exited(1)], log }), context).signature).toBe('S28');
  });

  function expectClean(evidence: Evidence, text: string): void {
    const { cause, remedy, evidence: lines, also } = diagnose(evidence, { ...context, image: text, healthPath: text });
    for (const words of [cause, remedy, ...also.map((each) => each.cause)]) {
      expect(words).toMatch(/^[^\n\p{Cc}\p{Cf}]+\.$/u);
      expect(words).not.toMatch(/undefined|\[object| {2}|\.\./);
      expect(words.length).toBeLessThan(420);
    }
    expect(lines.length).toBeLessThanOrEqual(12);
    for (const line of lines) expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  }
});
