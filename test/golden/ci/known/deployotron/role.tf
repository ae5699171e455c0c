terraform {
  required_version = ">= 1.5.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}

variable "create_oidc_provider" {
  description = "Whether to make GitHub's identity provider; an account has one at most, so leave it where there is one."
  type        = bool
  default     = false
}

data "aws_caller_identity" "current" {}

locals {
  account_id        = data.aws_caller_identity.current.account_id
  trust_policy      = replace(file("${path.module}/trust-policy.json"), "ACCOUNT_ID", local.account_id)
  permission_policy = replace(file("${path.module}/permission-policy.json"), "ACCOUNT_ID", local.account_id)
}

resource "aws_iam_openid_connect_provider" "github" {
  count = var.create_oidc_provider ? 1 : 0

  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}

resource "aws_iam_role" "deployer" {
  name               = "shop-production-deployer"
  description        = "Deploys shop from GitHub Actions"
  assume_role_policy = local.trust_policy

  depends_on = [aws_iam_openid_connect_provider.github]
}

resource "aws_iam_role_policy" "deployer" {
  name   = "deploy"
  role   = aws_iam_role.deployer.id
  policy = local.permission_policy
}

output "role_arn" {
  description = "The value for the variable AWS_ROLE_ARN of the repository."
  value       = aws_iam_role.deployer.arn
}
