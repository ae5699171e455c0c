project            = "shop"
environment        = "production"
region             = "eu-central-1"
cluster_name       = "deployotron"
service_name       = "shop"
repository_name    = "shop"
execution_role_arn = "arn:aws:iam::123456789012:role/ecsTaskExecutionRole"
task_role_arn      = "arn:aws:iam::123456789012:role/shop"
security_group_ids = ["sg-0c3"]
assign_public_ip   = true
container_port     = 3000
environment_variables = {
  LOG_LEVEL = "info"
}
secrets = {
  DATABASE_URL = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop-AbCdEf:url::"
}
cpu              = 256
memory           = 512
cpu_architecture = "X86_64"
desired_count    = 2
