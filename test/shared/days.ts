import { fail } from '../../src/shared/errors.ts';
import type { DeployEvent, Figures, Stage, StepId } from '../../src/shared/events.ts';
import type { Deployment, Project } from '../../src/shared/models.ts';
import { applyEvent, type Progress } from '../../src/shared/progress.ts';

export const project = { id: 'p1', name: 'shop', environment: 'staging' } as Project;

export function record(change: Partial<Deployment> = {}): Deployment {
  return {
    id: '00000000-0000-4000-8000-000000000001',
    projectId: 'p1',
    status: 'success',
    commitSha: 'abc123',
    commitMessage: 'Sell more',
    imageTag: 'shop-abc123',
    startedAt: 1_800_000_000,
    completedAt: 1_800_000_060,
    errorMessage: '',
    logs: '',
    facts: { operation: 'deploy' },
    failure: undefined,
    evidence: undefined,
    holder: undefined,
    ...change,
  };
}

export const failed = record({
  status: 'failed',
  failure: fail('RolloutFailed', 'shop', 'it exits', 'mend it', '').failure,
});

type Part = Partial<Stage> & { name: string; seconds: number };

/** A deployment made of steps that follow one another, each with its stages; times in seconds. */
export function progressWith(
  steps: Partial<Record<StepId, { seconds: number; stages?: Part[] }>>,
  figures: Figures = {},
): Progress {
  const deploymentId = record().id;
  let at = 1_800_000_000_000;
  const ids = Object.keys(steps) as StepId[];
  const events: DeployEvent[] = [
    { deploymentId, at, type: 'deployment-started', projectName: 'shop', operation: 'deploy', steps: ids },
    { deploymentId, at, type: 'measured', figures },
  ];
  for (const step of ids) {
    const { seconds = 0, stages = [] } = steps[step] ?? {};
    events.push({ deploymentId, at, type: 'step-started', step });
    for (const { seconds: taken, ...stage } of stages)
      events.push({ deploymentId, at, type: 'stage', step, startedAt: at, endedAt: at + taken * 1000, ...stage });
    at += seconds * 1000;
    events.push({ deploymentId, at, type: 'step-succeeded', step, summary: '' });
  }
  events.push({ deploymentId, at, type: 'deployment-finished', status: 'success' });
  return events.reduce<Progress | undefined>(applyEvent, undefined) as Progress;
}

/** A build from nothing, its push, and a rollout with all its phases. */
export const usualDay = progressWith(
  {
    clone: { seconds: 2 },
    build: {
      seconds: 30,
      stages: [
        { name: 'sending files', seconds: 1, bytes: 4_000_000 },
        { name: '[build 1/4] FROM node:22-bookworm-slim', seconds: 0.1 },
        { name: '[build 2/4] WORKDIR /app', seconds: 0, cached: true },
        { name: '[build 3/4] COPY . .', seconds: 0.2 },
        { name: '[build 4/4] RUN npm ci', seconds: 24 },
      ],
    },
    push: {
      seconds: 6,
      stages: [
        { name: 'layer 0a1b', seconds: 0, cached: true },
        { name: 'layer 2c3d', seconds: 5, bytes: 30_000_000 },
      ],
    },
    monitor: {
      seconds: 22,
      stages: [
        { name: 'provision', seconds: 4 },
        { name: 'pull', seconds: 6 },
        { name: 'start', seconds: 1 },
        { name: 'health', seconds: 5 },
        { name: 'drain', seconds: 6 },
      ],
    },
  },
  { contextBytes: 4_000_000, contextFiles: 120, imageBytes: 180_000_000, pushAttempts: 1, desiredTasks: 1 },
);
