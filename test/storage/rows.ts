import { randomUUID } from 'node:crypto';
import type { Deployment } from '../../src/shared/models.ts';
import type { ProjectInput } from '../../src/storage/projects.ts';

export function aProject(name: string, change: Partial<ProjectInput> = {}): ProjectInput {
  return {
    name,
    repositoryUrl: 'https://example.com/shop.git',
    branch: 'main',
    framework: 'node',
    environment: 'development',
    awsCluster: 'cluster',
    awsService: 'service',
    ecrRepository: 'repository',
    kind: '',
    options: {},
    ...change,
  };
}

export function aDeployment(projectId: string, change: Partial<Deployment> = {}): Deployment {
  return {
    id: randomUUID(),
    projectId,
    status: 'success',
    commitSha: '0123456789abcdef0123456789abcdef01234567',
    commitMessage: 'Change a thing',
    imageTag: 'shop-0123456',
    startedAt: 1_700_000_000,
    completedAt: undefined,
    errorMessage: '',
    logs: '',
    facts: { operation: 'deploy' },
    failure: undefined,
    evidence: undefined,
    holder: undefined,
    ...change,
  };
}
