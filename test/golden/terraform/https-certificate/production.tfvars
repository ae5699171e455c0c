project           = "shop"
environment       = "production"
region            = "eu-central-1"
cluster_name      = "deployotron"
service_name      = "shop"
repository_name   = "shop"
assign_public_ip  = true
health_check_path = "/health"
certificate_arn   = "arn:aws:acm:eu-central-1:123456789012:certificate/0a1b"
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
