import { randomUUID } from 'node:crypto';
import { type Decision, decide } from '../rollout.ts';
import { type Balancers, createBalancers } from './balancers.ts';
import type { Step } from './deployments.ts';
import { taskFailed, taskHealthy } from './failures.ts';
import { newTask } from './newTask.ts';
import { type EcsState, randomDigits, randomHex, type StoredService, type StoredTask, seconds } from './state.ts';
import { type SeenTask, seeTask } from './taskHealth.ts';
import type { TaskRunner } from './taskRunner.ts';

export interface Scheduler {
  balancers: Balancers;
  /** Looks at the service soon; many wakes before that are one look. */
  wake(serviceArn: string | undefined): void;
  /** Starts the work; until then changes are only remembered. */
  begin(): void;
  /** Adds to the service's events; `what` goes on after the service's name. */
  say(service: StoredService, what: string): void;
  /** Takes over a change of the rollout that an action made. */
  take(service: StoredService, step: Step): void;
  noteReachable(reachable: boolean): void;
  close(): Promise<void>;
}

/** Node ends longer timers at once. */
const longestTimerMs = 2 ** 31 - 1;

/** Keeps every service at what its rollout says: looks at the facts, lets the pure part decide, and acts. */
export function createScheduler(
  state: EcsState,
  runner: () => TaskRunner,
  changed: () => void,
  log: (line: string) => void,
): Scheduler {
  const balancers = createBalancers(state, say, (service) => wake(service.arn));
  const timers = new Map<string, { at: number; timer: NodeJS.Timeout }>();
  const awake = new Set<string>();
  /** Not before the containers of the last process are taken over, and not after the end. */
  let working = false;
  let reachable = true;

  const tasksOf = (service: StoredService) => Object.values(state.tasks).filter((task) => task.service === service.arn);

  function wake(serviceArn: string | undefined): void {
    if (serviceArn === undefined || !working || awake.has(serviceArn)) return;
    awake.add(serviceArn);
    setImmediate(() => {
      awake.delete(serviceArn);
      const service = state.services[serviceArn];
      if (service === undefined || !working) return;
      try {
        look(service);
      } catch (error) {
        log(`ecs: cannot schedule ${service.name}: ${(error as Error).stack}`);
      }
    });
  }

  function look(service: StoredService): void {
    if (service.status === 'INACTIVE') return;
    const now = Date.now();
    for (const task of tasksOf(service)) noteOutcome(service, task, seeTask(state, service, task, now), now);
    // Anew: what was unhealthy is stopping now.
    const seen = tasksOf(service)
      .filter((task) => task.wire.lastStatus !== 'STOPPED')
      .map((task) => seeTask(state, service, task, now));
    if (service.status === 'DRAINING') drain(service, seen);
    else act(service, decide(service.rollout, seen, now));
    for (const task of seen) wakeAt(service, task.lookAgainAt);
    changed();
  }

  /** A task counts once as healthy and once as failed. One that a user or the scheduler stopped has not failed. */
  function noteOutcome(service: StoredService, task: StoredTask, seen: SeenTask, now: number): void {
    if (seen.unhealthy !== undefined) runner().stop(task, 'ServiceSchedulerInitiated', seen.unhealthy);
    const ended = task.wire.stopCode === 'TaskFailedToStart' || task.wire.stopCode === 'EssentialContainerExited';
    if ((ended || seen.unhealthy !== undefined) && !task.countedFailed) {
      task.countedFailed = true;
      take(service, taskFailed(service.rollout, seen.revision, { id: `ecs-svc/${randomDigits()}` }, now));
    } else if (seen.healthy && !task.countedHealthy) {
      task.countedHealthy = true;
      service.rollout = taskHealthy(service.rollout, seen.revision, now);
    }
  }

  function act(service: StoredService, decision: Decision): void {
    service.rollout = decision.rollout;
    const stopped = stopTasks(service, decision.stop);
    if (stopped.length > 0) say(service, `has stopped ${stopped.length} running tasks: ${listed(stopped)}.`);
    const started = Array.from({ length: decision.start }, () => startTask(service));
    if (started.length > 0) say(service, `has started ${started.length} tasks: ${listed(started)}.`);
    take(service, decision);
    wakeAt(service, decision.wakeAt);
  }

  function stopTasks(service: StoredService, ids: string[]): StoredTask[] {
    const reason = `Scaling activity initiated by (deployment ${service.rollout.deployments[0]?.id})`;
    const tasks = ids.flatMap((id) => state.tasks[id] ?? []);
    for (const task of tasks) runner().stop(task, 'ServiceSchedulerInitiated', reason);
    return tasks;
  }

  function startTask(service: StoredService): StoredTask {
    const [primary] = service.rollout.deployments;
    const task = newTask(state, {
      id: randomHex(32),
      cluster: service.cluster,
      taskDefinitionArn: String(primary?.taskDefinition),
      service: service.arn,
      revision: primary?.revision,
      group: `service:${service.name}`,
      startedBy: primary?.id,
      launchType: service.shown.launchType,
      subnet: service.shown.networkConfiguration?.awsvpcConfiguration?.subnets?.[0],
      overrides: [],
      tags: propagatedTags(service, String(primary?.taskDefinition)),
    });
    state.tasks[task.id] = task;
    runner().launch(task);
    return task;
  }

  function propagatedTags(service: StoredService, taskDefinitionArn: string) {
    const sources = { SERVICE: service.arn, TASK_DEFINITION: taskDefinitionArn, NONE: '' };
    return state.tags[sources[service.shown.propagateTags ?? 'NONE']] ?? [];
  }

  /** A deleted service: its tasks stop, and then it is gone. */
  function drain(service: StoredService, live: SeenTask[]): void {
    stopTasks(
      service,
      live.map((task) => task.id),
    );
    if (live.length > 0) return;
    service.status = 'INACTIVE';
    service.rollout = { ...service.rollout, deployments: [] };
    void balancers.close(service);
  }

  /** The earliest wish wins; a later one is made again at that look. */
  function wakeAt(service: StoredService, at: number | undefined): void {
    const before = timers.get(service.arn);
    if (at === undefined || !working || (before !== undefined && before.at <= at)) return;
    clearTimeout(before?.timer);
    const ring = () => {
      timers.delete(service.arn);
      wake(service.arn);
    };
    const delay = Math.min(longestTimerMs, Math.max(0, at - Date.now()) + 1);
    timers.set(service.arn, { at, timer: setTimeout(ring, delay) });
  }

  function take(service: StoredService, step: Step): void {
    service.rollout = step.rollout;
    for (const event of step.events) addEvent(service, event);
  }

  function say(service: StoredService, what: string): void {
    addEvent(service, `(service ${service.name}) ${what}`);
  }

  function addEvent(service: StoredService, message: string): void {
    // AWS keeps the newest hundred.
    service.events = [{ id: randomUUID(), createdAt: seconds(), message }, ...service.events].slice(0, 100);
  }

  return {
    balancers,
    wake,
    say,
    take,

    begin() {
      working = true;
      for (const arn of Object.keys(state.services)) wake(arn);
    },

    noteReachable(now) {
      if (now === reachable) return;
      reachable = now;
      const away = 'was unable to reach Docker. Its tasks stay as they are until Docker answers again.';
      for (const service of Object.values(state.services))
        if (service.status === 'ACTIVE') say(service, now ? 'reached Docker again.' : away);
      changed();
    },

    async close() {
      working = false;
      for (const { timer } of timers.values()) clearTimeout(timer);
      await balancers.closeAll();
    },
  };
}

const listed = (tasks: StoredTask[]) => tasks.map((task) => `(task ${task.id})`).join(' ');
