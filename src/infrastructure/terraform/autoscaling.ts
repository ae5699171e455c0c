import type { PartOf } from './part.ts';

export const autoscaling: PartOf = () => ({
  variables: [
    {
      name: 'autoscaling',
      type: `object({
    min_tasks = number
    max_tasks = number
    cpu_percent = optional(number, 60)
  })`,
      description:
        'Keeps the average CPU near a percentage, within these numbers of tasks. Set it after the first deployment.',
      default: null,
      rule: {
        condition:
          'try(var.autoscaling.min_tasks >= 1 && var.autoscaling.min_tasks <= var.autoscaling.max_tasks && var.autoscaling.cpu_percent >= 1 && var.autoscaling.cpu_percent <= 100, true)',
        message: 'min_tasks is at least 1 and at most max_tasks, and cpu_percent is from 1 to 100.',
      },
    },
  ],
  main: `
resource "aws_appautoscaling_target" "app" {
  count = var.autoscaling == null ? 0 : 1

  service_namespace = "ecs"
  resource_id = "service/\${aws_ecs_cluster.this.name}/\${aws_ecs_service.app.name}"
  scalable_dimension = "ecs:service:DesiredCount"
  min_capacity = var.autoscaling.min_tasks
  max_capacity = var.autoscaling.max_tasks
}

resource "aws_appautoscaling_policy" "cpu" {
  count = var.autoscaling == null ? 0 : 1

  name = "\${var.service_name}-cpu"
  policy_type = "TargetTrackingScaling"
  service_namespace = aws_appautoscaling_target.app[0].service_namespace
  resource_id = aws_appautoscaling_target.app[0].resource_id
  scalable_dimension = aws_appautoscaling_target.app[0].scalable_dimension

  target_tracking_scaling_policy_configuration {
    target_value = var.autoscaling.cpu_percent

    predefined_metric_specification {
      predefined_metric_type = "ECSServiceAverageCPUUtilization"
    }
  }
}
`,
  outputs: [],
});
