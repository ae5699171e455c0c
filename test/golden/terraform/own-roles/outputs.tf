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
  value       = var.execution_role_arn
}

output "task_role_arn" {
  description = "Role that the app itself has; attach to it what the app needs."
  value       = var.task_role_arn
}

output "task_security_group_id" {
  description = "Security group of the tasks; let it into databases and caches."
  value       = aws_security_group.tasks.id
}

output "task_definition_arn" {
  description = "The revision that Terraform registered; the service may run a later one of the deployer."
  value       = aws_ecs_task_definition.app.arn
}

output "service_name" {
  description = "Name of the ECS service."
  value       = aws_ecs_service.app.name
}
