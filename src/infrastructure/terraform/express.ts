import type { PartOf, Variable } from './part.ts';
import { roleReferences } from './roles.ts';
import { containerVariables, sizeVariables } from './taskDefinition.ts';

/**
 * One service of ECS Express Mode: ECS itself makes the balancer, the certificate and the scaling.
 * Here Terraform sets the image, since UpdateService is not how such a service is deployed.
 */
export const expressService: PartOf = (plan) => ({
  variables: [
    { name: 'image', type: 'string', description: 'The image that runs, as repository:tag or repository@digest.' },
    ...containerVariables(plan),
    ...sizeVariables(plan, [256, 512, 1024, 2048, 4096]),
    {
      name: 'health_check_path',
      type: 'string',
      description: 'Path that answers 2xx or 3xx when the app is well.',
      value: plan.healthPath,
      rule: { condition: 'startswith(var.health_check_path, "/")', message: 'The path begins with a slash.' },
    },
    tasks('min_tasks', 'Least number of tasks.', Math.max(1, plan.desiredCount)),
    tasks('max_tasks', 'Greatest number of tasks.', Math.max(1, plan.desiredCount) * 4),
    {
      name: 'cpu_percent',
      type: 'number',
      description: 'Average CPU that scaling aims at, in percent.',
      default: 60,
      rule: { condition: 'var.cpu_percent >= 1 && var.cpu_percent <= 100', message: 'From 1 to 100.' },
    },
  ],
  main: expressBlock(plan.command.length > 0, roleReferences(plan)),
  outputs: [
    {
      name: 'service_url',
      description: 'Where the service answers.',
      value: 'aws_ecs_express_gateway_service.app.ingress_paths[*].endpoint',
    },
    {
      name: 'service_arn',
      description: 'ARN of the service.',
      value: 'aws_ecs_express_gateway_service.app.service_arn',
    },
    {
      name: 'service_revision_arn',
      description: 'Revision of the service that runs.',
      value: 'aws_ecs_express_gateway_service.app.service_revision_arn',
    },
  ],
});

function tasks(name: string, description: string, value: number): Variable {
  return { name, type: 'number', description, value, rule: { condition: `var.${name} >= 1`, message: 'At least 1.' } };
}

function expressBlock(withCommand: boolean, roles: { execution: string; task: string }): string {
  return `
resource "aws_ecs_express_gateway_service" "app" {
  service_name = var.service_name
  cluster = aws_ecs_cluster.this.name
  infrastructure_role_arn = aws_iam_role.infrastructure.arn
  execution_role_arn = ${roles.execution}
  task_role_arn = ${roles.task}
  cpu = tostring(var.cpu)
  memory = tostring(var.memory)
  health_check_path = var.health_check_path

  primary_container {
    image = var.image
    container_port = var.container_port
${withCommand ? '    command = var.command\n' : ''}
    aws_logs_configuration {
      log_group = aws_cloudwatch_log_group.app.name
      log_stream_prefix = "ecs"
    }

    dynamic "environment" {
      for_each = var.environment_variables

      content {
        name = environment.key
        value = environment.value
      }
    }

    dynamic "secret" {
      for_each = var.secrets

      content {
        name = secret.key
        value_from = secret.value
      }
    }
  }

  dynamic "network_configuration" {
    for_each = length(var.subnet_ids) > 0 ? [var.subnet_ids] : []

    content {
      subnets = network_configuration.value
      security_groups = length(var.security_group_ids) > 0 ? var.security_group_ids : null
    }
  }

  scaling_target {
    auto_scaling_metric = "AVERAGE_CPU"
    auto_scaling_target_value = var.cpu_percent
    min_task_count = var.min_tasks
    max_task_count = var.max_tasks
  }

  # Without their rights the roles cannot make or start anything.
  depends_on = [${[...(roles.execution.startsWith('var.') ? [] : ['aws_iam_role_policy.execution']), 'aws_iam_role_policy_attachment.infrastructure'].join(', ')}]
}
`;
}
