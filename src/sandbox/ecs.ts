import { setTimeout as sleep } from 'node:timers/promises';
import type Dockerode from 'dockerode';
import type { ActionTable, LogSink, Saved } from './action.ts';
import { clusterActions } from './ecs/clusters.ts';
import { createScheduler } from './ecs/scheduler.ts';
import { serviceDeploymentActions } from './ecs/serviceDeployments.ts';
import { serviceActions } from './ecs/services.ts';
import type { EcsState } from './ecs/state.ts';
import { tagActions } from './ecs/tags.ts';
import { taskDefinitionActions } from './ecs/taskDefinitions.ts';
import { createTaskRunner } from './ecs/taskRunner.ts';
import { taskActions } from './ecs/tasks.ts';

export { type EcsState, emptyEcsState } from './ecs/state.ts';

export interface EcsParts {
  docker: Dockerode;
  saved: Saved<EcsState>;
  logs: LogSink;
  /** Credentials for images of the sandbox's own registry; `serveraddress` is its host and port. */
  registryAuth(): { username: string; password: string; serveraddress: string };
  /** Goes into every container's labels, so that sandboxes never touch each other's. */
  sandboxId: string;
  log(line: string): void;
  /** Value of a secret or parameter by its ARN or name; without it every secret is missing. */
  secret?(valueFrom: string): string | undefined;
}

export interface Ecs {
  actions: ActionTable;
  /** Picks containers and local URLs up again after a restart. While Docker is away it goes on trying in the background. */
  start(): Promise<void>;
  /** Stops working and leaves the containers running, for the next start. */
  stop(): Promise<void>;
  /** Removes every container, volume and listener. */
  destroy(): Promise<void>;
}

/** Amazon ECS on the user's Docker: real containers, true rollouts. */
export function createEcs(parts: EcsParts): Ecs {
  const state = parts.saved.value;
  // Names such as `constructor` and `__proto__` are good names in AWS.
  for (const table of [state.clusters, state.families, state.services, state.tasks, state.tags])
    Object.setPrototypeOf(table, null);
  const changed = () => void parts.saved.save().catch((error) => parts.log(`ecs: cannot save: ${error?.message}`));
  const scheduler = createScheduler(state, () => runner, changed, parts.log);
  const runner = createTaskRunner({
    ...parts,
    state,
    secret: parts.secret ?? (() => undefined),
    onChange(task) {
      changed();
      scheduler.wake(task.service);
    },
    register: scheduler.balancers.register,
    deregister: scheduler.balancers.deregister,
    onReachable: scheduler.noteReachable,
  });

  async function stop(): Promise<void> {
    await scheduler.close();
    await runner.close();
    await parts.saved.save();
  }

  return {
    actions: {
      ...clusterActions(state, changed),
      ...taskDefinitionActions(state, changed),
      ...serviceActions(state, scheduler, changed),
      ...serviceDeploymentActions(state, scheduler, changed),
      ...taskActions(state, runner, changed),
      ...tagActions(state, changed),
    },

    async start() {
      // Every URL is there before its tasks are.
      for (const service of Object.values(state.services))
        if (service.status === 'ACTIVE') await scheduler.balancers.open(service);
      const adopted = runner
        .adopt()
        .then(() => scheduler.begin())
        .catch((error) => parts.log(`ecs: cannot start: ${error?.message ?? error}`));
      await Promise.race([adopted, sleep(5_000, undefined, { ref: false })]);
    },

    stop,

    async destroy() {
      await stop();
      await runner.clear();
    },
  };
}
