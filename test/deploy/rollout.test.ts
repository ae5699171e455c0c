import type { Deployment, Service, Task } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { isHopeless, type RolloutFacts, readRollout } from '../../src/deploy/rollout.ts';

const mine: Deployment = {
  id: 'ecs-svc/2',
  status: 'PRIMARY',
  taskDefinition: 'app:2',
  rolloutState: 'IN_PROGRESS',
  desiredCount: 2,
  runningCount: 1,
  pendingCount: 1,
  failedTasks: 0,
};
const earlier: Deployment = {
  ...mine,
  id: 'ecs-svc/1',
  status: 'ACTIVE',
  taskDefinition: 'app:1',
  rolloutState: 'COMPLETED',
  runningCount: 2,
};
const breaker = { deploymentCircuitBreaker: { enable: true, rollback: true } };

function facts(
  deployments: Deployment[],
  more: Partial<RolloutFacts> & { service?: Partial<Service> } = {},
): RolloutFacts {
  const { service, ...rest } = more;
  return {
    service: { status: 'ACTIVE', deploymentConfiguration: breaker, ...service, deployments },
    deploymentId: 'ecs-svc/2',
    serviceDeploymentStatus: undefined,
    stoppedTasks: [],
    signatureOf: () => undefined,
    hopelessAfter: () => undefined,
    ...rest,
  };
}

describe('the verdict', () => {
  it('is success only for this very deployment, completed, with all tasks running', () => {
    const verdict = readRollout(facts([{ ...mine, rolloutState: 'COMPLETED', runningCount: 2 }]));
    expect(verdict).toEqual({ state: 'ended', status: 'success' });
  });

  it('is not yet success while a task is missing, though ECS says COMPLETED', () => {
    expect(readRollout(facts([{ ...mine, rolloutState: 'COMPLETED', runningCount: 1 }])).state).toBe('going');
  });

  it('is never success for a service that is scaled to nothing', () => {
    const verdict = readRollout(facts([{ ...mine, rolloutState: 'COMPLETED', desiredCount: 0, runningCount: 0 }]));
    expect(verdict.state).toBe('going');
  });

  it('tells how far it is', () => {
    expect(readRollout(facts([mine, earlier]))).toEqual({
      state: 'going',
      fraction: 0.45,
      detail: '1 of 2 tasks running, 1 starting',
    });
  });

  it('waits for the rollback that the circuit breaker is about to begin', () => {
    const verdict = readRollout(facts([{ ...mine, rolloutState: 'FAILED' }, earlier]));
    expect(verdict).toMatchObject({ state: 'going', detail: 'failed; rolling back to the version before' });
  });

  it('is failed at once when there is nothing to go back to', () => {
    const verdict = readRollout(facts([{ ...mine, rolloutState: 'FAILED', rolloutStateReason: 'breaker' }]));
    expect(verdict).toEqual({ state: 'ended', status: 'failed', reason: 'breaker' });
  });

  it('is failed at once when the breaker may not roll back', () => {
    const service = { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } } };
    expect(readRollout(facts([{ ...mine, rolloutState: 'FAILED' }, earlier], { service }))).toMatchObject({
      status: 'failed',
    });
  });

  it('follows a rollback to its end, and never calls the stable service a success', () => {
    const failed = {
      ...mine,
      status: 'ACTIVE',
      rolloutState: 'FAILED' as const,
      rolloutStateReason: 'tasks failed to start',
    };
    const back: Deployment = {
      ...earlier,
      id: 'ecs-svc/3',
      status: 'PRIMARY',
      rolloutState: 'IN_PROGRESS',
      runningCount: 1,
    };
    expect(readRollout(facts([back, failed]))).toMatchObject({ state: 'going' });
    const over = readRollout(facts([{ ...back, rolloutState: 'COMPLETED', runningCount: 2 }, failed]));
    expect(over).toEqual({ state: 'ended', status: 'rolledback', reason: 'tasks failed to start' });
  });

  it.each([
    ['its service deployment', { serviceDeploymentStatus: 'ROLLBACK_SUCCESSFUL' as const }],
    ['the reason of the new deployment', {}],
    ['a service event', { service: { events: [{ message: '(service a) rolling back to deployment ecs-svc/3.' }] } }],
  ])('recognises a rollback that was over before we looked by %s', (_, more) => {
    const reason =
      'service' in more || 'serviceDeploymentStatus' in more ? '' : 'circuit breaker: rolling back to deploymentId x';
    const back: Deployment = { ...earlier, id: 'ecs-svc/3', status: 'PRIMARY', rolloutStateReason: reason };
    expect(readRollout(facts([back], more))).toMatchObject({ status: 'rolledback' });
  });

  it('is superseded when somebody deployed after us, even the same revision', () => {
    const newer: Deployment = { ...mine, id: 'ecs-svc/9', rolloutState: 'COMPLETED', runningCount: 2 };
    const stopped = { serviceDeploymentStatus: 'STOPPED' as const };
    expect(readRollout(facts([newer], stopped))).toEqual({ state: 'ended', status: 'superseded', by: 'ecs-svc/9' });
  });

  it.each(['INACTIVE', 'DRAINING'])('sees that the service was deleted: %s', (status) => {
    expect(readRollout(facts([mine], { service: { status } }))).toEqual({ state: 'ended', status: 'gone' });
  });

  it('is certain after three tasks that failed in the same way, where no breaker would end it', () => {
    const task: Task = { stoppedReason: 'CannotPullContainerError' };
    const without = { service: { deploymentConfiguration: {} }, signatureOf: (each: Task) => each.stoppedReason };
    const idle = { ...mine, runningCount: 0 };
    expect(readRollout(facts([idle], { ...without, stoppedTasks: [task, task] })).state).toBe('going');
    expect(readRollout(facts([idle], { ...without, stoppedTasks: [task, task, task] }))).toMatchObject({
      status: 'failed',
    });
    expect(readRollout(facts([mine], { ...without, stoppedTasks: [task, task, task] })).state).toBe('going');
  });
});

