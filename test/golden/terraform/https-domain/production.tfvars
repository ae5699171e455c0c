project           = "shop"
environment       = "production"
region            = "eu-central-1"
cluster_name      = "deployotron"
service_name      = "shop"
repository_name   = "shop"
assign_public_ip  = true
health_check_path = "/health"
domain_name       = "shop.example.com"
hosted_zone_name  = "example.com"
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
