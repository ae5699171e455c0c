import { environments } from '../../shared/models.ts';
import { oneOfRule, type PartOf, type Variable } from './part.ts';

/** Who and where: the names that everything else carries. */
export const identity: PartOf = (plan) => ({
  variables: [
    {
      name: 'project',
      type: 'string',
      description: 'Name of the project: the tag deployotron:project of all resources, by which their cost is found.',
      value: plan.project,
    },
    {
      name: 'environment',
      type: 'string',
      description: 'What the service is for.',
      value: plan.environment,
      rule: oneOfRule('environment', environments, 'The environment'),
    },
    {
      name: 'region',
      type: 'string',
      description: 'AWS region of all resources.',
      value: plan.region,
      rule: {
        condition: 'can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]+$", var.region))',
        message: 'A region looks like eu-central-1.',
      },
    },
    ecsName('cluster_name', 'Name of the ECS cluster.', plan.cluster),
    ecsName('service_name', 'Name of the ECS service, its task family and its container.', plan.service),
    {
      name: 'repository_name',
      type: 'string',
      description: 'Name of the ECR repository to which the deployer pushes.',
      value: plan.repository,
      rule: {
        condition: 'can(regex("^[a-z0-9]+([._/-]+[a-z0-9]+)*$", var.repository_name))',
        message: 'A repository has lower-case letters and digits, with -, _, . or / between them.',
      },
    },
  ],
  main: `
locals {
  tags = {
    "deployotron:project"     = var.project
    "deployotron:environment" = var.environment
    ManagedBy                 = "terraform"
  }
}`,
  outputs: [],
});

function ecsName(name: string, description: string, value: string): Variable {
  const condition = `can(regex("^[A-Za-z0-9_-]{1,255}$", var.${name}))`;
  return {
    name,
    type: 'string',
    description,
    value,
    rule: { condition, message: 'Letters, digits, - and _, at most 255 of them.' },
  };
}
