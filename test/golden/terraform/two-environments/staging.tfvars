project           = "shop"
environment       = "staging"
region            = "eu-central-1"
cluster_name      = "deployotron-staging"
service_name      = "shop-staging"
repository_name   = "shop-staging"
assign_public_ip  = true
health_check_path = "/health"
container_port    = 3000
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
