terraform {
  required_version = ">= 1.5.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.8"
    }
  }

  # Where the state is kept is yours to say, for instance:
  # backend "s3" {}
}
