import { randomUUID } from 'node:crypto';
import type { Host } from '../shared/host.ts';
import type { Deployment, FrameworkType, Holder, Project } from '../shared/models.ts';
import type { Emit } from './context.ts';
import { type DeployWishes, deploy } from './deploy.ts';
import { newRecord } from './record.ts';
import { rollback } from './rollback.ts';
import { type Recipe, type RunLog, runRecipe } from './runRecipe.ts';
import { lockService } from './serviceLock.ts';

/** What the orchestrator needs of the history. */
export interface Records {
  insert(deployment: Deployment): Promise<void>;
  update(id: string, change: Partial<Deployment>): Promise<unknown>;
  noteFramework(projectId: string, recognised: { framework: FrameworkType; kind: string }): Promise<unknown>;
  openLog(id: string): Promise<RunLog>;
}

export interface RunningDeployment {
  id: string;
  /** Ends with the record; never rejects because the deployment failed. */
  done: Promise<Deployment>;
  cancel(): void;
}

/** Starts deployments, each with its record, its log, its lock and its events. `holder` is this process. */
export function createOrchestrator(host: Host, records: Records, emit: Emit, holder: Holder) {
  const running = new Map<string, RunningDeployment>();
  return {
    /** @throws DeployError AlreadyDeploying, at once and without a record. */
    deploy: (project: Project, wishes: DeployWishes) =>
      start(project, { operation: 'deploy' }, (ctx) => deploy(ctx, wishes)),
    /** @throws DeployError AlreadyDeploying, at once and without a record. */
    rollback: (project: Project, to: Deployment) =>
      start(project, { operation: 'rollback', rollbackTo: to.id }, (ctx) => rollback(ctx, to)),
    running: (): RunningDeployment[] => [...running.values()],
    /** False when no such deployment runs in this process. */
    cancel(id: string): boolean {
      running.get(id)?.cancel();
      return running.has(id);
    },
  };

  async function start(project: Project, facts: Deployment['facts'], recipe: Recipe): Promise<RunningDeployment> {
    const id = randomUUID();
    const lock = await lockService(host, project, id);
    const controller = new AbortController();
    const record = newRecord(id, project, facts, holder);
    const done = begin(record)
      .then((log) => runRecipe({ host, records, emit, project, record, log, recipe, signal: controller.signal }))
      .finally(() => lock.release())
      .finally(() => running.delete(id));
    const deployment = { id, done, cancel: () => controller.abort() };
    running.set(id, deployment);
    return deployment;
  }

  async function begin(record: Deployment): Promise<RunLog> {
    await records.insert(record);
    return records.openLog(record.id);
  }
}
