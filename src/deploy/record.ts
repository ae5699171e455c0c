import type { Failure, FailureCode } from '../shared/errors.ts';
import type { Deployment, DeploymentStatus, Holder, Project } from '../shared/models.ts';
import type { RecordedFacts } from './context.ts';

export function newRecord(id: string, project: Project, facts: Deployment['facts'], holder: Holder): Deployment {
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

/** The columns that change; facts are added to those that are there. */
export function changeOf(current: Deployment, { facts, ...change }: RecordedFacts): Partial<Deployment> {
  return { ...change, ...(facts && { facts: { ...current.facts, ...facts } }) };
}

const statuses: Partial<Record<FailureCode, DeploymentStatus>> = {
  Cancelled: 'cancelled',
  RolledBack: 'rolledback',
  Superseded: 'superseded',
  RolloutTimedOut: 'timedout',
  RolloutUnknown: 'unknown',
};

/** The verdict that a failure gives the deployment. */
export function statusOf(failure: Failure): DeploymentStatus {
  return statuses[failure.code] ?? 'failed';
}

export function seconds(): number {
  return Math.floor(Date.now() / 1000);
}
