project              = "shop"
environment          = "production"
region               = "eu-central-1"
cluster_name         = "deployotron"
service_name         = "shop"
repository_name      = "shop"
image_tag_mutability = "MUTABLE"
subnet_ids           = ["subnet-0a1", "subnet-0b2"]
security_group_ids   = ["sg-0c3"]
assign_public_ip     = false
service_tags = {
  team = "checkout"
}
