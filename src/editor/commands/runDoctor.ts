import * as vscode from 'vscode';
import { pickFrom } from '../ask.ts';
import { noteDocker } from '../contextKeys.ts';
import type { Command } from './command.ts';

/** Looks whether everything that a deployment needs is there, and shows it with what to do. */
export const runDoctor: Command = {
  id: 'deployotron.runDoctor',
  async run(session) {
    const { examine } = await import('../../doctor.ts');
    const title = vscode.l10n.t('Looking at Docker, git, AWS and the history');
    const checks = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () =>
      examine(session.host),
    );
    noteDocker(checks.some(({ name, ok }) => name === 'Docker' && ok));
    const items = checks.map(({ name, ok, says, remedy }) => ({
      label: `$(${ok ? 'pass' : 'error'}) ${name}`,
      description: says,
      detail: remedy || undefined,
    }));
    const placeHolder = checks.every(({ ok }) => ok)
      ? vscode.l10n.t('All is well.')
      : vscode.l10n.t('What is marked needs a hand.');
    await pickFrom(items, { title: vscode.l10n.t('Deployotron Doctor'), placeHolder });
    return checks;
  },
};
