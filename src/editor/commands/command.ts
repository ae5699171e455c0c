import * as vscode from 'vscode';
import type { Session } from '../session.ts';
import { showFailure } from '../showFailure.ts';

/** One command of package.json. `target` is what it was called on: a node of the tree, an id, a folder, or nothing. */
export interface Command {
  id: `deployotron.${string}`;
  run(session: Session, target?: unknown): Promise<unknown>;
}

/** Registers them; whatever one throws is told in a sentence, with what can be done about it. */
export function registerCommands(session: Session, commands: readonly Command[]): void {
  for (const { id, run } of commands) {
    const guarded = async (target?: unknown) => {
      try {
        return await run(session, target);
      } catch (error) {
        showFailure(session, error);
        return undefined;
      }
    };
    session.context.subscriptions.push(vscode.commands.registerCommand(id, guarded));
  }
}
