import { describe, expect, it } from 'vitest';
import { type CircuitBreaker, deploy, type Rollout } from '../../src/sandbox/ecs/deployments.ts';
import { backoff, breakerThreshold, stopAndRollBack, taskFailed, taskHealthy } from '../../src/sandbox/ecs/failures.ts';
import { decide, rollbackShownMs, type TaskFact } from '../../src/sandbox/rollout.ts';

const noBreaker: CircuitBreaker = {
  enable: false,
  rollback: false,
  resetOnHealthyTask: true,
  threshold: { type: 'BOUNDED_PERCENT', value: 50 },
};
const breaker = { ...noBreaker, enable: true };
const breakerWithRollback = { ...breaker, rollback: true };

/** A service told as a story: time and tasks stand still until a line moves them. */
function story(settings: Partial<Rollout> = {}) {
  let now = 1_000_000;
  let count = 0;
  let wakeAt: number | undefined;
  let tasks: (TaskFact & { deployment: string })[] = [];
  const events: string[] = [];
  let rollout: Rollout = {
    serviceName: 'web',
    desiredCount: 2,
    minimumHealthyPercent: 100,
    maximumPercent: 200,
    breaker: noBreaker,
    deployments: [],
    history: [],
    steady: false,
    ...settings,
  };

  const self = {
    /** Decides again and again until nothing more is to be done now. */
    look() {
      for (let round = 0; round < 50; round++) {
        const decision = decide(rollout, tasks, now);
        rollout = decision.rollout;
        wakeAt = decision.wakeAt;
        events.push(...decision.events);
        for (const task of tasks) if (decision.stop.includes(task.id)) task.phase = 'draining';
        const primary = rollout.deployments[0];
        for (let started = 0; started < decision.start; started++) {
          const revision = String(primary?.revision);
          tasks.push({ id: `t${++count}`, revision, deployment: revision, phase: 'starting', healthy: false });
        }
        if (decision.start === 0 && decision.stop.length === 0) return self;
      }
      throw new Error('the scheduler does not come to rest');
    },
    deploy(name: string) {
      const made = { id: `ecs-svc/${name}`, arn: `arn/${name}`, revision: name, taskDefinition: `app:${name}` };
      rollout = deploy(rollout, made, now);
      return self.look();
    },
    /** The oldest starting task becomes healthy. */
    healthy() {
      const task = tasks.find((one) => one.phase === 'starting');
      if (task === undefined) throw new Error('no task is starting');
      Object.assign(task, { phase: 'running', healthy: true });
      rollout = taskHealthy(rollout, task.revision, now);
      return self.look();
    },
    /** The oldest starting task fails. */
    fails() {
      const task = tasks.find((one) => one.phase === 'starting');
      if (task === undefined) throw new Error('no task is starting');
      return self.dies(task.id);
    },
    dies(id: string) {
      const task = tasks.find((one) => one.id === id) as TaskFact;
      tasks = tasks.filter((one) => one.id !== id);
      const step = taskFailed(rollout, task.revision, { id: `ecs-svc/back-${++count}` }, now);
      rollout = step.rollout;
      events.push(...step.events);
      return self.look();
    },
    /** What drains is gone. */
    drained() {
      tasks = tasks.filter((one) => one.phase !== 'draining');
      return self.look();
    },
    later(ms: number) {
      now += ms;
      return self.look();
    },
    set(change: Partial<Rollout>) {
      rollout = { ...rollout, ...change };
      return self.look();
    },
    stopDeployment() {
      const step = stopAndRollBack(rollout, { id: 'ecs-svc/back' }, now);
      rollout = step.rollout;
      events.push(...step.events);
      return self.look();
    },
    /** `v1: 1 starting, 2 healthy` */
    get tasks() {
      const phaseOf = (task: TaskFact) =>
        task.phase === 'running' ? (task.healthy ? 'healthy' : 'running') : task.phase;
      return tasks.map((task) => `${task.revision} ${phaseOf(task)}`).sort();
    },
    get deployments() {
      return rollout.deployments.map((one) => `${one.id} ${one.status} ${one.rolloutState}`);
    },
    get primary() {
      return rollout.deployments[0];
    },
    get history() {
      return rollout.history.map((one) => `${one.deploymentId} ${one.status}`);
    },
    get rollout() {
      return rollout;
    },
    get wakeInMs() {
      return wakeAt === undefined ? undefined : wakeAt - now;
    },
    ids: () => tasks.map((task) => task.id),
    events,
  };
  return self;
}

const completed = (settings: Partial<Rollout> = {}) => {
  const told = story(settings).deploy('v1');
  for (let count = 0; count < told.rollout.desiredCount; count++) told.healthy();
  return told;
};

