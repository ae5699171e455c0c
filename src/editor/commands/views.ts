import * as vscode from 'vscode';
import type { Command } from './command.ts';

export const openSettings: Command = {
  id: 'deployotron.openSettings',
  run: async () => vscode.commands.executeCommand('workbench.action.openSettings', '@ext:deployotron.deployotron'),
};

export const showOutput: Command = {
  id: 'deployotron.showOutput',
  run: async ({ output }) => output.show(),
};

export const openWalkthrough: Command = {
  id: 'deployotron.openWalkthrough',
  run: async () =>
    vscode.commands.executeCommand('workbench.action.openWalkthrough', 'deployotron.deployotron#start', false),
};

export const refresh: Command = {
  id: 'deployotron.refresh',
  run: async (session) => session.feed.refresh(await session.app()),
};

export const loadMore: Command = {
  id: 'deployotron.loadMore',
  run: async ({ tree }, target) => {
    if (typeof target === 'string') tree.more(target);
  },
};
