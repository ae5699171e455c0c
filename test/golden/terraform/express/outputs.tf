output "cluster_name" {
  description = "Name of the ECS cluster."
  value       = aws_ecs_cluster.this.name
}

output "repository_url" {
  description = "Address of the ECR repository."
  value       = aws_ecr_repository.app.repository_url
}

output "repository_name" {
  description = "Name of the ECR repository."
  value       = aws_ecr_repository.app.name
}

output "log_group_name" {
  description = "CloudWatch log group of the app."
  value       = aws_cloudwatch_log_group.app.name
}

output "execution_role_arn" {
  description = "Role with which ECS pulls the image, reads the secrets and writes logs."
  value       = aws_iam_role.execution.arn
}

output "task_role_arn" {
  description = "Role that the app itself has; attach to it what the app needs."
  value       = aws_iam_role.task.arn
}

output "service_url" {
  description = "Where the service answers."
  value       = aws_ecs_express_gateway_service.app.ingress_paths[*].endpoint
}

output "service_arn" {
  description = "ARN of the service."
  value       = aws_ecs_express_gateway_service.app.service_arn
}

output "service_revision_arn" {
  description = "Revision of the service that runs."
  value       = aws_ecs_express_gateway_service.app.service_revision_arn
}
