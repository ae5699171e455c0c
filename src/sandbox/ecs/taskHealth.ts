import type { TaskFact } from '../rollout.ts';
import { containersOf, hasCheck, isEssential } from './containerOptions.ts';
import { type EcsState, findTaskDefinition, type StoredService, type StoredTask, type TaskStatus } from './state.ts';

/**
 * A task that nothing checks counts as healthy once it has run so long. AWS counts it at once; then a program that
 * ends as soon as it starts would make a deployment COMPLETED.
 */
const settleMs = 3_000;

/** What the scheduler goes by, and when time alone will change it (milliseconds since 1970). */
export interface SeenTask extends TaskFact {
  /** Why the task has to be ended, in AWS's words. */
  unhealthy?: string;
  lookAgainAt?: number;
}

export function seeTask(state: EcsState, service: StoredService, task: StoredTask, now: number): SeenTask {
  const phase = phaseOf(task.wire.lastStatus);
  const seen = { id: task.id, revision: String(task.revision), phase, healthy: false };
  return phase === 'running' ? { ...seen, ...healthOf(state, service, task, now) } : seen;
}

function phaseOf(status: TaskStatus): TaskFact['phase'] {
  if (status === 'RUNNING') return 'running';
  if (status === 'DEACTIVATING') return 'draining';
  return status === 'PROVISIONING' || status === 'PENDING' || status === 'ACTIVATING' ? 'starting' : 'stopping';
}

function healthOf(state: EcsState, service: StoredService, task: StoredTask, now: number): Partial<SeenTask> {
  const runningAt = task.runningAt ?? now;
  if (task.target?.health === 'unhealthy')
    return { unhealthy: `Task failed ELB health checks in (target-group ${service.targetGroupArn})` };
  if (task.wire.healthStatus === 'UNHEALTHY') {
    const graceEnds = runningAt + (service.healthCheckGracePeriodSeconds ?? 0) * 1000;
    return now < graceEnds ? { lookAgainAt: graceEnds } : { unhealthy: 'Task failed container health checks' };
  }
  const containers = containersOf(findTaskDefinition(state, task.taskDefinitionArn));
  const checked = containers.some((one) => isEssential(one) && hasCheck(one));
  if (checked && task.wire.healthStatus !== 'HEALTHY') return {};
  if (task.target !== undefined) return { healthy: task.target.health === 'healthy' };
  const settledAt = runningAt + settleMs;
  return checked || now >= settledAt ? { healthy: true } : { lookAgainAt: settledAt };
}
