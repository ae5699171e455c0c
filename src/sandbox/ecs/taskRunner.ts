import type Dockerode from 'dockerode';
import { createEngine } from '../containers.ts';
import { DockerRefused, EngineClosed } from '../dockerAnswers.ts';
import { containersOf, isEssential, volumeName, type WireContainerDefinition } from './containerOptions.ts';
import { StartFailure } from './prepareTask.ts';
import { ensureWanted, type StartParts, Stopped, startTask } from './startTask.ts';
import { type EcsState, findTaskDefinition, type StoredTask, seconds, type TaskStatus } from './state.ts';
import { noteExit, noteRunning, type WireContainer, wireOf, wiresOf } from './taskContainers.ts';
import { createTaskLogs } from './taskLogs.ts';

export type StopCode = 'TaskFailedToStart' | 'EssentialContainerExited' | 'UserInitiated' | 'ServiceSchedulerInitiated';

export interface TaskRunnerParts extends Pick<StartParts, 'logs' | 'registryAuth' | 'secret'> {
  docker: Dockerode;
  sandboxId: string;
  state: EcsState;
  /** The task is another than before: save, and let the scheduler look. */
  onChange(task: StoredTask): void;
  /** The service's load balancer takes the task on … */
  register(task: StoredTask): void;
  /** … and lets it go: resolves once its last request has ended. */
  deregister(task: StoredTask): Promise<void>;
  onReachable(reachable: boolean): void;
  log(line: string): void;
}

export type TaskRunner = ReturnType<typeof createTaskRunner>;

