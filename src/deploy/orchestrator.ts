import { randomUUID } from 'node:crypto';
import { fail } from '../shared/errors.ts';
import type { Host } from '../shared/host.ts';
import { type Deployment, type FrameworkType, type Holder, isResumable, type Project } from '../shared/models.ts';
import type { Emit } from './context.ts';
import { type DeployWishes, deploy } from './deploy.ts';
import type { RollbackGoal } from './earlierRevision.ts';
import { newRecord } from './record.ts';
import { resumeWatching } from './resume.ts';
import { rollback } from './rollback.ts';
import { type Recipe, type RunLog, runRecipe } from './runRecipe.ts';
import { lockService } from './serviceLock.ts';

/** What the orchestrator needs of the history. */
export interface Records {
  insert(deployment: Deployment): Promise<void>;
  update(id: string, change: Partial<Deployment>): Promise<unknown>;
  noteFramework(projectId: string, recognised: { framework: FrameworkType; kind: string }): Promise<unknown>;
  /** Its log for people, and its events for other processes. */
  openLog(id: string, kind: 'log' | 'events'): Promise<RunLog>;
}

export interface RunningDeployment {
  id: string;
  /** Ends with the record; never rejects because the deployment failed. */
  done: Promise<Deployment>;
  cancel(): void;
}

const reopened = { status: 'pending', completedAt: undefined, failure: undefined, errorMessage: '' } as const;

/** Starts deployments, each with its record, its log, its lock and its events. `holder` is this process. */
export function createOrchestrator(host: Host, records: Records, emit: Emit, holder: Holder) {
  const running = new Map<string, RunningDeployment>();
  return {
    /** @throws DeployError AlreadyDeploying, at once and without a record. */
    deploy: (project: Project, wishes: DeployWishes) =>
      start(project, { operation: 'deploy' }, (ctx) => deploy(ctx, wishes)),
    /** @throws DeployError AlreadyDeploying, at once and without a record. */
    rollback: (project: Project, to: RollbackGoal) =>
      start(project, { operation: 'rollback', rollbackTo: to.id }, (ctx) => rollback(ctx, to)),
    /** Goes on with a deployment whose watch had ended before ECS was through. @throws DeployError AlreadyDeploying, NotResumable */
    resume: async (project: Project, record: Deployment) => {
      if (!isResumable(record)) throw fail('NotResumable', record.status);
      return run(project, { ...record, ...reopened, holder }, (ctx) => resumeWatching(ctx, record), reopen);
    },
    running: (): RunningDeployment[] => [...running.values()],
    /** False when no such deployment runs in this process. */
    cancel(id: string): boolean {
      running.get(id)?.cancel();
      return running.has(id);
    },
  };

  function start(project: Project, facts: Deployment['facts'], recipe: Recipe): Promise<RunningDeployment> {
    return run(project, newRecord(randomUUID(), project, facts, holder), recipe, records.insert);
  }

  async function run(
    project: Project,
    record: Deployment,
    recipe: Recipe,
    begin: (record: Deployment) => Promise<unknown>,
  ): Promise<RunningDeployment> {
    const { id } = record;
    const lock = await lockService(host, project, id);
    const controller = new AbortController();
    const files = await openFiles(begin, record).catch(async (error) => {
      await lock.release();
      throw error;
    });
    const done = runRecipe({ host, records, emit, project, record, ...files, recipe, signal: controller.signal })
      .finally(() => lock.release())
      .finally(() => running.delete(id));
    const deployment = { id, done, cancel: () => controller.abort() };
    running.set(id, deployment);
    return deployment;
  }

  /** Whoever is told of a deployment finds its record. */
  async function openFiles(begin: (record: Deployment) => Promise<unknown>, record: Deployment) {
    const { id } = record;
    const opening = [records.openLog(id, 'log'), records.openLog(id, 'events')] as const;
    try {
      const [log, events] = await Promise.all([...opening, begin(record)]);
      return { log, events };
    } catch (error) {
      for (const file of await Promise.allSettled(opening)) if (file.status === 'fulfilled') await file.value.close();
      throw error;
    }
  }

  function reopen({ id }: Deployment): Promise<unknown> {
    return records.update(id, { ...reopened, holder });
  }
}
