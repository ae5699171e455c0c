import type { CostExplorerClient } from '@aws-sdk/client-cost-explorer';
import { type Aws, type CallOptions, call, isLoopback } from './aws.ts';

/** What a month really cost, by the service of AWS that billed it. */
export interface ActualMonth {
  /** `2026-10`. */
  month: string;
  /** US dollars, mostly; the currency is the bill's. */
  total: number;
  currency: string;
  services: { name: string; amount: number }[];
}

export const costTag = 'deployotron:project';

/** Costs that are booked under the tag of a project, or in a sentence why there are none to be had. */
export type ActualCosts = { months: ActualMonth[] } | { why: string };

/** The last month and this one. @throws DeployError of the AWS group, such as AwsAccessDenied */
export async function actualCosts(aws: Aws, project: string, options: CallOptions): Promise<ActualCosts> {
  if (isLoopback(aws.target.endpoint)) return { why: 'An AWS on this computer has no bill.' };
  return costsFrom(await aws.costExplorer(), project, new Date(), options);
}

/** Asks Cost Explorer; AWS bills each such question with a cent. */
export async function costsFrom(
  client: CostExplorerClient,
  project: string,
  today: Date,
  options: CallOptions,
): Promise<ActualCosts> {
  const { GetCostAndUsageCommand } = await import('@aws-sdk/client-cost-explorer');
  const command = new GetCostAndUsageCommand({
    TimePeriod: { Start: firstOfMonth(today, -1), End: dayAfter(today) },
    Granularity: 'MONTHLY',
    Metrics: ['UnblendedCost'],
    Filter: { Tags: { Key: costTag, Values: [project], MatchOptions: ['EQUALS'] } },
    GroupBy: [{ Type: 'DIMENSION', Key: 'SERVICE' }],
  });
  const unavailable = 'DataUnavailableException';
  const send = (sending: { abortSignal: AbortSignal }) => client.send(command, sending);
  const answer = await call('ce:GetCostAndUsage', send, options, [unavailable]).catch((error) => {
    if (error instanceof Error && error.name === unavailable) return undefined;
    throw error;
  });
  if (!answer) return { why: 'Cost Explorer has no data yet: enable it under Billing, and look again after a day.' };
  const months = (answer.ResultsByTime ?? []).map(monthOf);
  if (months.some(({ services }) => services.length > 0)) return { months };
  return {
    why: `Nothing is booked under the tag ${costTag}: activate it under Billing, Cost allocation tags, and look again after a day. It counts from then on.`,
  };
}

interface Result {
  TimePeriod?: { Start?: string | undefined } | undefined;
  Groups?: { Keys?: string[]; Metrics?: Record<string, { Amount?: string; Unit?: string }> }[];
}

function monthOf({ TimePeriod, Groups = [] }: Result): ActualMonth {
  const costs = Groups.map(({ Keys = [], Metrics = {} }) => ({ name: Keys[0] ?? '', cost: Metrics.UnblendedCost }));
  const services = costs
    .map(({ name, cost }) => ({ name, amount: Number(cost?.Amount ?? 0) }))
    .filter(({ amount }) => amount !== 0);
  return {
    month: (TimePeriod?.Start ?? '').slice(0, 7),
    total: services.reduce((sum, { amount }) => sum + amount, 0),
    currency: costs[0]?.cost?.Unit ?? 'USD',
    services: services.sort((a, b) => b.amount - a.amount),
  };
}

function firstOfMonth(date: Date, months: number): string {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1)).toISOString().slice(0, 10);
}

/** Cost Explorer leaves the end out. */
function dayAfter(date: Date): string {
  return new Date(date.getTime() + 86_400_000).toISOString().slice(0, 10);
}
