import { describe, expect, test } from 'vitest';
import { findCauses } from '../../src/diagnosis/evidenceInput.ts';
import { hopelessAfter, wasUnhealthy, willStayUnhealthy } from '../../src/diagnosis/hopeless.ts';
import { exited, stopped } from './evidence.ts';

describe('How many tasks that ended so leave no doubt', () => {
  test.each([
    'CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref x: x: not found',
    "CannotPullContainerError: image Manifest does not contain descriptor matching platform 'linux/amd64'",
    'ResourceInitializationError: unable to pull secrets or registry auth: AccessDeniedException',
    'CannotStartContainerError: exec: "nodee": executable file not found in $PATH: unknown',
  ])('one that cannot start: %s', (reason) => {
    expect(hopelessAfter(stopped(reason))).toBe(1);
  });

  test('two that exit, or whose start failed for a reason that might pass', () => {
    for (const task of [exited(1), exited(0), exited(137), stopped('CannotPullContainerError: i/o timeout')])
      expect(hopelessAfter(task)).toBe(2);
  });

  test.each([
    stopped('Task failed ELB health checks in (target-group x)', 'ServiceSchedulerInitiated'),
    stopped('Task stopped by user', 'UserInitiated'),
    stopped('Scaling activity initiated by (deployment ecs-svc/1)', 'ServiceSchedulerInitiated'),
    stopped('Your Spot Task was interrupted.', 'SpotInterruption'),
    stopped('Nobody knows this reason'),
  ])('none where time may help, or where it was ended from outside: $stoppedReason', (task) => {
    expect(hopelessAfter(task)).toBeUndefined();
  });
});

describe('An unhealthy task', () => {
  const check = (answer: string, log = '') => {
    const events = [`(service web) (port 3000) is unhealthy in (target-group x) due to (reason ${answer}).`];
    const [first] = findCauses({
      stoppedReason: 'Task failed ELB health checks in (target-group x)',
      events,
      log,
      port: 3000,
    });
    return first && willStayUnhealthy(first);
  };

  test('stays so where it listens elsewhere, or the path is not there', () => {
    expect(check('Request timed out', 'Listening on port 4000')).toBe(true);
    expect(check('Health checks failed', 'Listening on http://127.0.0.1:3000')).toBe(true);
    expect(check('Health checks failed with these codes: [404]')).toBe(true);
  });

  test('may become well where it answers with an error of its own, is slow, or only seems to listen elsewhere', () => {
    expect(check('Health checks failed with these codes: [503]')).toBe(false);
    expect(check('Request timed out', 'warming up')).toBe(false);
    expect(check('Health checks failed', 'Example app listening at http://localhost:3000')).toBe(false);
  });

  test('is told apart from one that exited', () => {
    expect(
      wasUnhealthy(stopped('Task failed ELB health checks in (target-group x)', 'ServiceSchedulerInitiated')),
    ).toBe(true);
    expect(wasUnhealthy(exited(1))).toBe(false);
  });
});
