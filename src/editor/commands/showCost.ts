import * as vscode from 'vscode';
import { defaultAssumptions, dollars, type Estimate } from '../../infrastructure/cost/estimate.ts';
import { fail } from '../../shared/errors.ts';
import { pickFrom } from '../ask.ts';
import { projectFor } from '../targets.ts';
import type { Command } from './command.ts';

/** What a project costs a month as it runs, by the list prices, line by line. */
export const showCost: Command = {
  id: 'deployotron.showCost',
  async run(session, target) {
    const project = await projectFor(session, target);
    if (!project) return undefined;
    const app = await session.app();
    const title = vscode.l10n.t('Looking at what runs');
    const { region, now } = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () =>
      app.costOf(project, {}, defaultAssumptions),
    );
    if (!now) {
      throw fail(
        'Usage',
        vscode.l10n.t('The prices of {0} are not known here.', region),
        vscode.l10n.t('The AWS Pricing Calculator has those of every region.'),
      );
    }
    await pickFrom(itemsOf(now), {
      title: vscode.l10n.t('{0}: about {1} a month', project.name, dollars(now.total)),
      placeHolder: vscode.l10n.t('Prices of {0} as of {1}, on demand and without taxes', region, now.asOf),
    });
    return now;
  },
};

function itemsOf({ lines, remarks }: Estimate): vscode.QuickPickItem[] {
  return [
    ...lines.map(({ what, amount, monthly }) => ({ label: dollars(monthly), description: what, detail: amount })),
    ...remarks.map((remark) => ({ label: '$(info)', description: remark })),
  ];
}
