import type { Deployment, Project } from '../../src/shared/models.ts';

export function project(change: Partial<Project> = {}): Project {
  return {
    id: 'shop',
    name: 'shop',
    repositoryUrl: '/home/kim/shop',
    branch: '',
    framework: 'node',
    environment: 'development',
    awsCluster: 'deployotron',
    awsService: 'shop',
    ecrRepository: 'shop',
    createdAt: 1_700_000_000,
    updatedAt: 1_700_000_000,
    kind: 'express',
    options: {},
    ...change,
  };
}

export function deployment(change: Partial<Deployment> = {}): Deployment {
  return {
    id: '6f0b2f4e-7a55-4b8e-9d0e-1d2c3b4a5f60',
    projectId: 'shop',
    status: 'success',
    commitSha: '3f9c2e1aa0b1',
    commitMessage: 'Show prices with tax',
    imageTag: '3f9c2e1-77ab',
    startedAt: 1_700_000_000,
    completedAt: 1_700_000_050,
    errorMessage: '',
    logs: '',
    facts: { operation: 'deploy' },
    failure: undefined,
    evidence: undefined,
    holder: undefined,
    ...change,
  };
}
