import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { connectAws } from '../services/aws.ts';
import { type Failure, type FailureCode, fail, isAbort, messageOf, toFailure } from '../shared/errors.ts';
import { type DeployEvent, type StepId, steps } from '../shared/events.ts';
import type { Host } from '../shared/host.ts';
import type { Deployment, DeploymentStatus, FrameworkType, Project } from '../shared/models.ts';
import { redact } from '../shared/redact.ts';
import type { DeployContext, Emit, RecordedFacts } from './context.ts';
import { type DeployWishes, deploy } from './deploy.ts';
import { gitTokenFor } from './gitToken.ts';
import { tidyLocalImages } from './localImages.ts';
import { createLogBatch } from './logBatch.ts';
import { rollback, rollbackSteps } from './rollback.ts';
import { type HeldService, lockService } from './serviceLock.ts';
import type { Healthy } from './steps/monitorRollout.ts';

/** What the orchestrator needs of the history. */
export interface Records {
  insert(deployment: Deployment): Promise<void>;
  update(id: string, change: Partial<Deployment>): Promise<unknown>;
  noteFramework(projectId: string, recognised: { framework: FrameworkType; kind: string }): Promise<unknown>;
  openLog(id: string): Promise<{ append(lines: string[]): Promise<void>; close(): Promise<string> }>;
}

export interface RunningDeployment {
  id: string;
  /** Ends with the record; never rejects because the deployment failed. */
  done: Promise<Deployment>;
  cancel(): void;
}

type Recipe = (ctx: DeployContext) => Promise<Healthy>;

/** Starts deployments, each with its record, its log, its lock and its events. */
export function createOrchestrator(host: Host, records: Records, emit: Emit, newHolder: () => Deployment['holder']) {
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
    const lock = await lockService(host.storageDir, project, id);
    const record = newRecord(id, project, facts, newHolder());
    await records.insert(record).catch(async (error) => {
      await lock.release();
      throw error;
    });
    const controller = new AbortController();
    const done = run(record, project, recipe, controller.signal, lock).finally(() => running.delete(id));
    const deployment = { id, done, cancel: () => controller.abort() };
    running.set(id, deployment);
    return deployment;
  }

  async function run(
    record: Deployment,
    project: Project,
    recipe: Recipe,
    signal: AbortSignal,
    lock: HeldService,
  ): Promise<Deployment> {
    const log = await records.openLog(record.id);
    const known = await secretsToHide(host, project);
    const stamp = (event: object) => ({ ...event, deploymentId: record.id, at: Date.now() }) as DeployEvent;
    const lines = createLogBatch((step, batch) => {
      emit(stamp({ type: 'log', step, lines: batch }));
      void log.append(batch);
    });
    let current = record;
    const save = async (change: Partial<Deployment>) => {
      current = { ...current, ...change };
      await records.update(record.id, change);
    };
    const workDir = path.join(host.storageDir, 'work', record.id);
    // Whatever happens here turns no success into a failure.
    const cleanUp = async ({ imageTag }: Deployment, succeeded: boolean) => {
      await rm(workDir, { recursive: true, force: true, maxRetries: 3 });
      if (imageTag && record.facts.operation === 'deploy') await tidyLocalImages(project, imageTag, succeeded);
    };
    const ctx: DeployContext = {
      deploymentId: record.id,
      project,
      settings: host.settings(),
      workDir,
      aws: connectAws(awsTargetOf(project, host)),
      signal,
      secret: (key) => host.secrets.get(key),
      emit: (event) => {
        lines.flush();
        emit(stamp(event));
        const line = asLine(event as DeployEvent);
        if (line) void log.append([line]);
      },
      log: (step, line) => lines.add(step, redact(line, known)),
      record: async ({ recognised, ...facts }) => {
        if (recognised) await records.noteFramework(project.id, recognised);
        await save(changeOf(current, facts));
      },
    };
    ctx.emit({
      type: 'deployment-started',
      projectName: project.name,
      operation: record.facts.operation,
      steps: stepsOf(record),
    });
    const outcome = await attempt(ctx, recipe, save);
    lines.flush();
    await cleanUp(current, outcome.status === 'success').catch((error) =>
      log.append([`   not cleaned up: ${messageOf(error)}`]),
    );
    const logs = await log.close();
    await save({ ...outcome, logs, completedAt: seconds(), holder: undefined }).catch((error) => {
      outcome.failure ??= toFailure(error);
      current = { ...current, ...outcome };
    });
    await lock.release();
    emit(stamp({ type: 'deployment-finished', ...finished(current) }));
    return current;
  }
}