describe('whether there is anything to wait for', () => {
  const at = (second: number) => new Date(1_700_000_000_000 + second * 1_000);
  const short: Task = { startedAt: at(0), executionStoppedAt: at(2) };
  const starting = { ...mine, runningCount: 0 };
  const failing = (count: 1 | 2 | undefined, stoppedTasks: Task[], deployment = starting) =>
    isHopeless(facts([deployment, earlier], { stoppedTasks, signatureOf: () => 'S28:1', hopelessAfter: () => count }));

  it('not after one task that cannot start', () => {
    expect(failing(1, [{}])).toBe(true);
  });

  it('not after two that exit at once in the same way', () => {
    expect(failing(2, [short])).toBe(false);
    expect(failing(2, [short, short])).toBe(true);
  });

  it('where one of two lived for a while, or its containers have not ended yet', () => {
    expect(failing(2, [short, { startedAt: at(0), executionStoppedAt: at(60) }])).toBe(false);
    expect(failing(2, [short, { startedAt: at(0) }])).toBe(false);
  });

  it('where they fail in different ways, or time may help', () => {
    expect(failing(undefined, [short, short])).toBe(false);
    const tasks = [short, { ...short, taskArn: 'other' }];
    const more = { stoppedTasks: tasks, hopelessAfter: () => 2 as const };
    expect(isHopeless(facts([starting], { ...more, signatureOf: ({ taskArn = 'first' }) => taskArn }))).toBe(false);
  });

  it('while a task of it runs, and when ECS has given it up already', () => {
    expect(failing(1, [{}], { ...mine, runningCount: 1 })).toBe(false);
    expect(failing(1, [{}], { ...starting, rolloutState: 'FAILED' })).toBe(false);
  });
});
