import { describe, expect, test } from 'vitest';
import { hopelessAfter } from '../../src/diagnosis/hopeless.ts';
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
