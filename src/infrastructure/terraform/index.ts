import { fail } from '../../shared/errors.ts';
import type { Environment } from '../../shared/models.ts';
import { hcl, hclFile } from '../hcl.ts';
import type { ServicePlan } from '../servicePlan.ts';
import { adoptedService } from './adoptedService.ts';
import { autoscaling } from './autoscaling.ts';
import { balancer } from './balancer.ts';
import { cluster } from './cluster.ts';
import { expressService } from './express.ts';
import { identity } from './identity.ts';
import { importsFile } from './imports.ts';
import { logGroup } from './logGroup.ts';
import { adoptedNetwork, expressNetwork, network } from './network.ts';
import { outputBlock, type Part, type PartOf, type Variable, variableBlock } from './part.ts';
import { readme } from './readme.ts';
import { repository } from './repository.ts';
import { roles } from './roles.ts';
import { service } from './service.ts';
import { taskDefinition } from './taskDefinition.ts';
import type { TerraformWishes } from './wishes.ts';

/** The topics of a module, in the order in which main.tf tells them. */
const ofFargate: readonly PartOf[] = [
  identity,
  cluster,
  repository,
  logGroup,
  roles,
  network,
  balancer,
  taskDefinition,
  service,
  autoscaling,
];
const ofExpress: readonly PartOf[] = [identity, cluster, repository, logGroup, roles, expressNetwork, expressService];
const ofAdopted: readonly PartOf[] = [identity, cluster, repository, logGroup, adoptedNetwork, adoptedService];

/**
 * A Terraform module for one service, as `terraform fmt` leaves it: file name → text. Pure.
 * @throws DeployError Usage for wishes that exclude each other
 */
export function terraformFiles(plan: ServicePlan, wishes: TerraformWishes): Record<string, string> {
  checkWishes(wishes);
  const variables = partsFor(plan, wishes).flatMap((part) => part.variables);
  const values = wishes.environments.map((environment) => [
    `${environment}.tfvars`,
    valuesFile(partsFor(planFor(plan, environment), wishes)),
  ]);
  return {
    'main.tf': hclFile(...partsFor(plan, wishes).map((part) => part.main)),
    'variables.tf': hclFile(...variables.map(variableBlock)),
    'outputs.tf': hclFile(...partsFor(plan, wishes).flatMap((part) => part.outputs.map(outputBlock))),
    'providers.tf': hclFile(provider),
    'versions.tf': hclFile(versions(wishes.express)),
    ...(wishes.adopted && { 'imports.tf': importsFile(plan, wishes.adopted) }),
    ...Object.fromEntries(values),
    'README.md': readme(plan, wishes),
    '.gitignore': '.terraform/\n*.tfstate\n*.tfstate.*\n',
  };
}

function checkWishes({ adopted, express, balancer: behindBalancer, environments }: TerraformWishes): void {
  const refuse = (message: string) => fail('Usage', message, 'Leave one of them out.');
  if (express && behindBalancer) throw refuse('ECS Express Mode brings a load balancer of its own.');
  if (adopted && environments.length > 1)
    throw refuse('What exists belongs to one environment, so only that can be adopted.');
  if (adopted?.service && (express || behindBalancer)) {
    throw refuse('A service that exists is taken over as it is, so it gets no other load balancer.');
  }
}

function partsFor(plan: ServicePlan, wishes: TerraformWishes): Part[] {
  const topics = wishes.adopted?.service ? ofAdopted : wishes.express ? ofExpress : ofFargate;
  return topics.map((topic) => topic(plan, wishes)).filter((part) => part !== undefined);
}

/** The same service in another environment: its names get the environment's, so that both fit into one account. */
function planFor(plan: ServicePlan, environment: Environment): ServicePlan {
  if (environment === plan.environment) return plan;
  const named = (name: string) => `${name}-${environment}`;
  return {
    ...plan,
    environment,
    cluster: named(plan.cluster),
    service: named(plan.service),
    repository: named(plan.repository),
  };
}

function valuesFile(parts: readonly Part[]): string {
  const isSet = (each: Variable) => each.value !== undefined;
  const variables = parts.flatMap((part) => part.variables).filter(isSet);
  return hclFile(variables.map(({ name, value = null }) => `${name} = ${hcl(value)}`).join('\n'));
}

const provider = `
provider "aws" {
  region = var.region

  default_tags {
    tags = local.tags
  }
}`;

/** What a rule of tags leaves out came with a version after 6.0, and Express services later still. */
function versions(express: boolean): string {
  return `
terraform {
  required_version = ">= 1.5.0"

  required_providers {
    aws = {
      source = "hashicorp/aws"
      version = "~> ${express ? '6.45' : '6.8'}"
    }
  }

  # Where the state is kept is yours to say, for instance:
  # backend "s3" {}
}`;
}
