import type { Existing } from '../../shared/existing.ts';
import type { CpuArchitecture, ProjectOptions } from '../../shared/models.ts';
import { type Prices, pricesAsOf, pricesOf } from './prices.ts';

/** What runs, or would run, in a month. */
export interface Usage {
  tasks: number;
  /** CPU units and MiB of a task; 0 where it is not Fargate that bills them. */
  cpu: number;
  memory: number;
  cpuArchitecture: CpuArchitecture;
  publicAddresses: number;
  balancers: number;
  natGateways: number;
  /** GB taken in a month, and kept. */
  logsTakenIn: number;
  logsKept: number;
  imagesKept: number;
  /** What is not counted, or only assumed, in sentences. */
  remarks: readonly string[];
}

export interface CostLine {
  what: string;
  /** Of what and how much: `2 × 0.5 vCPU × 730 h`. */
  amount: string;
  monthly: number;
}

export interface Estimate {
  region: string;
  /** Year and month of the price table. */
  asOf: string;
  lines: CostLine[];
  /** US dollars a month. */
  total: number;
  remarks: readonly string[];
}

const hours = 730;
const GB = 1e9;

/** Undefined where the prices of the region are not known. */
export function estimate(usage: Usage, region: string): Estimate | undefined {
  const prices = pricesOf(region);
  if (!prices) return undefined;
  const lines = linesOf(usage, prices).filter(({ monthly }) => monthly > 0);
  const total = lines.reduce((sum, { monthly }) => sum + monthly, 0);
  return { region, asOf: pricesAsOf, lines, total, remarks: usage.remarks };
}

function linesOf(usage: Usage, prices: Prices): CostLine[] {
  const { tasks, publicAddresses, balancers, natGateways, logsTakenIn, logsKept, imagesKept } = usage;
  const { vcpu: vcpuPrice, gib: gibPrice } = prices.fargate[usage.cpuArchitecture];
  const vcpu = usage.cpu / 1024;
  const gib = usage.memory / 1024;
  const byHour = (what: string, count: number, of: string, price: number): CostLine => ({
    what,
    amount: `${count} × ${of}${hours} h`,
    monthly: count * price * hours,
  });
  const byGb = (what: string, amount: number, price: number): CostLine => ({
    what,
    amount: `${round(amount)} GB`,
    monthly: amount * price,
  });
  return [
    byHour(`Fargate CPU (${usage.cpuArchitecture})`, tasks, `${vcpu} vCPU × `, vcpu * vcpuPrice),
    byHour('Fargate memory', tasks, `${gib} GB × `, gib * gibPrice),
    byHour('Public addresses', publicAddresses, '', prices.publicAddress),
    byHour('Load balancer', balancers, '', prices.balancer),
    byHour('NAT gateway', natGateways, '', prices.natGateway),
    byGb('Logs taken in', logsTakenIn, prices.logIngestion),
    byGb('Logs kept', logsKept, prices.logStorage),
    byGb('Images kept', imagesKept, prices.imageStorage),
  ];
}

/** What cannot be looked up, so the user says it. */
export interface Assumptions {
  logsTakenIn: number;
  natGateways: number;
}

export const defaultAssumptions: Assumptions = { logsTakenIn: 1, natGateways: 0 };

/** The zones in which a balancer stands, each with an address; two is what it needs. */
const zones = 2;

/** What a project uses by what runs, changed by `wish`; a service that is not there is taken as it would be made. */
export function usageOf(
  found: Existing,
  stored: { images: number; logs: number },
  wish: Pick<
    ProjectOptions,
    'cpu' | 'memory' | 'cpuArchitecture' | 'desiredCount' | 'assignPublicIp' | 'targetGroupArn'
  >,
  { logsTakenIn, natGateways }: Assumptions,
): Usage {
  const { service } = found;
  const onFargate = !service || service.launchType === 'FARGATE' || service.capacityProviders.length > 0;
  const tasks = wish.desiredCount ?? service?.desiredCount ?? 1;
  const isPublic = service ? service.assignPublicIp : (wish.assignPublicIp ?? true);
  const balancers = service ? (service.targets.length > 0 ? 1 : 0) : wish.targetGroupArn ? 1 : 0;
  const architecture = wish.cpuArchitecture ?? (service?.cpuArchitecture === 'ARM64' ? 'ARM64' : 'X86_64');
  return {
    tasks,
    cpu: onFargate ? (wish.cpu ?? service?.cpu ?? 256) : 0,
    memory: onFargate ? (wish.memory ?? service?.memory ?? 512) : 0,
    cpuArchitecture: architecture,
    publicAddresses: (isPublic ? tasks : 0) + balancers * zones,
    balancers,
    natGateways,
    logsTakenIn,
    logsKept: stored.logs / GB,
    imagesKept: stored.images / GB,
    remarks: remarksOf(found, { onFargate, isPublic, balancers, natGateways, logsTakenIn }),
  };
}

function remarksOf(
  { service }: Existing,
  known: { onFargate: boolean; isPublic: boolean; balancers: number; natGateways: number; logsTakenIn: number },
): string[] {
  const spot = service?.capacityProviders.some(({ provider }) => provider === 'FARGATE_SPOT');
  return [
    service ? '' : 'The service does not exist yet; this is what it would cost.',
    known.onFargate ? '' : 'Its tasks run on EC2, whose instances are not counted.',
    spot ? 'Fargate Spot changes its price; it is counted at the full one, of which it costs about a third.' : '',
    known.balancers
      ? 'The load balancer is counted whole, without its capacity units, with an address in two zones.'
      : '',
    !known.isPublic && known.natGateways === 0
      ? 'Without public addresses its tasks need a NAT gateway or VPC endpoints, which are not counted (--nat 1).'
      : '',
    `${known.logsTakenIn} GB of logs a month are assumed (--log-gb). Data transfer is not counted.`,
  ].filter(Boolean);
}

function round(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** Pure. */
export function differenceInWords(now: Estimate, changed: Estimate): string {
  const more = changed.total - now.total;
  if (Math.abs(more) < 0.005) return `About ${dollars(now.total)} a month`;
  const word = more > 0 ? 'more' : 'less';
  return `About ${dollars(Math.abs(more))} a month ${word}: ${dollars(changed.total)} instead of ${dollars(now.total)}`;
}

export function dollars(amount: number): string {
  return `$${amount.toFixed(2)}`;
}
