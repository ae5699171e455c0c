import type { App } from '../app.ts';
import type { Assumptions, Estimate } from '../infrastructure/cost/estimate.ts';
import type { Project, ProjectOptions } from '../shared/models.ts';
import { optionsFrom, type ProjectFlags } from './options.ts';
import { line } from './print.ts';

export const defaultAssumptions: Assumptions = { logsTakenIn: 1, natGateways: 0 };

/** Those flags that change what the tasks cost. */
export function sizeChange({ cpu, memory, architecture, desiredCount }: ProjectFlags): ProjectOptions {
  return optionsFrom({ cpu, memory, architecture, desiredCount } as ProjectFlags);
}

/** Before a deployment that changes the size: the difference, where it can be known. The deployment does not wait for more. */
export async function tellCostOfChange(app: App, project: Project, flags: ProjectFlags): Promise<void> {
  const change = sizeChange(flags);
  if (Object.keys(change).length === 0) return;
  const costs = await app.costOf(project, change, defaultAssumptions).catch(() => undefined);
  if (costs?.now && costs.changed)
    line(`  ${differenceInWords(costs.now, costs.changed)}, by prices of ${costs.now.asOf}.`);
}

/** Pure. */
export function differenceInWords(now: Estimate, changed: Estimate): string {
  const more = changed.total - now.total;
  if (Math.abs(more) < 0.005) return `About ${dollars(now.total)} a month, as before`;
  const word = more > 0 ? 'more' : 'less';
  return `About ${dollars(Math.abs(more))} a month ${word}: ${dollars(changed.total)} instead of ${dollars(now.total)}`;
}

export function dollars(amount: number): string {
  return `$${amount.toFixed(2)}`;
}
