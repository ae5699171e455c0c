variable "project" {
  description = "Name of the project: the tag deployotron:project of all resources, by which their cost is found."
  type        = string
}

variable "environment" {
  description = "What the service is for."
  type        = string

  validation {
    condition     = contains(["development", "staging", "production"], var.environment)
    error_message = "The environment is development, staging or production."
  }
}

variable "region" {
  description = "AWS region of all resources."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]+$", var.region))
    error_message = "A region looks like eu-central-1."
  }
}

variable "cluster_name" {
  description = "Name of the ECS cluster."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,255}$", var.cluster_name))
    error_message = "Letters, digits, - and _, at most 255 of them."
  }
}

variable "service_name" {
  description = "Name of the ECS service, its task family and its container."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,255}$", var.service_name))
    error_message = "Letters, digits, - and _, at most 255 of them."
  }
}

variable "repository_name" {
  description = "Name of the ECR repository to which the deployer pushes."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9]+([._/-]+[a-z0-9]+)*$", var.repository_name))
    error_message = "A repository has lower-case letters and digits, with -, _, . or / between them."
  }
}

variable "container_insights" {
  description = "CloudWatch Container Insights of the cluster, which are billed by metric."
  type        = string
  default     = "enabled"

  validation {
    condition     = contains(["enabled", "enhanced", "disabled"], var.container_insights)
    error_message = "It is enabled, enhanced or disabled."
  }
}

variable "image_tag_mutability" {
  description = "Whether a tag may be pushed anew. A deployment with --rebuild needs MUTABLE; the exclusion is for the tags of the build cache."
  type        = string
  default     = "IMMUTABLE_WITH_EXCLUSION"

  validation {
    condition     = contains(["IMMUTABLE_WITH_EXCLUSION", "IMMUTABLE", "MUTABLE"], var.image_tag_mutability)
    error_message = "It is IMMUTABLE_WITH_EXCLUSION, IMMUTABLE or MUTABLE."
  }
}

variable "images_kept" {
  description = "Number of images that stay in the repository; a rollback can go to any of these."
  type        = number
  default     = 30

  validation {
    condition     = var.images_kept >= 2
    error_message = "At least the running image and the one before."
  }
}

variable "log_retention_days" {
  description = "Days that the logs of the app are kept; 0 for ever."
  type        = number
  default     = 30

  validation {
    condition     = contains([0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "CloudWatch Logs knows certain numbers only, such as 7, 14, 30, 90 and 365."
  }
}

variable "secret_kms_key_arns" {
  description = "KMS keys of your own by which the secrets are encrypted, if any."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.secret_kms_key_arns : can(regex("^arn:[a-z-]+:kms:", arn))])
    error_message = "Each is the ARN of a key, such as arn:aws:kms:eu-central-1:123456789012:key/…"
  }
}

variable "subnet_ids" {
  description = "Subnets of the tasks, all of one VPC. Empty for those of the default VPC."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for id in var.subnet_ids : can(regex("^subnet-[0-9A-Za-z-]+$", id))])
    error_message = "Each looks like subnet-0123456789abcdef0."
  }
}

variable "security_group_ids" {
  description = "Further security groups of the tasks, beside the one that is made for them."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for id in var.security_group_ids : can(regex("^sg-[0-9A-Za-z-]+$", id))])
    error_message = "Each looks like sg-0123456789abcdef0."
  }
}

variable "assign_public_ip" {
  description = "Whether tasks have public addresses. Without one they need a NAT gateway, or VPC endpoints for ECR, S3 and CloudWatch Logs."
  type        = bool
}

variable "allowed_cidr_blocks" {
  description = "Who may reach the load balancer."
  type        = list(string)
  default     = ["0.0.0.0/0"]

  validation {
    condition     = alltrue([for block in var.allowed_cidr_blocks : can(cidrhost(block, 0))])
    error_message = "Each is a block of IPv4 addresses such as 10.0.0.0/16."
  }
}

variable "health_check_path" {
  description = "Path that answers 2xx or 3xx when the app is well."
  type        = string

  validation {
    condition     = startswith(var.health_check_path, "/")
    error_message = "The path begins with a slash."
  }
}

