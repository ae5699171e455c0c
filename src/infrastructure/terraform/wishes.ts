import { fail } from '../../shared/errors.ts';
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

/** A balancer with HTTPS by the ARN of a certificate, or for a domain. Pure. @throws DeployError InvalidOption */
export function httpsBalancer(https: string, hostedZone?: string): Balancer {
  if (https.startsWith('arn:')) return { https: { certificateArn: https } };
  if (!/^(?:[a-z0-9-]+\.)+[a-z0-9-]{2,}$/i.test(https)) {
    throw fail('InvalidOption', '--https', https, 'the ARN of a certificate, or a domain such as app.example.com');
  }
  const domain = https.toLowerCase();
  const labels = domain.split('.');
  return { https: { domain, hostedZone: hostedZone ?? (labels.length > 2 ? labels.slice(1).join('.') : domain) } };
}
