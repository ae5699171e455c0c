import type { CpuArchitecture } from '../../shared/models.ts';

/** US dollars, as AWS lists them on demand and without taxes. */
export interface Prices {
  /** Fargate on Linux, each an hour. */
  fargate: Record<CpuArchitecture, { vcpu: number; gib: number }>;
  /** An application load balancer an hour, without its capacity units. */
  balancer: number;
  /** A NAT gateway an hour, without the data through it. */
  natGateway: number;
  /** A public IPv4 address an hour. */
  publicAddress: number;
  /** Logs taken in, a GB. */
  logIngestion: number;
  /** Logs kept, a GB a month. */
  logStorage: number;
  /** Images kept in ECR, a GB a month. */
  imageStorage: number;
}

/**
 * Year and month in which these prices were listed; AWS changes them seldom. They stand on aws.amazon.com below
 * /fargate/pricing (Linux), /elasticloadbalancing/pricing (application load balancers), /vpc/pricing (NAT gateways, public
 * IPv4), /cloudwatch/pricing (logs, standard class) and /ecr/pricing (private repositories).
 */
export const pricesAsOf = '2025-06';

const everywhere = { publicAddress: 0.005, imageStorage: 0.1 };

const northAmerica: Prices = {
  ...everywhere,
  fargate: { X86_64: { vcpu: 0.04048, gib: 0.004445 }, ARM64: { vcpu: 0.03238, gib: 0.00356 } },
  balancer: 0.0225,
  natGateway: 0.045,
  logIngestion: 0.5,
  logStorage: 0.03,
};

const byRegion: Readonly<Record<string, Prices>> = {
  'us-east-1': northAmerica,
  'us-east-2': northAmerica,
  'us-west-2': northAmerica,
  'eu-west-1': {
    ...everywhere,
    fargate: { X86_64: { vcpu: 0.04048, gib: 0.004445 }, ARM64: { vcpu: 0.03238, gib: 0.00356 } },
    balancer: 0.0252,
    natGateway: 0.048,
    logIngestion: 0.57,
    logStorage: 0.03,
  },
  'eu-central-1': {
    ...everywhere,
    fargate: { X86_64: { vcpu: 0.04656, gib: 0.00511 }, ARM64: { vcpu: 0.03725, gib: 0.00409 } },
    balancer: 0.027,
    natGateway: 0.052,
    logIngestion: 0.63,
    logStorage: 0.0324,
  },
};

export const pricedRegions = Object.keys(byRegion);

/** Undefined for a region whose prices are not in the table: a guess would be worse. */
export function pricesOf(region: string): Prices | undefined {
  return Object.hasOwn(byRegion, region) ? byRegion[region] : undefined;
}
