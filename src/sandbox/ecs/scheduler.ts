import { randomUUID } from 'node:crypto';
import { createLoadBalancer, type LoadBalancer } from '../loadBalancer.ts';
import { type Decision, decide, type TaskFact, taskFailed, taskHealthy } from '../rollout.ts';
import { containersOf, isEssential } from './containerOptions.ts';
import {
  type EcsState,
  findTaskDefinition,
  randomDigits,
  randomHex,
  type StoredService,
  type StoredTask,
  seconds,
} from './state.ts';
import { hasCheck, newTask, type TaskRunner } from './taskRunner.ts';

/** The tag of a service that names the path its load balancer asks. */
export const healthPathTag = 'deployotron:health-path';

/**
 * A task that nothing checks counts as healthy once it has run so long. AWS counts it at once; then a program that
 * ends as soon as it starts would make a deployment COMPLETED.
 */
const settleMs = 3_000;
/** For services that set no grace period: AWS has none, and the first bad answers of a slow start would end the task. */
const defaultGraceSeconds = 15;

export type Scheduler = ReturnType<typeof createScheduler>;

/** Keeps every service at what its rollout says: looks at the facts, lets the pure part decide, and acts. */
export function createScheduler(state: EcsState, runner: () => TaskRunner, changed: () => void) {
  const balancers = new Map<string, LoadBalancer>();
  const timers = new Map<string, NodeJS.Timeout>();
  const wishes = new Map<string, number>();
  const awake = new Set<string>();
  let closed = false;
  let reachable = true;

  const tasksOf = (service: StoredService) => Object.values(state.tasks).filter((task) => task.service === service.arn);
  const liveTasksOf = (service: StoredService) => tasksOf(service).filter((task) => task.wire.lastStatus !== 'STOPPED');

  /** Looks at the service soon; many wakes before that are one look. */
  function wake(serviceArn: string | undefined): void {
    if (serviceArn === undefined || closed || awake.has(serviceArn)) return;
    awake.add(serviceArn);
    setImmediate(() => {
      awake.delete(serviceArn);
      const service = state.services[serviceArn];
      if (service !== undefined && !closed) look(service);
    });
  }

  function look(service: StoredService): void {
    if (service.status === 'INACTIVE') return;
    const now = Date.now();
    for (const task of tasksOf(service)) noteOutcome(service, task, now);
    if (service.status === 'DRAINING') drain(service);
    else
      act(
        service,
        decide(
          service.rollout,
          liveTasksOf(service).map((task) => factOf(service, task, now)),
          now,
        ),
      );
    changed();
  }

  function act(service: StoredService, decision: Decision): void {
    service.rollout = decision.rollout;
    const primary = decision.rollout.deployments[0];
    const stopped = decision.stop.flatMap((id) => state.tasks[id] ?? []);
    for (const task of stopped)
      runner().stop(task, 'ServiceSchedulerInitiated', `Scaling activity initiated by (deployment ${primary?.id})`);
    if (stopped.length > 0) say(service, `has stopped ${stopped.length} running tasks: ${listed(stopped)}.`);
    const started = Array.from({ length: decision.start }, () => startTask(service));
    if (started.length > 0) say(service, `has started ${started.length} tasks: ${listed(started)}.`);
    for (const event of decision.events) addEvent(service, event);
    wakeAt(service, decision.wakeAt);
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
    const from = {
      SERVICE: service.arn,
      TASK_DEFINITION: taskDefinitionArn,
      NONE: '',
    }[service.shown.propagateTags ?? 'NONE'];
    return state.tags[from] ?? [];
  }

  /** A task counts once as healthy and once as failed. One that a user or the scheduler stopped has not failed. */
  function noteOutcome(service: StoredService, task: StoredTask, now: number): void {
    const revision = String(task.revision);
    const unhealthy = whyUnhealthy(service, task, now);
    if (unhealthy !== undefined) runner().stop(task, 'ServiceSchedulerInitiated', unhealthy);
    const { stopCode } = task.wire;
    if (unhealthy !== undefined || stopCode === 'TaskFailedToStart' || stopCode === 'EssentialContainerExited') {
      if (task.countedFailed) return;
      task.countedFailed = true;
      const step = taskFailed(service.rollout, revision, { id: `ecs-svc/${randomDigits()}` }, now);
      service.rollout = step.rollout;
      for (const event of step.events) addEvent(service, event);
    } else if (!task.countedHealthy && factOf(service, task, now).healthy) {
      task.countedHealthy = true;
      service.rollout = taskHealthy(service.rollout, revision, now);
    }
  }

  function whyUnhealthy(service: StoredService, task: StoredTask, now: number): string | undefined {
    if (task.wire.lastStatus !== 'RUNNING' || task.wire.desiredStatus !== 'RUNNING') return undefined;
    if (task.target?.health === 'unhealthy')
      return `Task failed ELB health checks in (target-group ${service.targetGroupArn})`;
    const graceEnds = (task.runningAt ?? now) + (service.healthCheckGracePeriodSeconds ?? 0) * 1000;
    if (task.wire.healthStatus !== 'UNHEALTHY') return undefined;
    if (now >= graceEnds) return 'Task failed container health checks';
    wakeAt(service, graceEnds);
    return undefined;
  }

  function factOf(service: StoredService, task: StoredTask, now: number): TaskFact {
    const { lastStatus } = task.wire;
    const phase =
      lastStatus === 'RUNNING'
        ? 'running'
        : lastStatus === 'DEACTIVATING'
          ? 'draining'
          : isStopping(lastStatus)
            ? 'stopping'
            : 'starting';
    return {
      id: task.id,
      revision: String(task.revision),
      phase,
      healthy: phase === 'running' && isHealthy(service, task, now),
    };
  }

  function isHealthy(service: StoredService, task: StoredTask, now: number): boolean {
    const checked = containersOf(findTaskDefinition(state, task.taskDefinitionArn)).some(
      (one) => isEssential(one) && hasCheck(one),
    );
    if (checked && task.wire.healthStatus !== 'HEALTHY') return false;
    if (task.target !== undefined) return task.target.health === 'healthy';
    const settledAt = (task.runningAt ?? now) + settleMs;
    if (checked || now >= settledAt) return true;
    wakeAt(service, settledAt);
    return false;
  }

  /** A deleted service: its tasks stop, and then it is gone. */
  function drain(service: StoredService): void {
    const live = liveTasksOf(service);
    for (const task of live)
      runner().stop(
        task,
        'ServiceSchedulerInitiated',
        `Scaling activity initiated by (deployment ${service.rollout.deployments[0]?.id})`,
      );
    if (live.length > 0) return;
    service.status = 'INACTIVE';
    service.rollout = { ...service.rollout, deployments: [] };
    clearTimeout(timers.get(service.arn));
    void balancers.get(service.arn)?.close();
    balancers.delete(service.arn);
  }

  /** The earliest wish wins; a later one is made again at that look. */
  function wakeAt(service: StoredService, at: number | undefined): void {
    const earlier = wishes.get(service.arn);
    if (at === undefined || (earlier !== undefined && earlier <= at)) return;
    clearTimeout(timers.get(service.arn));
    wishes.set(service.arn, at);
    const timer = setTimeout(
      () => {
        wishes.delete(service.arn);
        wake(service.arn);
      },
      Math.max(0, at - Date.now()) + 1,
    );
    timers.set(service.arn, timer);
  }

  function say(service: StoredService, what: string): void {
    addEvent(service, `(service ${service.name}) ${what}`);
  }

  function addEvent(service: StoredService, message: string): void {
    // AWS keeps the newest hundred.
    service.events = [{ id: randomUUID(), createdAt: seconds(), message }, ...service.events].slice(0, 100);
  }

  /** Opens the service's local URL, where it has a port to send requests to. The port stays the same over restarts. */
  async function openBalancer(service: StoredService): Promise<void> {
    if (balancers.has(service.arn) || !hasPort(service)) return;
    const balancer = createLoadBalancer({
      healthPath: () => state.tags[service.arn]?.find((tag) => tag.key === healthPathTag)?.value,
      graceMs: () => (service.healthCheckGracePeriodSeconds ?? defaultGraceSeconds) * 1000,
      onHealth: (id, healthy, reason) => noteTargetHealth(service, state.tasks[id], healthy, reason),
    });
    balancers.set(service.arn, balancer);
    const before = service.port;
    service.port = await balancer.listen(before);
    if (before !== undefined && before !== service.port)
      say(
        service,
        `could not keep its local port ${before}, which another program uses, and moved to port ${service.port}.`,
      );
  }

  function hasPort(service: StoredService): boolean {
    const [primary] = service.rollout.deployments;
    const definition = primary && findTaskDefinition(state, primary.taskDefinition);
    return definition !== undefined && containersOf(definition).some((one) => (one.portMappings ?? []).length > 0);
  }

  function noteTargetHealth(
    service: StoredService,
    task: StoredTask | undefined,
    healthy: boolean,
    reason: string,
  ): void {
    if (task?.target === undefined) return;
    task.target.health = healthy ? 'healthy' : 'unhealthy';
    if (!healthy)
      say(
        service,
        `(port ${task.target.containerPort}) is unhealthy in (target-group ${service.targetGroupArn}) due to (reason ${reason})`,
      );
    wake(service.arn);
  }

  return {
    wake,
    say,
    openBalancer,

    register(task: StoredTask): void {
      const service = state.services[String(task.service)];
      if (service === undefined || task.target === undefined) return;
      const known = task.target.health === 'healthy';
      balancers.get(service.arn)?.register(task.id, task.target.hostPort, known);
      if (!known) say(service, `registered 1 targets in (target-group ${service.targetGroupArn})`);
    },

    async deregister(task: StoredTask): Promise<void> {
      const service = state.services[String(task.service)];
      if (service === undefined) return;
      say(service, 'has begun draining connections on 1 tasks.');
      say(service, `deregistered 1 targets in (target-group ${service.targetGroupArn})`);
      await balancers.get(service.arn)?.deregister(task.id);
    },

    /** After the process has started: every URL is there before its tasks are. */
    async openBalancers(): Promise<void> {
      for (const service of Object.values(state.services)) if (service.status === 'ACTIVE') await openBalancer(service);
    },

    wakeAll(): void {
      for (const arn of Object.keys(state.services)) wake(arn);
    },

    noteReachable(now: boolean): void {
      if (now === reachable) return;
      reachable = now;
      const active = Object.values(state.services).filter((one) => one.status === 'ACTIVE');
      const what = now
        ? 'reached Docker again.'
        : 'was unable to reach Docker. Its tasks stay as they are until Docker answers again.';
      for (const service of active) say(service, what);
      changed();
    },

    async close(): Promise<void> {
      closed = true;
      for (const timer of timers.values()) clearTimeout(timer);
      await Promise.all([...balancers.values()].map((one) => one.close()));
      balancers.clear();
    },
  };
}

const isStopping = (status: string) => ['STOPPING', 'DEPROVISIONING', 'STOPPED'].includes(status);
const listed = (tasks: StoredTask[]) => tasks.map((task) => `(task ${task.id})`).join(' ');
