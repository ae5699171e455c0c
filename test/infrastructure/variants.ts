import type { ServicePlan } from '../../src/infrastructure/servicePlan.ts';
import type { TerraformWishes } from '../../src/infrastructure/terraform/wishes.ts';
import type { ExistingService } from '../../src/shared/existing.ts';

export const shop: ServicePlan = {
  project: 'shop',
  environment: 'production',
  region: 'eu-central-1',
  cluster: 'deployotron',
  service: 'shop',
  repository: 'shop',
  port: 3000,
  healthPath: '/health',
  command: [],
  cpu: 256,
  memory: 512,
  cpuArchitecture: 'X86_64',
  desiredCount: 2,
  variables: { LOG_LEVEL: 'info' },
  secrets: { DATABASE_URL: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop-AbCdEf:url::' },
  subnets: [],
  securityGroups: [],
  assignPublicIp: true,
  executionRoleArn: '',
  taskRoleArn: '',
};

export const plain: TerraformWishes = {
  environments: ['production'],
  balancer: undefined,
  express: false,
  adopted: undefined,
};

export const runningShop: ExistingService = {
  taskFamily: 'shop',
  cpu: 512,
  memory: 1024,
  cpuArchitecture: 'X86_64',
  desiredCount: 2,
  subnets: ['subnet-0a1', 'subnet-0b2'],
  securityGroups: ['sg-0c3'],
  assignPublicIp: false,
  launchType: 'FARGATE',
  capacityProviders: [],
  targets: [
    {
      targetGroupArn: 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/shop/0123456789abcdef',
      container: 'web',
      port: 8080,
    },
  ],
  gracePeriodSeconds: 90,
  minimumHealthyPercent: 100,
  maximumPercent: 200,
  circuitBreaker: { enable: true, rollback: true },
  platformVersion: 'LATEST',
  propagateTags: 'SERVICE',
  managedTags: true,
  executeCommand: false,
  zoneRebalancing: 'ENABLED',
  tags: { team: 'checkout', 'deployotron:project': 'shop' },
};

const found = {
  cluster: true,
  repository: { mutability: 'MUTABLE', tagsExcluded: [], scanOnPush: false },
  logGroup: { name: '/ecs/shop', retentionDays: 0 },
};

/** Every main variant; each has its golden folder. */
export const variants: Record<string, [plan: ServicePlan, wishes: TerraformWishes]> = {
  'public-ip': [shop, plain],
  balancer: [
    {
      ...shop,
      command: ['/bin/sh', '-c', 'exec ./serve'],
      subnets: ['subnet-0a1', 'subnet-0b2'],
      assignPublicIp: false,
    },
    { ...plain, balancer: { https: undefined } },
  ],
  'https-certificate': [
    shop,
    { ...plain, balancer: { https: { certificateArn: 'arn:aws:acm:eu-central-1:123456789012:certificate/0a1b' } } },
  ],
  'https-domain': [shop, { ...plain, balancer: { https: { domain: 'shop.example.com', hostedZone: 'example.com' } } }],
  'two-environments': [shop, { ...plain, environments: ['staging', 'production'], balancer: { https: undefined } }],
  'own-roles': [
    {
      ...shop,
      executionRoleArn: 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole',
      taskRoleArn: 'arn:aws:iam::123456789012:role/shop',
      securityGroups: ['sg-0c3'],
    },
    plain,
  ],
  'adopted-service': [shop, { ...plain, adopted: { ...found, service: runningShop } }],
  'adopted-capacity-provider': [
    shop,
    {
      ...plain,
      adopted: {
        ...found,
        logGroup: undefined,
        service: {
          ...runningShop,
          launchType: '',
          capacityProviders: [{ provider: 'FARGATE_SPOT', weight: 1, base: 0 }],
          targets: [],
        },
      },
    },
  ],
  'adopted-cluster': [shop, { ...plain, adopted: { ...found, service: undefined } }],
  express: [
    { ...shop, subnets: ['subnet-0a1', 'subnet-0b2'] },
    { ...plain, express: true },
  ],
};