variable "health_check_grace_period_seconds" {
  description = "How long a starting task may fail the health check."
  type        = number
  default     = 60

  validation {
    condition     = var.health_check_grace_period_seconds >= 0
    error_message = "It is not negative."
  }
}

variable "deregistration_delay_seconds" {
  description = "How long a task that leaves may finish its requests."
  type        = number
  default     = 30

  validation {
    condition     = var.deregistration_delay_seconds >= 0
    error_message = "It is not negative."
  }
}

variable "balancer_subnet_ids" {
  description = "Subnets of the load balancer, in at least two zones. Empty for those of the tasks."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for id in var.balancer_subnet_ids : can(regex("^subnet-[0-9A-Za-z-]+$", id))])
    error_message = "Each looks like subnet-0123456789abcdef0."
  }
}

variable "internal_balancer" {
  description = "Whether the load balancer is reached from within its network only."
  type        = bool
  default     = false
}

variable "deletion_protection" {
  description = "Whether the load balancer is protected against deletion."
  type        = bool
  default     = false
}

variable "domain_name" {
  description = "Name under which the service is reached; its certificate and its DNS record are made."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9-]+[.])+[a-z0-9-]{2,}$", var.domain_name))
    error_message = "A domain name such as app.example.com."
  }
}

variable "hosted_zone_name" {
  description = "Public hosted zone of Route 53 in which the records of the domain are made."
  type        = string
}

variable "first_image" {
  description = "Image of the first revision only, as repository:tag. Without one the service begins with no task, and the deployer brings the first image."
  type        = string
  default     = null
}

variable "container_port" {
  description = "Port that the app listens on."
  type        = number

  validation {
    condition     = var.container_port >= 1 && var.container_port <= 65535 && floor(var.container_port) == var.container_port
    error_message = "A port is a whole number from 1 to 65535."
  }
}

variable "environment_variables" {
  description = "Plain environment variables of the container. No secrets: these stand in the state and in ECS."
  type        = map(string)
}

variable "secrets" {
  description = "Environment variables from Secrets Manager or Parameter Store, name to ARN. Their values stay there."
  type        = map(string)

  validation {
    condition     = alltrue([for arn in values(var.secrets) : can(regex("^arn:[a-z-]+:(secretsmanager|ssm):", arn))])
    error_message = "Each is the ARN of a secret of Secrets Manager or a parameter of Parameter Store."
  }
}

variable "cpu" {
  description = "CPU units of a task; 1024 are one vCPU."
  type        = number

  validation {
    condition     = contains([256, 512, 1024, 2048, 4096, 8192, 16384], var.cpu)
    error_message = "Fargate offers 256, 512, 1024, 2048, 4096, 8192 and 16384."
  }
}

variable "memory" {
  description = "Memory of a task in MiB; each CPU goes with certain sizes only."
  type        = number

  validation {
    condition     = var.memory >= 512
    error_message = "Fargate has no task of less than 512 MiB."
  }
}

variable "cpu_architecture" {
  description = "CPU architecture of the tasks, for which the image must be built."
  type        = string

  validation {
    condition     = contains(["X86_64", "ARM64"], var.cpu_architecture)
    error_message = "It is X86_64 or ARM64."
  }
}

variable "desired_count" {
  description = "Tasks with which the service begins; later the deployer and autoscaling decide."
  type        = number

  validation {
    condition     = var.desired_count >= 0
    error_message = "It is not negative."
  }
}

variable "autoscaling" {
  description = "Keeps the average CPU near a percentage, within these numbers of tasks. Set it after the first deployment."
  type = object({
    min_tasks   = number
    max_tasks   = number
    cpu_percent = optional(number, 60)
  })
  default = null

  validation {
    condition     = try(var.autoscaling.min_tasks >= 1 && var.autoscaling.min_tasks <= var.autoscaling.max_tasks && var.autoscaling.cpu_percent >= 1 && var.autoscaling.cpu_percent <= 100, true)
    error_message = "min_tasks is at least 1 and at most max_tasks, and cpu_percent is from 1 to 100."
  }
}
