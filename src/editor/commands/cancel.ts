import * as vscode from 'vscode';
import { fail } from '../../shared/errors.ts';
import { isFinished } from '../../shared/models.ts';
import { deploymentFor } from '../targets.ts';
import type { Command } from './command.ts';

/** Stops a deployment in good order, in whatever step it is. One that another process runs is that process's to stop. */
export const cancel: Command = {
  id: 'deployotron.cancel',
  async run(session, target) {
    const deployment = await deploymentFor(session, target, ({ status }) => !isFinished(status));
    if (!deployment) return;
    const app = await session.app();
    if (app.cancel(deployment.id)) return;
    throw fail(
      'Usage',
      vscode.l10n.t('This deployment runs in another window or terminal (process {0}).', deployment.holder?.pid ?? 0),
      vscode.l10n.t('Cancel it there.'),
    );
  },
};