describe('a fresh service', () => {
  it('starts all its tasks and is completed when all are healthy', () => {
    const told = story().deploy('v1');
    expect(told.tasks).toEqual(['v1 starting', 'v1 starting']);
    expect(told.deployments).toEqual(['ecs-svc/v1 PRIMARY IN_PROGRESS']);
    expect(told.primary?.rolloutStateReason).toBe('ECS deployment ecs-svc/v1 in progress.');
    told.healthy();
    expect(told.deployments).toEqual(['ecs-svc/v1 PRIMARY IN_PROGRESS']);
    told.healthy();
    expect(told.deployments).toEqual(['ecs-svc/v1 PRIMARY COMPLETED']);
    expect(told.history).toEqual(['ecs-svc/v1 SUCCESSFUL']);
    expect(told.events).toEqual([
      '(service web) (deployment ecs-svc/v1) deployment completed.',
      '(service web) has reached a steady state.',
    ]);
  });

  it('that wants no task is completed at once', () => {
    const told = story({ desiredCount: 0 }).deploy('v1');
    expect(told.tasks).toEqual([]);
    expect(told.deployments).toEqual(['ecs-svc/v1 PRIMARY COMPLETED']);
  });

  it('that never gets healthy stays in progress without a breaker, and tries at longer and longer intervals', () => {
    const told = story({ desiredCount: 1 }).deploy('v1');
    const waits: (number | undefined)[] = [];
    for (let count = 0; count < 9; count++) {
      told.fails();
      expect(told.tasks).toEqual([]);
      waits.push(told.wakeInMs);
      told.later((told.wakeInMs ?? 0) - 1);
      expect(told.tasks).toEqual([]);
      told.later(1);
      expect(told.tasks).toEqual(['v1 starting']);
    }
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, backoff.capMs, backoff.capMs, backoff.capMs]);
    expect(told.deployments).toEqual(['ecs-svc/v1 PRIMARY IN_PROGRESS']);
    expect(told.primary?.failedTasks).toBe(9);
    expect(told.events[0]).toContain('is unable to consistently start tasks successfully');
  });

  it('that never gets healthy is failed by the breaker, and with nothing to go back to no more tasks are started', () => {
    const told = story({ desiredCount: 1, breaker: breakerWithRollback }).deploy('v1');
    for (let count = 0; count < 3; count++) told.fails().later(60_000);
    expect(told.deployments).toEqual(['ecs-svc/v1 PRIMARY FAILED']);
    expect(told.primary?.rolloutStateReason).toBe('ECS deployment circuit breaker: tasks failed to start.');
    expect(told.history).toEqual(['ecs-svc/v1 ROLLBACK_FAILED']);
    expect(told.rollout.history[0]?.statusReason).toContain('No rollback candidate was found to run the rollback.');
    expect(told.later(3_600_000).tasks).toEqual([]);
    told.deploy('v2').healthy();
    expect(told.deployments).toEqual(['ecs-svc/v2 PRIMARY COMPLETED']);
  });
});

