import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createApp } from '../../src/app.ts';
import type { DeployWishes } from '../../src/deploy/deploy.ts';
import { projectLabel } from '../../src/deploy/localImages.ts';
import type { NewProject } from '../../src/deploy/newProject.ts';
import { DeployError } from '../../src/shared/errors.ts';
import type { DeployEvent } from '../../src/shared/events.ts';
import type { Host } from '../../src/shared/host.ts';
import type { Deployment, Project, ProjectOptions } from '../../src/shared/models.ts';
import { defaultSettings, type RollbackPolicy } from '../../src/shared/settings.ts';
import { type Files, makeRepository } from './apps.ts';

/** A whole computer for one test file: its own state folder, its own app, and an AWS at `endpoint`. */
export type World = Awaited<ReturnType<typeof openWorld>>;

export async function openWorld(endpoint: string, more: Partial<Host> & { policy?: RollbackPolicy } = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), 'deployotron-e2e-'));
  const storageDir = path.join(folder, 'home');
  const events: DeployEvent[] = [];
  const { policy = defaultSettings.rollbackOnCertainFailure, ...hostParts } = more;
  const settings = { ...defaultSettings, endpoint, rollbackOnCertainFailure: policy };
  const host: Host = {
    storageDir,
    secrets: { get: async () => undefined, store: async () => undefined, delete: async () => undefined },
    settings: () => settings,
    log: () => undefined,
    ...hostParts,
  };
  const app = await createApp(host, (event) => events.push(event));
  const names: string[] = [];

  return {
    endpoint,
    folder,
    storageDir,
    app,
    /** A folder with a git repository, and a name for its project that no other test uses. */
    repository(files: Files): { name: string; folder: string } {
      const name = `e2e-${randomBytes(4).toString('hex')}`;
      names.push(name);
      const repository = path.join(folder, name);
      // Something of its own, so that no build finds itself in the build cache of an earlier run.
      makeRepository(repository, { ...files, 'build-id.txt': name });
      return { name, folder: repository };
    },
    async project(name: string, repositoryUrl: string, more: Partial<NewProject> & { options?: ProjectOptions } = {}) {
      const options = { subnets: ['subnet-e2e'], ...more.options };
      return app.addProject({ name, repositoryUrl, branch: 'main', ...more, options });
    },
    /** Deploys to the end; the events are those of this deployment alone. */
    async deploy(project: Project, wishes: Partial<DeployWishes> = {}): Promise<Ended> {
      const { id, done } = await app.deploy(project, { rebuild: false, force: false, ...wishes });
      return { record: await done, events: eventsOf(id) };
    },
    async rollback(project: Project, to?: string): Promise<Ended> {
      const { id, done } = await app.rollback(project, to);
      return { record: await done, events: eventsOf(id) };
    },
    eventsOf,
    async close(): Promise<void> {
      await app.close();
      removeImages(names);
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };

  function eventsOf(id: string): DeployEvent[] {
    return events.filter((event) => event.deploymentId === id);
  }
}

export interface Ended {
  record: Deployment;
  events: DeployEvent[];
}

/** What the builds of these projects left in the engine. */
export function removeImages(names: string[]): void {
  const docker = (...options: string[]) => execFileSync('docker', options, { encoding: 'utf8' });
  const images = docker('image', 'ls', '--format', '{{.Repository}}:{{.Tag}}').split('\n');
  const ours = images.filter((image) => names.some((name) => image.includes(`${name}:`)));
  if (ours.length > 0) docker('image', 'rm', '--force', ...ours);
  // One that a container used at that moment has lost its name alone.
  for (const name of names) docker('image', 'prune', '--force', '--filter', `label=${projectLabel}=${name}`);
}

export function stepsThat(events: DeployEvent[], type: 'step-started' | 'step-succeeded' | 'step-failed'): string[] {
  return events.flatMap((event) => (event.type === type ? event.step : []));
}

export function skippedSteps(events: DeployEvent[]): string[] {
  return events.flatMap((event) => (event.type === 'step-succeeded' && event.skipped ? event.step : []));
}

export async function textAt(url: string | undefined): Promise<string> {
  const answer = await fetch(url ?? '', { signal: AbortSignal.timeout(5_000) });
  return answer.text();
}

/** The failure that a promise rejects with; a test that is given none fails. */
export async function failureOf(promise: Promise<unknown>) {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof DeployError) return error.failure;
  throw new Error(`a DeployError was expected, not ${String(error)}`);
}
