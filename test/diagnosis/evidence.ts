import { type DiagnosisContext, diagnose } from '../../src/diagnosis/index.ts';
import type { Evidence, StoppedTask } from '../../src/shared/models.ts';

const arn = (id: string) => `arn:aws:ecs:eu-central-1:111122223333:task/production/${id}`;

/** A task whose only container ended by itself. */
export function exited(exitCode: number, id = 'a1', more: Partial<StoppedTask> = {}): StoppedTask {
  return {
    taskArn: arn(id),
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    stoppedAt: 1_700_000_100,
    containers: [{ name: 'web', exitCode, reason: '' }],
    ...more,
  };
}

/** A task that never ran, or that ECS stopped. */
export function stopped(
  stoppedReason: string,
  stopCode = 'TaskFailedToStart',
  more: Partial<StoppedTask> = {},
): StoppedTask {
  return {
    taskArn: arn('a1'),
    stopCode,
    stoppedReason,
    stoppedAt: 1_700_000_100,
    containers: [{ name: 'web', exitCode: undefined, reason: '' }],
    ...more,
  };
}

export function evidenceOf(parts: {
  tasks?: StoppedTask[];
  events?: string[];
  log?: string | string[];
  task?: string;
}): Evidence {
  const lines = typeof parts.log === 'string' ? parts.log.split('\n') : (parts.log ?? []);
  return {
    takenAt: 1_700_000_200,
    stoppedTasks: parts.tasks ?? [],
    serviceEvents: (parts.events ?? []).map((message) => ({ at: 1_700_000_100, message })),
    logLines: lines.length > 0 ? [{ task: arn(parts.task ?? 'a1'), lines }] : [],
  };
}

/** A diagnosis as the tests look at it: the first cause, and the rows of the others. */
export function seen(evidence: Evidence, context: DiagnosisContext) {
  const { causes, cause, remedy, lines } = diagnose(evidence, context);
  const [first, ...others] = causes;
  return { code: first?.code, certainty: first?.certainty, cause, remedy, lines, also: others.map(({ code }) => code) };
}
