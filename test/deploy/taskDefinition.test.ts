import type { TaskDefinition } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { isSameTaskDefinition, taskDefinitionFor } from '../../src/deploy/taskDefinition.ts';

const repository = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop';
const parts = {
  base: undefined,
  service: 'shop',
  image: `${repository}:shop-abc`,
  repository,
  port: 3000,
  command: undefined,
  region: 'eu-west-1',
  account: '123456789012',
  cpuArchitecture: 'ARM64' as const,
  options: {},
};

/** As a platform team wrote it: a side car, fields that we do not know, an order of their own. */
const theirs = {
  taskDefinitionArn: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:7',
  family: 'shop',
  revision: 7,
  status: 'ACTIVE',
  registeredBy: 'arn:aws:iam::123456789012:user/x',
  requiresAttributes: [{ name: 'x' }],
  networkMode: 'awsvpc',
  cpu: '1024',
  memory: '2048',
  ephemeralStorage: { sizeInGiB: 40 },
  volumes: [],
  containerDefinitions: [
    { name: 'envoy', image: 'envoy:1', essential: true, environment: [] },
    {
      name: 'web',
      image: `${repository}:old`,
      cpu: 0,
      portMappings: [{ containerPort: 3000, hostPort: 3000, protocol: 'tcp' }],
      environment: [
        { name: 'B', value: '2' },
        { name: 'A', value: '1' },
      ],
      futureField: { kept: true },
    },
  ],
} as unknown as TaskDefinition;

describe('the first task definition', () => {
  it('is a Fargate task of the architecture that was built, with its log group and port', () => {
    const request = taskDefinitionFor(parts);
    expect(request).toMatchObject({
      family: 'shop',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' },
      executionRoleArn: 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole',
    });
    expect(request.containerDefinitions?.[0]).toMatchObject({
      image: `${repository}:shop-abc`,
      portMappings: [{ containerPort: 3000, protocol: 'tcp' }],
      logConfiguration: { options: { 'awslogs-group': '/ecs/shop', 'awslogs-region': 'eu-west-1' } },
    });
  });
});

describe('the next revision', () => {
  it('changes the image of our container and nothing else', () => {
    const request = taskDefinitionFor({ ...parts, base: theirs });
    const { taskDefinitionArn, revision, status, registeredBy, requiresAttributes, ...kept } = theirs;
    const [envoy, web] = theirs.containerDefinitions ?? [];
    expect(request).toEqual({ ...kept, containerDefinitions: [envoy, { ...web, image: parts.image }] });
    expect([taskDefinitionArn, revision, status, registeredBy, requiresAttributes].every(Boolean)).toBe(true);
  });

  it('takes what the user has set, by name', () => {
    const options = { memory: 4096, environment: { A: '9', C: '3' }, secrets: { DB: 'arn:x' } };
    const request = taskDefinitionFor({ ...parts, base: theirs, options });
    expect(request.memory).toBe('4096');
    expect(request.containerDefinitions?.[1]).toMatchObject({
      environment: [
        { name: 'B', value: '2' },
        { name: 'A', value: '9' },
        { name: 'C', value: '3' },
      ],
      secrets: [{ name: 'DB', valueFrom: 'arn:x' }],
    });
  });

  it('is the same when only what ECS fills in by itself differs', () => {
    const request = taskDefinitionFor({ ...parts, base: theirs, image: `${repository}:old` });
    expect(isSameTaskDefinition(theirs, request)).toBe(true);
    expect(isSameTaskDefinition(theirs, { ...request, volumes: undefined })).toBe(true);
    expect(isSameTaskDefinition(theirs, { ...request, cpu: '512' })).toBe(false);
    expect(isSameTaskDefinition(theirs, taskDefinitionFor({ ...parts, base: theirs }))).toBe(false);
  });

  it('takes a start command that the image does not know', () => {
    const request = taskDefinitionFor({ ...parts, base: theirs, command: ['node', 'other.js'] });
    expect(request.containerDefinitions?.map((each) => each.command)).toEqual([undefined, ['node', 'other.js']]);
  });

  it('refuses to guess which of several containers carries the app', () => {
    const base = { ...theirs, containerDefinitions: [{ name: 'a' }, { name: 'b' }] };
    expect(() => taskDefinitionFor({ ...parts, base })).toThrow(/\(a, b\)/);
  });
});
