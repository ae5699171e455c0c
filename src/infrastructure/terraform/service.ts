import { notNegative, type PartOf } from './part.ts';

/** The service. Which revision it runs, and how many tasks, is left to the deployer and to autoscaling. */
export const service: PartOf = (plan, { balancer }) => ({
  variables: [
    {
      name: 'desired_count',
      type: 'number',
      description: 'Tasks with which the service begins; later the deployer and autoscaling decide.',
      value: plan.desiredCount,
      rule: notNegative('desired_count', 'It'),
    },
  ],
  main: `
resource "aws_ecs_service" "app" {
  name = var.service_name
  cluster = aws_ecs_cluster.this.arn
  task_definition = aws_ecs_task_definition.app.arn
  launch_type = "FARGATE"
  enable_ecs_managed_tags = true
  propagate_tags = "SERVICE"

  # Nothing to run before there is an image.
  desired_count = var.first_image == null ? 0 : var.desired_count

  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent = 200
${balancer ? '  health_check_grace_period_seconds = var.health_check_grace_period_seconds\n' : ''}
  deployment_circuit_breaker {
    enable = true
    rollback = true
  }

  network_configuration {
    subnets = local.subnet_ids
    security_groups = concat([aws_security_group.tasks.id], var.security_group_ids)
    assign_public_ip = var.assign_public_ip
  }
${balancer ? behindBalancer : ''}
  lifecycle {
    # The deployer registers revisions and rolls them out; autoscaling and people change the number of tasks.
    ignore_changes = [task_definition, desired_count]
  }

  depends_on = [${dependencies(plan.executionRoleArn === '', balancer !== undefined).join(', ')}]
}
`.replace('\n\n  depends_on = []', ''),
  outputs: [{ name: 'service_name', description: 'Name of the ECS service.', value: 'aws_ecs_service.app.name' }],
});

/** A target group without a listener is refused, and a task whose role has no rights yet does not start. */
function dependencies(ownRole: boolean, withBalancer: boolean): string[] {
  return [...(ownRole ? ['aws_iam_role_policy.execution'] : []), ...(withBalancer ? ['aws_lb_listener.http'] : [])];
}

const behindBalancer = `
  load_balancer {
    target_group_arn = aws_lb_target_group.app.arn
    container_name = var.service_name
    container_port = var.container_port
  }

  # The deployer tells its user this address.
  tags = {
    "deployotron:url" = local.service_url
  }
`;
