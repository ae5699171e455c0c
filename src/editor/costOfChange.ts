import { setTimeout as wait } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { App } from '../app.ts';
import { defaultAssumptions, differenceInWords } from '../infrastructure/cost/estimate.ts';
import type { Project, ProjectOptions } from '../shared/models.ts';

/** So long is AWS waited for: the user wants to go on. */
const patienceMs = 4_000;

/** What other options make of the costs, before they are deployed; empty where they change none, or AWS does not say. */
export async function costOfChange(app: App, before: Project, after: ProjectOptions): Promise<string> {
  const change = sizeOf(after);
  if (JSON.stringify(change) === JSON.stringify(sizeOf(before.options))) return '';
  const asked = app.costOf(before, change, defaultAssumptions).catch(() => undefined);
  const costs = await Promise.race([asked, wait(patienceMs, undefined, { ref: false })]);
  if (!costs) return '';
  const { region, now, changed } = costs;
  if (!now || !changed) return vscode.l10n.t('The prices of {0} are not known here.', region);
  return vscode.l10n.t('{0}, by prices of {1} as of {2}', differenceInWords(now, changed), region, now.asOf);
}

function sizeOf({ cpu, memory, cpuArchitecture, desiredCount }: ProjectOptions): ProjectOptions {
  return { cpu, memory, cpuArchitecture, desiredCount };
}
