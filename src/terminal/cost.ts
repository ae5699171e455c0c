import type { App } from '../app.ts';
import { defaultAssumptions, differenceInWords } from '../infrastructure/cost/estimate.ts';
import { pricedRegions } from '../infrastructure/cost/prices.ts';
import type { Project, ProjectOptions } from '../shared/models.ts';
import { optionsFrom, type ProjectFlags } from './options.ts';
import { line } from './print.ts';

/** Those flags that change what the tasks cost. */
export function sizeChange({ cpu, memory, architecture, desiredCount }: ProjectFlags): ProjectOptions {
  return optionsFrom({ cpu, memory, architecture, desiredCount } as ProjectFlags);
}

/** When the size is changed, before it is deployed: the difference to what runs, where AWS can be asked. */
export async function tellCostOfChange(app: App, project: Project, flags: ProjectFlags): Promise<void> {
  const change = sizeChange(flags);
  if (Object.keys(change).length === 0) return;
  const costs = await app.costOf(project, change, defaultAssumptions).catch(() => undefined);
  if (!costs) return;
  const { region, now, changed } = costs;
  if (!now || !changed) return line(`  ${unpriced(region)}`);
  line(`  ${differenceInWords(now, changed)}, by prices of ${region} as of ${now.asOf}.`);
}

export function unpriced(region: string): string {
  return `The prices of ${region} are not in the table, which has ${pricedRegions.join(', ')}; see AWS Pricing Calculator.`;
}
