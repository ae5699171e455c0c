project              = "shop"
environment          = "production"
region               = "eu-central-1"
cluster_name         = "deployotron"
service_name         = "shop"
repository_name      = "shop"
image_tag_mutability = "MUTABLE"
log_group_name       = "/ecs/shop"
log_retention_days   = 0
assign_public_ip     = true
container_port       = 3000
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
