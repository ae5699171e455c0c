import type { ActionTable } from '../action.ts';
import { newTask } from './newTask.ts';
import {
  type EcsState,
  findActiveService,
  findCluster,
  findTaskDefinition,
  lastPart,
  page,
  randomHex,
  refuse,
  type StoredTask,
  seconds,
} from './state.ts';
import type { TaskRunner } from './taskRunner.ts';

/** AWS shows a stopped task for an hour at least; here it is that hour. */
const shownSeconds = 3600;

export function taskActions(state: EcsState, runner: TaskRunner, changed: () => void): ActionTable {
  const inCluster = (reference: unknown): StoredTask[] => {
    const { clusterArn } = findCluster(state, reference);
    forgetOldTasks(state);
    return Object.values(state.tasks).filter((task) => task.wire.clusterArn === clusterArn);
  };

  return {
    ListTasks(input) {
      if (input.serviceName !== undefined) findActiveOrDraining(state, input.cluster, input.serviceName);
      const wanted = inCluster(input.cluster)
        .filter((task) => task.wire.desiredStatus === (input.desiredStatus ?? 'RUNNING'))
        .filter(
          (task) => input.serviceName === undefined || task.wire.group === `service:${lastPart(input.serviceName)}`,
        )
        .filter((task) => input.startedBy === undefined || task.wire.startedBy === input.startedBy)
        .filter((task) => input.launchType === undefined || task.wire.launchType === input.launchType)
        .filter(
          (task) => input.family === undefined || lastPart(task.taskDefinitionArn).split(':')[0] === input.family,
        );
      const { items, nextToken } = page(wanted, input);
      return { taskArns: items.map((task) => task.wire.taskArn), nextToken };
    },

    DescribeTasks(input) {
      const tasks = inCluster(input.cluster);
      if (!Array.isArray(input.tasks) || input.tasks.length === 0) refuse('Tasks cannot be empty.');
      if (input.tasks.length > 100) refuse('Tasks cannot have more than 100 elements.');
      const found = input.tasks.map(
        (reference: string) => [reference, tasks.find((task) => task.id === lastPart(reference))] as const,
      );
      return {
        tasks: found.flatMap(([, task]: readonly [string, StoredTask?]) =>
          task ? [describe(task, input.include)] : [],
        ),
        failures: found.flatMap(([arn, task]: readonly [string, StoredTask?]) =>
          task ? [] : [{ arn, reason: 'MISSING' }],
        ),
      };
    },

    StopTask(input) {
      const task = inCluster(input.cluster).find((one) => one.id === lastPart(input.task));
      if (task === undefined) refuse('The referenced task was not found.');
      runner.stop(task, 'UserInitiated', input.reason ?? 'Task stopped by user');
      changed();
      return { task: describe(task, ['TAGS']) };
    },

    RunTask(input) {
      const { clusterName } = findCluster(state, input.cluster);
      const count = input.count ?? 1;
      if (!(Number.isInteger(count) && count >= 1 && count <= 10)) refuse('Count must be between 1 and 10.');
      const definition = findTaskDefinition(state, input.taskDefinition);
      const tasks = Array.from({ length: count }, () =>
        newTask(state, {
          id: randomHex(32),
          cluster: clusterName,
          taskDefinitionArn: definition.taskDefinitionArn,
          overrides: input.overrides?.containerOverrides ?? [],
          group: input.group ?? `family:${definition.family}`,
          startedBy: input.startedBy,
          launchType: input.launchType,
          subnet: input.networkConfiguration?.awsvpcConfiguration?.subnets?.[0],
          tags: input.tags,
        }),
      );
      for (const task of tasks) state.tasks[task.id] = task;
      // As born: the caller sees PROVISIONING.
      const answer = structuredClone(tasks.map((task) => describe(task, ['TAGS'])));
      for (const task of tasks) runner.launch(task);
      changed();
      return { tasks: answer, failures: [] };
    },
  };
}

function findActiveOrDraining(state: EcsState, cluster: unknown, name: unknown): void {
  const { clusterName } = findCluster(state, cluster);
  const isDraining = Object.values(state.services).some(
    (one) => one.cluster === clusterName && one.name === lastPart(name) && one.status === 'DRAINING',
  );
  if (!isDraining) findActiveService(state, cluster, name);
}

function describe(task: StoredTask, include: string[] = []) {
  const { tags, ...wire } = task.wire;
  return include.includes('TAGS') ? { ...wire, tags } : wire;
}

function forgetOldTasks(state: EcsState): void {
  for (const task of Object.values(state.tasks))
    if (task.wire.lastStatus === 'STOPPED' && (task.wire.stoppedAt ?? 0) < seconds() - shownSeconds)
      delete state.tasks[task.id];
}
