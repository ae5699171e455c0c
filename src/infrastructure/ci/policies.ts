import { type CiPlan, unknownAccount, unknownGithub } from './plan.ts';

const issuer = 'token.actions.githubusercontent.com';

/** Who may take the role: this repository's runs for this environment, and nobody else. */
export function trustPolicy(plan: CiPlan) {
  const account = plan.account || unknownAccount;
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/${issuer}` },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: {
            [`${issuer}:aud`]: 'sts.amazonaws.com',
            [`${issuer}:sub`]: `repo:${plan.github || unknownGithub}:environment:${plan.environment}`,
          },
        },
      },
    ],
  };
}

/** What a deployment and a rollback of this one service need, and nothing beside it. */
export function permissionPolicy(plan: CiPlan) {
  const { cluster, service } = plan;
  const arn = (of: string, resource: string) =>
    `arn:aws:${of}:${plan.region}:${plan.account || unknownAccount}:${resource}`;
  const ecs = (resource: string) => arn('ecs', resource);
  const allow = (Sid: string, Action: readonly string[], Resource: string | readonly string[], Condition?: object) => ({
    Sid,
    Effect: 'Allow',
    Action,
    Resource,
    ...(Condition && { Condition }),
  });
  return {
    Version: '2012-10-17',
    Statement: [
      allow('LogInToEcr', ['ecr:GetAuthorizationToken'], '*'),
      allow('PushImages', repositoryActions, arn('ecr', `repository/${plan.repository}`)),
      allow('Cluster', ['ecs:CreateCluster', 'ecs:DescribeClusters'], ecs(`cluster/${cluster}`)),
      allow('Service', serviceActions, ecs(`service/${cluster}/${service}`)),
      allow(
        'Rollouts',
        ['ecs:DescribeServiceDeployments', 'ecs:DescribeServiceRevisions', 'ecs:StopServiceDeployment'],
        // These ask for the right to the service, too.
        [
          ecs(`service/${cluster}/${service}`),
          ecs(`service-deployment/${cluster}/${service}/*`),
          ecs(`service-revision/${cluster}/${service}/*`),
        ],
      ),
      allow('Tasks', ['ecs:DescribeTasks'], ecs(`task/${cluster}/*`)),
      allow('ListTasks', ['ecs:ListTasks'], '*', { ArnEquals: { 'ecs:cluster': ecs(`cluster/${cluster}`) } }),
      allow('Revisions', ['ecs:RegisterTaskDefinition'], ecs('task-definition/*:*')),
      allow('ReadRevisions', ['ecs:DescribeTaskDefinition'], '*'),
      allow('TagWhatIsMade', ['ecs:TagResource'], [ecs(`service/${cluster}/${service}`), ecs('task-definition/*:*')], {
        StringEquals: { 'ecs:CreateAction': ['CreateService', 'RegisterTaskDefinition'] },
      }),
      allow(
        'Logs',
        ['logs:CreateLogGroup', 'logs:FilterLogEvents', 'logs:GetLogEvents', 'logs:TagResource'],
        [arn('logs', `log-group:${plan.logGroup}`), arn('logs', `log-group:${plan.logGroup}:*`)],
      ),
      // These know no single resources; they tell where the service answers, and what its balancer waits for.
      allow('ReadBalancersAndAddresses', readActions, '*'),
      allow('HandRolesToTasks', ['iam:PassRole'], rolesOf(plan), {
        StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' },
      }),
    ],
  };
}

const repositoryActions = [
  'ecr:BatchCheckLayerAvailability',
  'ecr:BatchGetImage',
  'ecr:CompleteLayerUpload',
  'ecr:CreateRepository',
  'ecr:DescribeImages',
  'ecr:DescribeRepositories',
  'ecr:GetDownloadUrlForLayer',
  'ecr:InitiateLayerUpload',
  'ecr:PutImage',
  'ecr:TagResource',
  'ecr:UploadLayerPart',
];

const serviceActions = [
  'ecs:CreateService',
  'ecs:DeleteService',
  'ecs:DescribeServices',
  'ecs:ListServiceDeployments',
  'ecs:UpdateService',
];

const readActions = [
  'ec2:DescribeNetworkInterfaces',
  'elasticloadbalancing:DescribeListeners',
  'elasticloadbalancing:DescribeLoadBalancers',
  'elasticloadbalancing:DescribeTargetGroupAttributes',
  'elasticloadbalancing:DescribeTargetGroups',
];

/** Those that are set, AWS's own default, and those of the Terraform module, whose names end by chance. */
function rolesOf({ account, service, taskRoles }: CiPlan): string[] {
  const role = (name: string) => `arn:aws:iam::${account || unknownAccount}:role/${name}`;
  return [
    ...taskRoles,
    role('ecsTaskExecutionRole'),
    role(`${service.slice(0, 26)}-execution-*`),
    role(`${service.slice(0, 32)}-task-*`),
  ];
}
