import { https } from './https.ts';
import { idsRule, notNegative, type PartOf } from './part.ts';

/** The load balancer with its target group and its listeners. */
export const balancer: PartOf = (plan, wishes) => {
  if (!wishes.balancer) return undefined;
  const secure = https(wishes.balancer.https);
  return {
    variables: [
      {
        name: 'health_check_path',
        type: 'string',
        description: 'Path that answers 2xx or 3xx when the app is well.',
        value: plan.healthPath,
        rule: { condition: 'startswith(var.health_check_path, "/")', message: 'The path begins with a slash.' },
      },
      {
        name: 'health_check_grace_period_seconds',
        type: 'number',
        description: 'How long a starting task may fail the health check.',
        default: 60,
        rule: notNegative('health_check_grace_period_seconds', 'It'),
      },
      {
        name: 'deregistration_delay_seconds',
        type: 'number',
        description: 'How long a task that leaves may finish its requests.',
        default: 30,
        rule: notNegative('deregistration_delay_seconds', 'It'),
      },
      {
        name: 'balancer_subnet_ids',
        type: 'list(string)',
        description: 'Subnets of the load balancer, in at least two zones. Empty for those of the tasks.',
        default: [],
        rule: idsRule('balancer_subnet_ids', 'subnet'),
      },
      {
        name: 'internal_balancer',
        type: 'bool',
        description: 'Whether the load balancer is reached from within its network only.',
        default: false,
      },
      {
        name: 'deletion_protection',
        type: 'bool',
        description: 'Whether the load balancer is protected against deletion.',
        default: false,
      },
      ...secure.variables,
    ],
    main: balancerBlock + group(secure.ports) + secure.main,
    outputs: [
      { name: 'service_url', description: 'Where the service answers.', value: 'local.service_url' },
      {
        name: 'balancer_dns_name',
        description: 'DNS name of the load balancer, for a record of your own.',
        value: 'aws_lb.this.dns_name',
      },
    ],
  };
};

const balancerBlock = `
locals {
  balancer_subnet_ids = length(var.balancer_subnet_ids) > 0 ? var.balancer_subnet_ids : local.subnet_ids
}

resource "aws_lb" "this" {
  # At most 32 letters, digits and hyphens.
  name = trim(substr(replace(var.service_name, "_", "-"), 0, 32), "-")
  load_balancer_type = "application"
  internal = var.internal_balancer
  subnets = local.balancer_subnet_ids
  security_groups = [aws_security_group.balancer.id]
  drop_invalid_header_fields = true
  enable_deletion_protection = var.deletion_protection

  lifecycle {
    precondition {
      condition = length(local.balancer_subnet_ids) >= 2
      error_message = "A load balancer needs subnets in at least two zones: name them in balancer_subnet_ids."
    }
  }
}

resource "aws_lb_target_group" "app" {
  name_prefix = "app-"
  vpc_id = data.aws_subnet.first.vpc_id
  target_type = "ip"
  protocol = "HTTP"
  port = var.container_port
  deregistration_delay = var.deregistration_delay_seconds

  health_check {
    path = var.health_check_path
    matcher = "200-399"
    interval = 15
    timeout = 5
    healthy_threshold = 2
    unhealthy_threshold = 3
  }

  lifecycle {
    create_before_destroy = true
  }
}
`;

/** The security group of the balancer: in on these ports, out to the tasks alone. */
function group(ports: readonly string[]): string {
  return `
locals {
  balancer_ingress = {
    for pair in setproduct(var.allowed_cidr_blocks, [${ports.join(', ')}]) :
    "\${pair[0]} to \${pair[1]}" => { block = pair[0], port = pair[1] }
  }
}

resource "aws_security_group" "balancer" {
  name_prefix = "ecs-\${substr(var.service_name, 0, 200)}-balancer-"
  description = "Load balancer of \${var.service_name}"
  vpc_id = data.aws_subnet.first.vpc_id

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "balancer" {
  for_each = local.balancer_ingress

  security_group_id = aws_security_group.balancer.id
  description = "From those who are allowed"
  cidr_ipv4 = each.value.block
  from_port = each.value.port
  to_port = each.value.port
  ip_protocol = "tcp"
}

resource "aws_vpc_security_group_egress_rule" "balancer" {
  security_group_id = aws_security_group.balancer.id
  description = "To the tasks only"
  referenced_security_group_id = aws_security_group.tasks.id
  from_port = var.container_port
  to_port = var.container_port
  ip_protocol = "tcp"
}
`;
}