describe('a rolling update', () => {
  it('with 100/200 starts all new tasks first and stops old ones only as new ones are healthy', () => {
    const told = completed().deploy('v2');
    expect(told.tasks).toEqual(['v1 healthy', 'v1 healthy', 'v2 starting', 'v2 starting']);
    expect(told.deployments).toEqual(['ecs-svc/v2 PRIMARY IN_PROGRESS', 'ecs-svc/v1 ACTIVE COMPLETED']);
    told.healthy();
    expect(told.tasks).toEqual(['v1 draining', 'v1 healthy', 'v2 healthy', 'v2 starting']);
    told.healthy();
    expect(told.tasks).toEqual(['v1 draining', 'v1 draining', 'v2 healthy', 'v2 healthy']);
    expect(told.deployments[0]).toBe('ecs-svc/v2 PRIMARY IN_PROGRESS');
    told.drained();
    expect(told.deployments).toEqual(['ecs-svc/v2 PRIMARY COMPLETED']);
    expect(told.history).toEqual(['ecs-svc/v2 SUCCESSFUL', 'ecs-svc/v1 SUCCESSFUL']);
    expect(told.rollout.history[0]?.sourceRevisions).toEqual(['v1']);
  });

  it('with 50/100 stops one old task first and never has more than the desired count', () => {
    const told = completed({ minimumHealthyPercent: 50, maximumPercent: 100 }).deploy('v2');
    expect(told.tasks).toEqual(['v1 draining', 'v1 healthy', 'v2 starting']);
    told.drained().healthy();
    expect(told.tasks).toEqual(['v1 draining', 'v2 healthy', 'v2 starting']);
    told.drained().healthy();
    expect(told.deployments).toEqual(['ecs-svc/v2 PRIMARY COMPLETED']);
  });

  it('whose percentages leave no room says so once and waits', () => {
    const told = completed({ desiredCount: 1, minimumHealthyPercent: 50, maximumPercent: 100 });
    told.deploy('v2').later(1000).later(1000);
    expect(told.tasks).toEqual(['v1 healthy']);
    const said = told.events.filter((event) => event.includes('was unable to stop or start tasks during a deployment'));
    expect(said).toHaveLength(1);
    expect(told.set({ maximumPercent: 200 }).tasks).toEqual(['v1 healthy', 'v2 starting']);
  });

  it('that fails leaves the old tasks alone', () => {
    const told = completed({ breaker }).deploy('v2');
    for (let count = 0; count < 3; count++) told.fails().later(60_000);
    expect(told.tasks.filter((task) => task.startsWith('v1'))).toEqual(['v1 healthy', 'v1 healthy']);
    expect(told.deployments).toEqual(['ecs-svc/v2 PRIMARY FAILED', 'ecs-svc/v1 ACTIVE COMPLETED']);
    expect(told.history[0]).toBe('ecs-svc/v2 STOPPED');
  });

  it('that is superseded stops what never got healthy, and only the newest is completed', () => {
    const told = completed().deploy('v2').deploy('v3');
    expect(told.tasks).toEqual([
      'v1 healthy',
      'v1 healthy',
      'v2 draining',
      'v2 draining',
      'v3 starting',
      'v3 starting',
    ]);
    told.drained().healthy().healthy().drained();
    expect(told.deployments).toEqual(['ecs-svc/v3 PRIMARY COMPLETED']);
    expect(told.history).toEqual(['ecs-svc/v3 SUCCESSFUL', 'ecs-svc/v2 STOPPED', 'ecs-svc/v1 SUCCESSFUL']);
  });
});

describe('the circuit breaker', () => {
  it.each([
    [1, {}, 3],
    [10, {}, 5],
    [11, {}, 6],
    [1000, {}, 200],
    [25, { type: 'COUNT', value: 7 }, 7],
    [1, { type: 'UNBOUNDED_PERCENT', value: 50 }, 1],
    [1000, { type: 'UNBOUNDED_PERCENT', value: 50 }, 500],
    [20, { type: 'BOUNDED_PERCENT', value: 25 }, 5],
  ] as const)('for %i tasks and %o trips at %i failures', (desired, threshold, failures) => {
    expect(breakerThreshold({ ...breaker, threshold: { ...breaker.threshold, ...threshold } }, desired)).toBe(failures);
  });

  it('trips on the third failure, not the second, and goes back to the last completed revision', () => {
    const told = completed({ breaker: breakerWithRollback }).deploy('v2');
    told.fails().later(60_000).fails().later(60_000);
    expect(told.primary?.id).toBe('ecs-svc/v2');
    expect(told.primary?.failedTasks).toBe(2);
    told.fails();
    const back = told.primary;
    expect(back).toMatchObject({ revision: 'v1', taskDefinition: 'app:v1', rolloutState: 'IN_PROGRESS' });
    expect(back?.rolloutStateReason).toBe(`ECS deployment circuit breaker: rolling back to deploymentId ${back?.id}.`);
    expect(told.deployments[1]).toBe('ecs-svc/v2 ACTIVE FAILED');
    expect(told.history[0]).toBe('ecs-svc/v2 ROLLBACK_IN_PROGRESS');
    expect(told.rollout.history[0]).toMatchObject({ failures: 3, triggered: true, rollback: { revision: 'v1' } });
    expect(told.events.slice(-2)).toEqual([
      '(service web) (deployment ecs-svc/v2) deployment failed: tasks failed to start.',
      `(service web) rolling back to deployment ${back?.id}.`,
    ]);
  });

  it('keeps the old tasks through a rollback and completes it once the failed ones are gone', () => {
    const told = completed({ breaker: breakerWithRollback }).deploy('v2');
    const old = told.ids().slice(0, 2);
    for (let count = 0; count < 3; count++) told.fails().later(backoff.capMs);
    told.later(rollbackShownMs).drained();
    expect(told.deployments).toEqual([`${told.primary?.id} PRIMARY COMPLETED`]);
    expect(told.ids()).toEqual(old);
    expect(told.history).toEqual(['ecs-svc/v2 ROLLBACK_SUCCESSFUL', 'ecs-svc/v1 SUCCESSFUL']);
    expect(told.rollout.lastCompleted?.revision).toBe('v1');
  });

  it('does not roll a rollback back', () => {
    const told = completed({
      desiredCount: 1,
      minimumHealthyPercent: 0,
      maximumPercent: 100,
      breaker: breakerWithRollback,
    });
    told.deploy('v2').drained();
    for (let count = 0; count < 3; count++) told.fails().later(60_000);
    expect(told.tasks).toEqual(['v1 starting']);
    for (let count = 0; count < 3; count++) told.fails().later(60_000);
    expect(told.primary).toMatchObject({ revision: 'v1', rolloutState: 'FAILED' });
    expect(told.history[0]).toBe('ecs-svc/v2 ROLLBACK_FAILED');
    expect(told.tasks).toEqual([]);
  });

  it('does not trip on fail, fail, healthy, fail, because a healthy task starts the count anew', () => {
    const told = completed({ breaker: breakerWithRollback }).deploy('v2');
    told.fails().later(60_000).fails().later(60_000).healthy().fails();
    expect(told.primary).toMatchObject({ id: 'ecs-svc/v2', rolloutState: 'IN_PROGRESS', failedTasks: 1 });
  });

  it('trips on fail, fail, healthy, fail when resetOnHealthyTask is off', () => {
    const told = completed({ breaker: { ...breakerWithRollback, resetOnHealthyTask: false } }).deploy('v2');
    told.fails().later(60_000).fails().later(60_000).healthy().fails();
    expect(told.primary).toMatchObject({ revision: 'v1', rolloutState: 'IN_PROGRESS' });
    expect(told.history[0]).toBe('ecs-svc/v2 ROLLBACK_IN_PROGRESS');
  });

  it('has nothing to say about tasks that die after the deployment was completed', () => {
    const told = completed({ desiredCount: 1, breaker: breakerWithRollback });
    for (let count = 0; count < 5; count++) told.dies(told.ids()[0] as string).later(60_000);
    expect(told.deployments).toEqual(['ecs-svc/v1 PRIMARY COMPLETED']);
    expect(told.tasks).toEqual(['v1 starting']);
  });
});