type Outcome = Pick<Deployment, 'status' | 'failure' | 'errorMessage'>;

/** Runs the recipe and turns its end, whatever it is, into the record's. */
async function attempt(
  ctx: DeployContext,
  recipe: Recipe,
  save: (change: Partial<Deployment>) => Promise<void>,
): Promise<Outcome> {
  try {
    await save({ status: 'inprogress' });
    const { url } = await recipe(ctx);
    await ctx.record({ facts: { url } });
    return { status: 'success', failure: undefined, errorMessage: '' };
  } catch (error) {
    const failure = ctx.signal.aborted && isAbort(error) ? fail('Cancelled').failure : toFailure(error);
    return { status: statusOf(failure), failure, errorMessage: failure.message };
  }
}

const statuses: Partial<Record<FailureCode, DeploymentStatus>> = {
  Cancelled: 'cancelled',
  RolledBack: 'rolledback',
  Superseded: 'superseded',
  RolloutTimedOut: 'timedout',
  RolloutUnknown: 'unknown',
};

export function statusOf(failure: Failure): DeploymentStatus {
  return statuses[failure.code] ?? 'failed';
}

/** Which AWS a project means: its own setting wins over the one for all. */
export function awsTargetOf(project: Project, host: Host) {
  const { region, endpoint, profile } = host.settings();
  const own = project.options;
  return { region: own.region ?? region, endpoint: own.endpoint ?? endpoint, profile: own.profile ?? profile };
}

function newRecord(id: string, project: Project, facts: Deployment['facts'], holder: Deployment['holder']): Deployment {
  return {
    id,
    projectId: project.id,
    status: 'pending',
    commitSha: '',
    commitMessage: '',
    imageTag: '',
    startedAt: seconds(),
    completedAt: undefined,
    errorMessage: '',
    logs: '',
    facts,
    failure: undefined,
    evidence: undefined,
    holder,
  };
}

function changeOf(current: Deployment, { facts, ...change }: RecordedFacts): Partial<Deployment> {
  return { ...change, ...(facts && { facts: { ...current.facts, ...facts } }) };
}

function stepsOf(record: Deployment): StepId[] {
  return record.facts.operation === 'rollback' ? rollbackSteps : steps.map((step) => step.id);
}

/** What the log file says of an event; the steps' own lines stand between. */
function asLine(event: DeployEvent): string {
  switch (event.type) {
    case 'step-started':
      return `== ${steps.find((step) => step.id === event.step)?.label}`;
    case 'step-succeeded':
      return `   ${event.summary}`;
    case 'step-failed':
      return `!! ${event.failure.message}`;
    case 'warning':
      return `!  ${event.message}`;
    default:
      return '';
  }
}

function finished({ status, failure, facts }: Deployment) {
  return { status, ...(failure && { failure }), ...(facts.url && { url: facts.url }) };
}

/** Values that must never show in a log, should a tool repeat them. */
async function secretsToHide(host: Host, project: Project): Promise<string[]> {
  const token = await gitTokenFor(project.repositoryUrl, host.secrets.get);
  const { AWS_SECRET_ACCESS_KEY: key, AWS_SESSION_TOKEN: session } = process.env;
  return [token, key, session].filter((value) => value !== undefined);
}

function seconds(): number {
  return Math.floor(Date.now() / 1000);
}
