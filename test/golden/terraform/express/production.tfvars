project         = "shop"
environment     = "production"
region          = "eu-central-1"
cluster_name    = "deployotron"
service_name    = "shop"
repository_name = "shop"
subnet_ids      = ["subnet-0a1", "subnet-0b2"]
container_port  = 3000
environment_variables = {
  LOG_LEVEL = "info"
}
secrets = {
  DATABASE_URL = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop-AbCdEf:url::"
}
cpu               = 256
memory            = 512
health_check_path = "/health"
min_tasks         = 2
max_tasks         = 8