describe('a steady service', () => {
  it('replaces a dead task and says when it is steady again', () => {
    const told = completed();
    told.dies(told.ids()[0] as string).later(backoff.baseMs);
    expect(told.tasks).toEqual(['v1 healthy', 'v1 starting']);
    told.healthy();
    expect(told.deployments).toEqual(['ecs-svc/v1 PRIMARY COMPLETED']);
    expect(told.events.filter((event) => event.includes('steady state'))).toHaveLength(2);
  });

  it('scales up, down and to nothing without a new deployment', () => {
    const told = completed().set({ desiredCount: 4 });
    expect(told.tasks).toEqual(['v1 healthy', 'v1 healthy', 'v1 starting', 'v1 starting']);
    told.healthy().set({ desiredCount: 1 });
    expect(told.tasks).toEqual(['v1 draining', 'v1 draining', 'v1 draining', 'v1 healthy']);
    told.drained().set({ desiredCount: 0 }).drained();
    expect(told.tasks).toEqual([]);
    expect(told.deployments).toEqual(['ecs-svc/v1 PRIMARY COMPLETED']);
    expect(told.history).toEqual(['ecs-svc/v1 SUCCESSFUL']);
  });
});

describe('StopServiceDeployment', () => {
  it('goes back to the last completed revision, with the breaker off too', () => {
    const told = completed().deploy('v2').stopDeployment();
    expect(told.tasks).toEqual(['v1 healthy', 'v1 healthy', 'v2 draining', 'v2 draining']);
    told.drained().later(rollbackShownMs);
    expect(told.deployments).toEqual(['ecs-svc/back PRIMARY COMPLETED']);
    expect(told.history[0]).toBe('ecs-svc/v2 ROLLBACK_SUCCESSFUL');
  });

  it('starts old tasks again for those that were already stopped', () => {
    const told = completed().deploy('v2').healthy().drained().stopDeployment();
    expect(told.tasks).toEqual(['v1 healthy', 'v1 starting', 'v2 draining', 'v2 healthy']);
    told.drained().healthy().drained().later(rollbackShownMs);
    expect(told.tasks).toEqual(['v1 healthy', 'v1 healthy']);
    expect(told.history[0]).toBe('ecs-svc/v2 ROLLBACK_SUCCESSFUL');
  });

  it('on a first deployment has nothing to go back to', () => {
    const told = story().deploy('v1').stopDeployment();
    expect(told.deployments).toEqual(['ecs-svc/v1 PRIMARY FAILED']);
    expect(told.history).toEqual(['ecs-svc/v1 ROLLBACK_FAILED']);
  });
});
