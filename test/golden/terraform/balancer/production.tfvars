project           = "shop"
environment       = "production"
region            = "eu-central-1"
cluster_name      = "deployotron"
service_name      = "shop"
repository_name   = "shop"
subnet_ids        = ["subnet-0a1", "subnet-0b2"]
assign_public_ip  = false
health_check_path = "/health"
container_port    = 3000
command           = ["/bin/sh", "-c", "exec ./serve"]
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