/** The life of tasks as real containers, from PROVISIONING to STOPPED. Nothing here decides how many there are. */
export function createTaskRunner(parts: TaskRunnerParts) {
  const { state } = parts;
  const starting = new Map<string, Promise<void>>();
  const ending = new Set<string>();
  /** By task id: what waits for a container of this task to change. */
  const waiting = new Map<string, Set<() => void>>();
  /** Until the containers of the last process are taken over, what Docker says of them has to wait. */
  let adopted = false;

  const engine = createEngine(parts.docker, parts.sandboxId, {
    onContainer: (id) => adopted && inBackground(lookAtContainer(id)),
    onReachable(reachable) {
      parts.onReachable(reachable);
      if (reachable && adopted) inBackground(lookAtAll());
    },
  });
  const taskLogs = createTaskLogs(engine, parts.logs, parts.onChange, parts.log);

  const liveTasks = () => Object.values(state.tasks).filter((task) => task.wire.lastStatus !== 'STOPPED');
  const definitionOf = (task: StoredTask) => findTaskDefinition(state, task.taskDefinitionArn);
  const planOf = (task: StoredTask, wire: WireContainer) =>
    containersOf(definitionOf(task)).find((one) => one.name === wire.name) as WireContainerDefinition;

  function inBackground(work: Promise<unknown>): void {
    work.catch((error) => {
      if (!(error instanceof EngineClosed)) parts.log(`ecs: ${error?.stack ?? error}`);
    });
  }

  function advance(task: StoredTask, status: TaskStatus): void {
    task.wire.lastStatus = status;
    changed(task);
  }

  function changed(task: StoredTask): void {
    task.wire.version = (task.wire.version ?? 0) + 1;
    parts.onChange(task);
    for (const wake of waiting.get(task.id) ?? []) wake();
  }

  async function until(task: StoredTask, condition: () => boolean): Promise<void> {
    const wakers = waiting.get(task.id) ?? new Set();
    waiting.set(task.id, wakers);
    while (!condition()) {
      ensureWanted(task);
      if (engine.closed.aborted) throw new EngineClosed();
      await new Promise<void>((resolve) => wakers.add(resolve));
      wakers.clear();
    }
  }

  /** Starts the task; never throws, the outcome is in the task. */
  function launch(task: StoredTask): void {
    const work = start(task)
      .catch((error) => {
        if (error instanceof Stopped || error instanceof EngineClosed) return;
        if (!(error instanceof StartFailure)) parts.log(`ecs: ${error?.stack ?? error}`);
        const reason = error instanceof StartFailure ? error.message : `CannotStartContainerError: ${error?.message}`;
        stop(task, 'TaskFailedToStart', reason);
      })
      .finally(() => starting.delete(task.id));
    starting.set(task.id, work);
  }

  async function start(task: StoredTask): Promise<void> {
    const started = (_: StoredTask, container: WireContainerDefinition, id: string) => {
      taskLogs.follow(task, container, id);
      return lookAtContainer(id);
    };
    await startTask({ ...parts, engine, advance, until, started }, task);
    Object.assign(task.wire, { connectivity: 'CONNECTED', connectivityAt: seconds(), startedAt: seconds() });
    task.runningAt = Date.now();
    if (task.target) parts.register(task);
    advance(task, 'RUNNING');
  }

  /** Tells the task to stop; never throws. A task that is already stopping keeps its first reason. */
  function stop(task: StoredTask, code: StopCode, reason: string): void {
    if (task.wire.desiredStatus === 'STOPPED') return;
    Object.assign(task.wire, {
      desiredStatus: 'STOPPED',
      stopCode: code,
      stoppedReason: reason,
      stoppingAt: seconds(),
    });
    advance(task, 'DEACTIVATING');
    inBackground(end(task));
  }

  async function end(task: StoredTask): Promise<void> {
    if (ending.has(task.id)) return;
    ending.add(task.id);
    if (task.target) await parts.deregister(task);
    await starting.get(task.id);
    advance(task, 'STOPPING');
    await Promise.all(wiresOf(task).map((wire) => endContainer(task, wire)));
    task.wire.executionStoppedAt = seconds();
    advance(task, 'DEPROVISIONING');
    await removeTraces(task);
    task.wire.stoppedAt = seconds();
    for (const attachment of task.wire.attachments ?? []) attachment.status = 'DELETED';
    advance(task, 'STOPPED');
    waiting.delete(task.id);
    ending.delete(task.id);
  }

  /** Its last lines are sent before the task is STOPPED: who sees that finds them. */
  async function endContainer(task: StoredTask, wire: WireContainer): Promise<void> {
    const { runtimeId } = wire;
    if (runtimeId !== undefined) {
      await engine.stop(runtimeId, planOf(task, wire).stopTimeout ?? 30).catch(orSay);
      await lookAtContainer(runtimeId);
      await taskLogs.ended(runtimeId);
    }
    wire.lastStatus = 'STOPPED';
  }

  /** Docker's refusal to stop or remove something shall not keep a task from ending. */
  function orSay(error: unknown): void {
    if (!(error instanceof DockerRefused)) throw error;
    parts.log(`ecs: ${error.message}`);
  }

  async function removeTraces(task: StoredTask): Promise<void> {
    const ids = (await engine.list()).filter((one) => one.labels['deployotron.task'] === task.id);
    await Promise.all(ids.map((one) => engine.remove(one.id).catch(orSay)));
    for (const volume of definitionOf(task).volumes ?? [])
      await engine.removeVolume(volumeName(task, String(volume.name))).catch(orSay);
  }

  async function lookAtAll(): Promise<void> {
    for (const task of liveTasks())
      for (const { runtimeId, lastStatus } of wiresOf(task))
        if (runtimeId && lastStatus === 'RUNNING') await lookAtContainer(runtimeId);
  }

  /** Docker said that something happened to it, or may have while we did not hear: what is it like now? */
  async function lookAtContainer(id: string): Promise<void> {
    const task = liveTasks().find((one) => wiresOf(one).some((wire) => wire.runtimeId === id));
    const wire = task && wiresOf(task).find((one) => one.runtimeId === id);
    if (task === undefined || wire === undefined) return;
    const facts = await engine.inspect(id);
    if (wire.lastStatus === 'STOPPED') return;
    const hasExited = facts === undefined || facts.exitCode !== undefined;
    if (hasExited) noteExit(wire, facts);
    else if (facts.running) noteRunning(task, wire, containersOf(definitionOf(task)), facts);
    changed(task);
    if (hasExited && isEssential(planOf(task, wire)))
      stop(task, 'EssentialContainerExited', 'Essential container in task exited');
  }

  /** After a start of the process: running tasks go on, what was being started starts anew, what was stopping stops. */
  async function adopt(): Promise<void> {
    await engine.open();
    if (engine.closed.aborted) return;
    const live = new Map(liveTasks().map((task) => [task.id, task]));
    const strays = (await engine.list()).filter((one) => !live.has(one.labels['deployotron.task'] ?? ''));
    await Promise.all(strays.map((one) => engine.remove(one.id).catch(orSay)));
    await Promise.all([...live.values()].filter((task) => !starting.has(task.id)).map(resume));
    adopted = true;
    await lookAtAll();
  }

  async function resume(task: StoredTask): Promise<void> {
    const isStopping = task.wire.desiredStatus === 'STOPPED';
    if (!isStopping && task.wire.lastStatus !== 'RUNNING') return startAnew(task);
    for (const container of containersOf(definitionOf(task))) {
      const { runtimeId } = wireOf(task, container.name);
      if (runtimeId) taskLogs.follow(task, container, runtimeId);
    }
    if (isStopping) inBackground(end(task));
    else if (task.target) parts.register(task);
  }

  async function startAnew(task: StoredTask): Promise<void> {
    await removeTraces(task);
    for (const wire of wiresOf(task))
      Object.assign(wire, { runtimeId: undefined, lastStatus: 'PENDING', exitCode: undefined });
    launch(task);
  }

  return {
    launch,
    stop,
    adopt,

    /** Ends the work and leaves the containers. */
    async close(): Promise<void> {
      const closing = engine.close();
      for (const wakers of waiting.values()) for (const wake of wakers) wake();
      await Promise.all([closing, ...starting.values()]);
    },

    clear: () => engine.clear(),
  };
}
