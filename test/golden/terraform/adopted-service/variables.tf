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

variable "image_tag_mutability" {
  description = "Whether a tag may be pushed anew. A deployment with --rebuild needs MUTABLE; the exclusion is for the tags of the build cache."
  type        = string
  default     = "IMMUTABLE_WITH_EXCLUSION"

  validation {
    condition     = contains(["IMMUTABLE_WITH_EXCLUSION", "IMMUTABLE", "MUTABLE"], var.image_tag_mutability)
    error_message = "It is IMMUTABLE_WITH_EXCLUSION, IMMUTABLE or MUTABLE."
  }
}

variable "log_group_name" {
  description = "CloudWatch log group of the app."
  type        = string
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

variable "subnet_ids" {
  description = "Subnets of the tasks."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for id in var.subnet_ids : can(regex("^subnet-[0-9A-Za-z-]+$", id))])
    error_message = "Each looks like subnet-0123456789abcdef0."
  }
}

variable "security_group_ids" {
  description = "Security groups of the tasks."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for id in var.security_group_ids : can(regex("^sg-[0-9A-Za-z-]+$", id))])
    error_message = "Each looks like sg-0123456789abcdef0."
  }
}

variable "assign_public_ip" {
  description = "Whether tasks have public addresses."
  type        = bool
}

variable "service_tags" {
  description = "Tags of the service, beside those of all resources."
  type        = map(string)
}
