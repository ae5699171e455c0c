locals {
  tags = {
    "deployotron:project"     = var.project
    "deployotron:environment" = var.environment
    ManagedBy                 = "terraform"
  }
}

resource "aws_ecs_cluster" "this" {
  name = var.cluster_name
}

resource "aws_ecr_repository" "app" {
  name                 = var.repository_name
  image_tag_mutability = var.image_tag_mutability

  # The build cache is pushed anew when the dependencies change.
  dynamic "image_tag_mutability_exclusion_filter" {
    for_each = endswith(var.image_tag_mutability, "_WITH_EXCLUSION") ? ["buildcache-*"] : []

    content {
      filter      = image_tag_mutability_exclusion_filter.value
      filter_type = "WILDCARD"
    }
  }

  image_scanning_configuration {
    scan_on_push = false
  }
}

resource "aws_cloudwatch_log_group" "app" {
  name              = var.log_group_name
  retention_in_days = var.log_retention_days
}

# Its revisions are the deployer's.
data "aws_ecs_task_definition" "app" {
  task_definition = "shop"
}

resource "aws_ecs_service" "app" {
  name                               = var.service_name
  cluster                            = aws_ecs_cluster.this.arn
  task_definition                    = data.aws_ecs_task_definition.app.arn
  desired_count                      = 2
  launch_type                        = "FARGATE"
  platform_version                   = "LATEST"
  availability_zone_rebalancing      = "ENABLED"
  enable_ecs_managed_tags            = true
  enable_execute_command             = false
  propagate_tags                     = "SERVICE"
  health_check_grace_period_seconds  = 90
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200
  tags                               = var.service_tags

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets          = var.subnet_ids
    security_groups  = var.security_group_ids
    assign_public_ip = var.assign_public_ip
  }

  load_balancer {
    target_group_arn = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/shop/0123456789abcdef"
    container_name   = "web"
    container_port   = 8080
  }

  lifecycle {
    # The deployer registers revisions and rolls them out; autoscaling and people change the number of tasks.
    ignore_changes = [task_definition, desired_count]
  }
}
