import type { App } from '../app.ts';
import { defaultAssumptions, differenceInWords } from '../infrastructure/cost/estimate.ts';
import type { Project, ProjectOptions } from '../shared/models.ts';
import { optionsFrom, type ProjectFlags } from './options.ts';
import { line } from './print.ts';

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
