import {
  to = aws_ecs_cluster.this
  id = "deployotron"
}

import {
  to = aws_ecr_repository.app
  id = "shop"
}

import {
  to = aws_cloudwatch_log_group.app
  id = "/ecs/shop"
}

import {
  to = aws_ecs_service.app
  id = "deployotron/shop"
}
