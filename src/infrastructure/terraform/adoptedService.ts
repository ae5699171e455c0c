import type { ExistingService } from '../../shared/existing.ts';
import { quoted } from '../hcl.ts';
import type { PartOf } from './part.ts';

/**
 * A service that exists, as it is: its roles, its target group and its revisions stay where they are, so that the first
 * plan takes it over and changes nothing but tags.
 */
export const adoptedService: PartOf = (_, { adopted }) => {
  const found = adopted?.service;
  if (!found) return undefined;
  return {
    variables: [
      {
        name: 'service_tags',
        type: 'map(string)',
        description: 'Tags of the service, beside those of all resources.',
        value: withoutOurs(found.tags),
      },
    ],
    main: serviceBlock(found),
    outputs: [
      { name: 'service_name', description: 'Name of the ECS service.', value: 'aws_ecs_service.app.name' },
      {
        name: 'task_definition_arn',
        description: 'Newest revision of the task definition.',
        value: 'data.aws_ecs_task_definition.app.arn',
      },
    ],
  };
};

/** The provider's default tags say these. */
function withoutOurs(tags: ExistingService['tags']): Record<string, string> {
  const ours = ['deployotron:project', 'deployotron:environment', 'ManagedBy'];
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !ours.includes(key)));
}

function serviceBlock(found: ExistingService): string {
  const { enable, rollback } = found.circuitBreaker;
  return `
# Its revisions are the deployer's.
data "aws_ecs_task_definition" "app" {
  task_definition = ${quoted(found.taskFamily)}
}

resource "aws_ecs_service" "app" {
  name = var.service_name
  cluster = aws_ecs_cluster.this.arn
  task_definition = data.aws_ecs_task_definition.app.arn
  desired_count = ${found.desiredCount}
${lines([
  found.launchType && `launch_type = ${quoted(found.launchType)}`,
  found.platformVersion && `platform_version = ${quoted(found.platformVersion)}`,
  found.zoneRebalancing && `availability_zone_rebalancing = ${quoted(found.zoneRebalancing)}`,
  `enable_ecs_managed_tags = ${found.managedTags}`,
  `enable_execute_command = ${found.executeCommand}`,
  found.propagateTags && `propagate_tags = ${quoted(found.propagateTags)}`,
  found.targets.length > 0 && `health_check_grace_period_seconds = ${found.gracePeriodSeconds}`,
  `deployment_minimum_healthy_percent = ${found.minimumHealthyPercent}`,
  `deployment_maximum_percent = ${found.maximumPercent}`,
  'tags = var.service_tags',
])}
${found.capacityProviders.map(capacityProvider).join('')}
  deployment_circuit_breaker {
    enable = ${enable}
    rollback = ${rollback}
  }
${found.subnets.length > 0 ? network : ''}${found.targets.map(target).join('')}
  lifecycle {
    # The deployer registers revisions and rolls them out; autoscaling and people change the number of tasks.
    ignore_changes = [task_definition, desired_count]
  }
}
`;
}

const network = `
  network_configuration {
    subnets = var.subnet_ids
    security_groups = var.security_group_ids
    assign_public_ip = var.assign_public_ip
  }
`;

function capacityProvider({ provider, weight, base }: ExistingService['capacityProviders'][number]): string {
  return `
  capacity_provider_strategy {
    capacity_provider = ${quoted(provider)}
    weight = ${weight}
    base = ${base}
  }
`;
}

function target({ targetGroupArn, container, port }: ExistingService['targets'][number]): string {
  return `
  load_balancer {
    target_group_arn = ${quoted(targetGroupArn)}
    container_name = ${quoted(container)}
    container_port = ${port}
  }
`;
}

function lines(texts: readonly (string | false)[]): string {
  return texts
    .filter(Boolean)
    .map((text) => `  ${text}`)
    .join('\n');
}
