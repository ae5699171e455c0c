import * as vscode from 'vscode';
import { requireTrust } from '../folder.ts';
import type { Session } from '../session.ts';
import { showFailure } from '../showFailure.ts';

/** One command of package.json. `target` is what it was called on: a node of the tree, an id, a folder, or nothing. */
export interface Command {
  id: `deployotron.${string}`;
  run(session: Session, target?: unknown): Promise<unknown>;
}

/**
 * Registers the commands that package.json announces; what they do is loaded when the first one is run.
 * Whatever one throws is told in a sentence, with what can be done about it.
 */
export function registerCommands(session: Session): void {
  const announced: { command: string; enablement?: string }[] =
    session.context.extension.packageJSON.contributes.commands;
  for (const { command: id, enablement } of announced) {
    const guarded = async (target?: unknown) => {
      try {
        // A menu hides it, but whoever knows its id can call it.
        if (enablement === 'isWorkspaceTrusted') requireTrust();
        const { commands } = await import('./index.ts');
        return await commands.find((command) => command.id === id)?.run(session, target);
      } catch (error) {
        showFailure(session, error);
        return undefined;
      }
    };
    session.context.subscriptions.push(vscode.commands.registerCommand(id, guarded));
  }
}
