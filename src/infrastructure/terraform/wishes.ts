import type { Existing } from '../../shared/existing.ts';
import type { Environment } from '../../shared/models.ts';

/** How the service is reached and what is there already; each makes another main.tf. */
export interface TerraformWishes {
  /** Each gets a file of values; the project's own environment keeps the project's names. */
  environments: readonly Environment[];
  balancer: Balancer | undefined;
  /** One `aws_ecs_express_gateway_service`, which brings its own balancer, certificate and scaling. */
  express: boolean;
  /** What exists in AWS and is to be taken over by `import` blocks. */
  adopted: Existing | undefined;
}

export interface Balancer {
  https: { certificateArn: string } | { domain: string; hostedZone: string } | undefined;
}
