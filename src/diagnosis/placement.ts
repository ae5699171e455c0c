import { type Rule, retry } from './rule.ts';
import { saying } from './text.ts';

/** S49–S54: ECS found no place for the task, or was not allowed to use it. */
export const placementRules: readonly Rule[] = [
  {
    id: 'S49',
    where: 'event',
    match: /no container instance met all of its requirements/i,
    cause: (_, found) => lackingInstance(found.text)[0],
    remedy: (_, found) => lackingInstance(found.text)[1],
  },
  {
    id: 'S50',
    where: 'event',
    match: /no container instances were found in your (?:capacity provider|cluster)/i,
    cause: 'the cluster has no instance on which the task could run.',
    remedy: 'Start instances (check the auto scaling group of the capacity provider), or run the service on Fargate.',
  },
  {
    id: 'S51',
    where: 'reason',
    match: /capacity is unavailable at this time/i,
    cause: 'AWS has no free Fargate capacity in these subnets at the moment.',
    remedy: 'Deploy again in some minutes, or name subnets in more zones.',
    offer: retry,
    certainty: 'possible',
  },
  {
    id: 'S52',
    where: 'reason',
    match:
      /reached the limit on the number of tasks|vCPUs you can run concurrently|(?:CPU|MEMORY) configuration is above your limit/i,
    cause: 'your AWS account has reached its limit for running tasks.',
    remedy: 'Ask for a higher Fargate quota in Service Quotas, or stop tasks that are not needed.',
  },
  {
    id: 'S53',
    where: 'event',
    match: /unable to place a task.{0,20}Reason: Internal error/i,
    cause: 'AWS could not place the task; the subnet may be in a zone without Fargate.',
    remedy: 'Name a subnet in another zone, then deploy again.',
    certainty: 'possible',
  },
  {
    id: 'S54',
    where: 'reason',
    match:
      /unable to assume the (?:\w+ )?role|IAM trust relationship has been misconfigured|IAM permissions policies have been misconfigured/i,
    cause: 'ECS may not use the IAM role of the task.',
    remedy:
      'Let the role trust ecs-tasks.amazonaws.com and allow yourself iam:PassRole for it. A role made just now is usable after about 30 seconds: deploy again.',
  },
];

const suffixes: readonly [telling: RegExp, cause: string, remedy: string][] = [
  [
    /insufficient CPU/i,
    'no instance of the cluster has enough free CPU for the task.',
    'Lower the CPU of the task, or add an instance.',
  ],
  [
    /insufficient memory/i,
    'no instance of the cluster has enough free memory for the task.',
    'Lower the memory of the task, or add an instance.',
  ],
  [
    /already using a port/i,
    'the port that the task wants is taken on every instance of the cluster.',
    'Use host port 0, so that ECS chooses a free one, or add an instance.',
  ],
  [
    /missing an attribute/i,
    'no instance of the cluster offers what the task definition asks for.',
    'Compare the CPU architecture, log driver and placement constraints of the task with the instances.',
  ],
  [
    /encountered error "?AGENT/i,
    'the ECS agent on the instance does not answer.',
    'Restart the ECS agent, or replace the instance.',
  ],
];

function lackingInstance(text: string): [cause: string, remedy: string] {
  const known = suffixes.find(([telling]) => telling.test(text));
  if (known) return [known[1], known[2]];
  const closest = /closest matching (.*)/i.exec(text)?.[1];
  return [
    `no instance of the cluster fits the task${saying(', the closest one:', closest)}.`,
    'Add an instance that fits, or lower what the task asks for.',
  ];
}
