import { oneOfRule, type PartOf, type Variable } from './part.ts';
import { roleReferences } from './roles.ts';

/** The first revision of the task definition; all later ones are the deployer's. */
export const taskDefinition: PartOf = (plan) => ({
  variables: [
    {
      name: 'first_image',
      type: 'string',
      description:
        'Image of the first revision only, as repository:tag. Without one the service begins with no task, and the deployer brings the first image.',
      default: null,
    },
    ...containerVariables(plan),
    ...sizeVariables(plan, [256, 512, 1024, 2048, 4096, 8192, 16384]),
    {
      name: 'cpu_architecture',
      type: 'string',
      description: 'CPU architecture of the tasks, for which the image must be built.',
      value: plan.cpuArchitecture,
      rule: oneOfRule('cpu_architecture', ['X86_64', 'ARM64'], 'It'),
    },
  ],
  main: sizes + definition(plan.command.length > 0, roleReferences(plan)),
  outputs: [
    {
      name: 'task_definition_arn',
      description: 'The revision that Terraform registered; the service may run a later one of the deployer.',
      value: 'aws_ecs_task_definition.app.arn',
    },
  ],
});

export function containerVariables(plan: Parameters<PartOf>[0]): Variable[] {
  const command: Variable = {
    name: 'command',
    type: 'list(string)',
    description: 'Takes the place of the CMD of the image.',
    value: plan.command,
  };
  return [
    {
      name: 'container_port',
      type: 'number',
      description: 'Port that the app listens on.',
      value: plan.port,
      rule: {
        condition:
          'var.container_port >= 1 && var.container_port <= 65535 && floor(var.container_port) == var.container_port',
        message: 'A port is a whole number from 1 to 65535.',
      },
    },
    ...(plan.command.length > 0 ? [command] : []),
    {
      name: 'environment_variables',
      type: 'map(string)',
      description: 'Plain environment variables of the container. No secrets: these stand in the state and in ECS.',
      value: plan.variables,
    },
    {
      name: 'secrets',
      type: 'map(string)',
      description:
        'Environment variables from Secrets Manager or Parameter Store, name to ARN. Their values stay there.',
      value: plan.secrets,
      rule: {
        condition: `alltrue([for arn in values(var.secrets) : can(regex("^arn:[a-z-]+:(secretsmanager|ssm):", arn))])`,
        message: 'Each is the ARN of a secret of Secrets Manager or a parameter of Parameter Store.',
      },
    },
  ];
}

export function sizeVariables(plan: Parameters<PartOf>[0], cpus: readonly number[]): Variable[] {
  const message = `Fargate offers ${cpus.slice(0, -1).join(', ')} and ${cpus.at(-1)}.`;
  return [
    {
      name: 'cpu',
      type: 'number',
      description: 'CPU units of a task; 1024 are one vCPU.',
      value: plan.cpu,
      rule: { condition: `contains([${cpus.join(', ')}], var.cpu)`, message },
    },
    {
      name: 'memory',
      type: 'number',
      description: 'Memory of a task in MiB; each CPU goes with certain sizes only.',
      value: plan.memory,
      rule: { condition: 'var.memory >= 512', message: 'Fargate has no task of less than 512 MiB.' },
    },
  ];
}

const sizes = `
locals {
  # What Fargate offers: memory in MiB by CPU units.
  fargate_memory = {
    "256" = [512, 1024, 2048]
    "512" = range(1024, 4097, 1024)
    "1024" = range(2048, 8193, 1024)
    "2048" = range(4096, 16385, 1024)
    "4096" = range(8192, 30721, 1024)
    "8192" = range(16384, 61441, 4096)
    "16384" = range(32768, 122881, 8192)
  }
}
`;

function definition(withCommand: boolean, roles: { execution: string; task: string }): string {
  return `
resource "aws_ecs_task_definition" "app" {
  family = var.service_name
  requires_compatibilities = ["FARGATE"]
  network_mode = "awsvpc"
  cpu = var.cpu
  memory = var.memory
  execution_role_arn = ${roles.execution}
  task_role_arn = ${roles.task}

  # Earlier revisions stay, so that a rollback finds them.
  skip_destroy = true

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture = var.cpu_architecture
  }

  container_definitions = jsonencode([
    {
      name = var.service_name
      image = coalesce(var.first_image, "\${aws_ecr_repository.app.repository_url}:none")
      essential = true
${withCommand ? '      command = var.command\n' : ''}      portMappings = [{ containerPort = var.container_port, protocol = "tcp" }]
      linuxParameters = { initProcessEnabled = true }
      environment = [for name, value in var.environment_variables : { name = name, value = value }]
      secrets = [for name, arn in var.secrets : { name = name, valueFrom = arn }]
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          "awslogs-group" = aws_cloudwatch_log_group.app.name
          "awslogs-region" = var.region
          "awslogs-stream-prefix" = "ecs"
        }
      }
    },
  ])

  lifecycle {
    precondition {
      condition = contains(local.fargate_memory[tostring(var.cpu)], var.memory)
      error_message = "Fargate offers no task with this memory for this CPU; see local.fargate_memory."
    }
  }
}
`;
}
