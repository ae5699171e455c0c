import { rm } from 'node:fs/promises';
import path from 'node:path';
import { cleanLine } from '../diagnosis/cleanLine.ts';
import { causesOfFailure } from '../diagnosis/failures.ts';
import { connectAws } from '../services/aws.ts';
import { type Failure, fail, isAbort, messageOf, toFailure, withCauses } from '../shared/errors.ts';
import { type DeployEvent, type StepId, steps } from '../shared/events.ts';
import type { Host } from '../shared/host.ts';
import type { Deployment, Project } from '../shared/models.ts';
import { redact } from '../shared/redact.ts';
import { awsTargetOf } from './awsTarget.ts';
import type { DeployContext, Emit, RecordedFacts } from './context.ts';
import { gitTokenFor } from './gitToken.ts';
import { keepEvents } from './keepEvents.ts';
import { forgetImage } from './localImages.ts';
import { createLogBatch, type LogBatch } from './logBatch.ts';
import type { Records } from './orchestrator.ts';
import { changeOf, seconds, statusOf } from './record.ts';
import { resumeSteps } from './resume.ts';
import { rollbackSteps } from './rollback.ts';
import type { Healthy } from './steps/monitorRollout.ts';

export type Recipe = (ctx: DeployContext) => Promise<Healthy>;

/** The log file of one deployment. */
export interface RunLog {
  append(lines: string[]): Promise<void>;
  /** The last 64 KiB. */
  close(): Promise<string>;
}

interface Run {
  host: Host;
  records: Records;
  emit: Emit;
  project: Project;
  record: Deployment;
  log: RunLog;
  events: RunLog;
  recipe: Recipe;
  signal: AbortSignal;
}

/** Runs a recipe from its first event to its last, and returns the record as it ended. Never rejects. */
export async function runRecipe(run: Run): Promise<Deployment> {
  const { host, project, log, events, recipe } = run;
  const record = keepRecord(run);
  const keep = keepEvents(events);
  const emit = (event: object) => {
    const stamped = { ...event, deploymentId: run.record.id, at: Date.now() } as DeployEvent;
    keep(stamped);
    run.emit(stamped);
  };
  const lines = createLogBatch((step, batch) => {
    emit({ type: 'log', step, lines: batch });
    void log.append(batch);
  });
  const ctx = contextOf(run, record, lines, emit, await secretsToHide(host, project));
  ctx.emit({
    type: 'deployment-started',
    projectName: project.name,
    operation: run.record.facts.operation,
    steps: stepsOf(run.record),
  });
  const outcome = await attempt(ctx, recipe, record);
  lines.flush();
  await cleanUp(ctx, record.current(), outcome).catch((error) =>
    log.append([`   not cleaned up: ${messageOf(error)}`]),
  );
  const logs = await log.close();
  const failed = outcome.failure && explained(outcome.failure, logs);
  const end = { ...outcome, failure: failed, completedAt: seconds(), logs, holder: undefined };
  const { status, failure, facts } = await record.end(end);
  emit({ type: 'deployment-finished', status, ...(failure && { failure }), ...(facts.url && { url: facts.url }) });
  await events.close();
  return record.current();
}

/** A failed rollout has its causes already; of what fails before, the tool's own words tell them. */
function explained(failure: Failure, logs: string): Failure {
  return failure.causes ? failure : withCauses(failure, causesOfFailure(failure, logs));
}

type KeptRecord = ReturnType<typeof keepRecord>;

/** The record in memory and in the history. */
function keepRecord({ records, record, project }: Run) {
  let current = record;
  let writing: Promise<unknown> = Promise.resolve();
  const save = (change: Partial<Deployment>): Promise<unknown> => {
    current = { ...current, ...change };
    return records.update(record.id, change);
  };
  /** The work goes on while it is written; a write that fails comes out with the next one. */
  const saveAside = async (write: () => Promise<unknown>): Promise<void> => {
    await writing;
    writing = write();
    writing.catch(() => undefined);
  };
  return {
    current: () => current,
    begin: () => saveAside(() => save({ status: 'inprogress' })),
    note: ({ recognised, ...facts }: RecordedFacts) =>
      saveAside(() => {
        const isNew = recognised?.kind !== project.kind || recognised.framework !== project.framework;
        const noted = recognised && isNew && records.noteFramework(project.id, recognised);
        return Promise.all([save(changeOf(current, facts)), noted]);
      }),
    written: () => writing,
    /** An end that cannot be written is told all the same; the next start finds the record unfinished. */
    async end(change: Partial<Deployment>): Promise<Deployment> {
      await save(change).catch((error) => {
        current = { ...current, failure: current.failure ?? toFailure(error) };
      });
      return current;
    },
  };
}

/** An instruction of a Dockerfile can be as long as a script, and hold what a terminal would obey. */
function nameOfStage(name: string): string {
  return cleanLine(name).slice(0, 160);
}

function contextOf(
  run: Run,
  record: KeptRecord,
  lines: LogBatch,
  emit: (event: object) => void,
  hidden: string[],
): DeployContext {
  const { host, project, log, signal } = run;
  return {
    deploymentId: run.record.id,
    project,
    settings: host.settings(),
    workDir: path.join(host.storageDir, 'work', run.record.id),
    aws: connectAws(awsTargetOf(project, host)),
    signal,
    secret: (key) => host.secrets.get(key),
    confirmRollback: async (failure) => (await host.confirmRollback?.(failure)) ?? false,
    emit(event) {
      lines.flush();
      emit(event);
      const line = asLine(event as DeployEvent);
      if (line) void log.append([line]);
    },
    noteStage: (step, stage) => emit({ type: 'stage', step, ...stage, name: nameOfStage(redact(stage.name, hidden)) }),
    log: (step, line) => lines.add(step, redact(line, hidden)),
    record: record.note,
  };
}

type Outcome = Pick<Deployment, 'status' | 'failure' | 'errorMessage'> & { facts?: Deployment['facts'] };

/** Runs the recipe and turns its end, whatever it is, into the record's. */
async function attempt(ctx: DeployContext, recipe: Recipe, record: KeptRecord): Promise<Outcome> {
  try {
    await record.begin();
    const { url } = await recipe(ctx);
    await record.written();
    return { status: 'success', failure: undefined, errorMessage: '', facts: { ...record.current().facts, url } };
  } catch (error) {
    const failure = ctx.signal.aborted && isAbort(error) ? fail('Cancelled').failure : toFailure(error);
    return { status: statusOf(failure), failure, errorMessage: failure.message };
  }
}

/** Whatever happens here turns no success into a failure. */
async function cleanUp(
  { workDir, project }: DeployContext,
  { imageTag, facts }: Deployment,
  { failure }: Outcome,
): Promise<void> {
  const built = imageTag && facts.operation === 'deploy';
  await Promise.all([
    rm(workDir, { recursive: true, force: true, maxRetries: 3 }),
    failure && built && forgetImage(project.name, imageTag),
  ]);
}

function stepsOf(record: Deployment): StepId[] {
  if (record.facts.ecsDeploymentId) return resumeSteps;
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
    case 'failure-known':
      return `!! ${event.failure.message}`;
    default:
      return '';
  }
}

/** Values that must never show in a log, should a tool repeat them. */
export async function secretsToHide(host: Host, project: Project): Promise<string[]> {
  const token = await gitTokenFor(project.repositoryUrl, host.secrets.get);
  const { AWS_SECRET_ACCESS_KEY: key, AWS_SESSION_TOKEN: session } = process.env;
  return [token, key, session].filter((value) => value !== undefined);
}
