import { hclFile } from '../hcl.ts';
import type { CiPlan } from './plan.ts';
import { permissionPolicy, trustPolicy } from './policies.ts';
import { readme } from './readme.ts';
import { workflow } from './workflow.ts';

/** A pipeline in GitHub Actions and the role that it takes in AWS: path → text. Pure. */
export function ciFiles(plan: CiPlan): Record<string, string> {
  return {
    '.github/workflows/deploy.yml': workflow(plan),
    '.github/deployotron/trust-policy.json': json(trustPolicy(plan)),
    '.github/deployotron/permission-policy.json': json(permissionPolicy(plan)),
    '.github/deployotron/role.tf': hclFile(role(plan)),
    '.github/deployotron/README.md': readme(plan),
  };
}

function json(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** The role by Terraform, made of the same two documents. */
function role({ service, environment }: CiPlan): string {
  return `
terraform {
  required_version = ">= 1.5.0"

  required_providers {
    aws = {
      source = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}

variable "create_oidc_provider" {
  description = "Whether to make GitHub's identity provider; an account has one at most, so leave it where there is one."
  type = bool
  default = false
}

data "aws_caller_identity" "current" {}

locals {
  account_id = data.aws_caller_identity.current.account_id
  trust_policy = replace(file("\${path.module}/trust-policy.json"), "ACCOUNT_ID", local.account_id)
  permission_policy = replace(file("\${path.module}/permission-policy.json"), "ACCOUNT_ID", local.account_id)
}

resource "aws_iam_openid_connect_provider" "github" {
  count = var.create_oidc_provider ? 1 : 0

  url = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}

resource "aws_iam_role" "deployer" {
  name = "${service.slice(0, 32)}-${environment}-deployer"
  description = "Deploys ${service} from GitHub Actions"
  assume_role_policy = local.trust_policy

  depends_on = [aws_iam_openid_connect_provider.github]
}

resource "aws_iam_role_policy" "deployer" {
  name = "deploy"
  role = aws_iam_role.deployer.id
  policy = local.permission_policy
}

output "role_arn" {
  description = "The value for the variable AWS_ROLE_ARN of the repository."
  value = aws_iam_role.deployer.arn
}`;
}
