import type { ServicePlan } from '../servicePlan.ts';
import { idsRule, type Part, type PartOf, unlessEmpty, type Variable } from './part.ts';
import type { TerraformWishes } from './wishes.ts';

/** Where the tasks run and who reaches them: with a balancer nobody but that. */
export const network: PartOf = (plan, wishes) => {
  const behindBalancer = wishes.balancer !== undefined;
  return {
    variables: [
      subnetIds(plan, 'Subnets of the tasks, all of one VPC. Empty for those of the default VPC.'),
      securityGroupIds(plan, 'Further security groups of the tasks, beside the one that is made for them.'),
      {
        name: 'assign_public_ip',
        type: 'bool',
        description:
          'Whether tasks have public addresses. Without one they need a NAT gateway, or VPC endpoints for ECR, S3 and CloudWatch Logs.',
        value: plan.assignPublicIp,
      },
      {
        name: 'allowed_cidr_blocks',
        type: 'list(string)',
        description: `Who may reach the ${behindBalancer ? 'load balancer' : 'app'}.`,
        default: ['0.0.0.0/0'],
        rule: {
          condition: 'alltrue([for block in var.allowed_cidr_blocks : can(cidrhost(block, 0))])',
          message: 'Each is a block of IPv4 addresses such as 10.0.0.0/16.',
        },
      },
    ],
    main: subnetsBlock + taskGroup + (behindBalancer ? fromBalancer : fromAnywhere),
    outputs: [taskGroupOutput],
  };
};

/** ECS makes the security groups of an Express service by itself; subnets are named only where they are set. */
export const expressNetwork: PartOf = (plan) => ({
  variables: [
    subnetIds(plan, 'Subnets of the tasks and their load balancer, at least two. Empty for those of the default VPC.'),
    securityGroupIds(plan, 'Security groups of the tasks. Empty for those that ECS makes.'),
  ],
  main: '',
  outputs: [],
});

/** The network of a service that exists, as it is. */
export const adoptedNetwork: PartOf = (_, { adopted }: TerraformWishes) => {
  const service = adopted?.service;
  if (!service) return undefined;
  const { subnets, securityGroups } = service;
  return {
    variables: [
      { ...subnetIds({ subnets }, 'Subnets of the tasks.'), value: subnets },
      { ...securityGroupIds({ securityGroups }, 'Security groups of the tasks.'), value: securityGroups },
      {
        name: 'assign_public_ip',
        type: 'bool',
        description: 'Whether tasks have public addresses.',
        value: service.assignPublicIp,
      },
    ],
    main: '',
    outputs: [],
  };
};

function subnetIds({ subnets }: Pick<ServicePlan, 'subnets'>, description: string): Variable {
  const rule = idsRule('subnet_ids', 'subnet');
  return { name: 'subnet_ids', type: 'list(string)', description, value: unlessEmpty(subnets), default: [], rule };
}

function securityGroupIds({ securityGroups }: Pick<ServicePlan, 'securityGroups'>, description: string): Variable {
  const rule = idsRule('security_group_ids', 'sg');
  const name = 'security_group_ids';
  return { name, type: 'list(string)', description, value: unlessEmpty(securityGroups), default: [], rule };
}

const subnetsBlock = `
data "aws_subnets" "default" {
  count = length(var.subnet_ids) == 0 ? 1 : 0

  # The subnets of the default VPC.
  filter {
    name = "default-for-az"
    values = ["true"]
  }

  lifecycle {
    postcondition {
      condition = length(self.ids) > 0
      error_message = "This region has no default VPC: name the subnets in subnet_ids."
    }
  }
}

locals {
  subnet_ids = length(var.subnet_ids) > 0 ? var.subnet_ids : data.aws_subnets.default[0].ids
}

data "aws_subnet" "first" {
  id = local.subnet_ids[0]
}
`;

const taskGroup = `
resource "aws_security_group" "tasks" {
  name_prefix = "ecs-\${substr(var.service_name, 0, 200)}-tasks-"
  description = "Tasks of \${var.service_name}"
  vpc_id = data.aws_subnet.first.vpc_id

  lifecycle {
    create_before_destroy = true
  }
}

# To pull the image, to write logs, and wherever else the app goes.
resource "aws_vpc_security_group_egress_rule" "tasks" {
  security_group_id = aws_security_group.tasks.id
  description = "To everywhere"
  cidr_ipv4 = "0.0.0.0/0"
  ip_protocol = "-1"
}
`;

const fromAnywhere = `
resource "aws_vpc_security_group_ingress_rule" "tasks" {
  for_each = toset(var.allowed_cidr_blocks)

  security_group_id = aws_security_group.tasks.id
  description = "To the app"
  cidr_ipv4 = each.value
  from_port = var.container_port
  to_port = var.container_port
  ip_protocol = "tcp"
}
`;

const fromBalancer = `
resource "aws_vpc_security_group_ingress_rule" "tasks" {
  security_group_id = aws_security_group.tasks.id
  description = "From the load balancer only"
  referenced_security_group_id = aws_security_group.balancer.id
  from_port = var.container_port
  to_port = var.container_port
  ip_protocol = "tcp"
}
`;

const taskGroupOutput: Part['outputs'][number] = {
  name: 'task_security_group_id',
  description: 'Security group of the tasks; let it into databases and caches.',
  value: 'aws_security_group.tasks.id',
};
