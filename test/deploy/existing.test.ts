import { expect, test } from 'vitest';
import { existingService } from '../../src/deploy/existing.ts';

test('a service is described as it is', () => {
  const found = existingService(
    {
      serviceName: 'shop',
      desiredCount: 3,
      launchType: 'FARGATE',
      platformVersion: '1.4.0',
      propagateTags: 'TASK_DEFINITION',
      enableECSManagedTags: true,
      healthCheckGracePeriodSeconds: 90,
      networkConfiguration: {
        awsvpcConfiguration: { subnets: ['subnet-1'], securityGroups: ['sg-1'], assignPublicIp: 'DISABLED' },
      },
      loadBalancers: [
        { targetGroupArn: 'arn:tg', containerName: 'web', containerPort: 8080 },
        { loadBalancerName: 'classic' },
      ],
      deploymentConfiguration: {
        minimumHealthyPercent: 50,
        maximumPercent: 150,
        deploymentCircuitBreaker: { enable: true, rollback: false },
      },
      tags: [
        { key: 'team', value: 'checkout' },
        { key: 'aws:cloudformation:stack-name', value: 'x' },
      ],
    },
    { family: 'shop-web', cpu: '512', memory: '1024', runtimePlatform: { cpuArchitecture: 'ARM64' } },
  );
  expect(found).toMatchObject({
    taskFamily: 'shop-web',
    cpu: 512,
    memory: 1024,
    cpuArchitecture: 'ARM64',
    desiredCount: 3,
    subnets: ['subnet-1'],
    assignPublicIp: false,
    targets: [{ targetGroupArn: 'arn:tg', container: 'web', port: 8080 }],
    minimumHealthyPercent: 50,
    circuitBreaker: { enable: true, rollback: false },
    propagateTags: 'TASK_DEFINITION',
    tags: { team: 'checkout' },
  });
});

test('where ECS says nothing, its own defaults hold; with capacity providers there is no launch type', () => {
  const strategy = [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }];
  const found = existingService({ serviceName: 'shop', launchType: 'FARGATE', capacityProviderStrategy: strategy }, {});
  expect(found).toMatchObject({
    taskFamily: 'shop',
    launchType: '',
    capacityProviders: [{ provider: 'FARGATE_SPOT', weight: 1, base: 0 }],
    minimumHealthyPercent: 100,
    maximumPercent: 200,
    circuitBreaker: { enable: false, rollback: false },
    propagateTags: '',
    tags: {},
  });
});
