import type * as vscode from 'vscode';
import { type DeployotronApi, exportedApi } from './editor/api.ts';
import { registerCommands } from './editor/commands/command.ts';
import { commands } from './editor/commands/index.ts';
import { keepContextKeys } from './editor/contextKeys.ts';
import { registerDockerfileDocuments } from './editor/dockerfileDocument.ts';
import { registerLogDocuments } from './editor/logDocument.ts';
import { registerPanels } from './editor/panels/index.ts';
import { registerProjectsView } from './editor/projectsView.ts';
import { createSession } from './editor/session.ts';
import { createStatusBar } from './editor/statusBar.ts';

/** Registers what package.json announces. The core (history, AWS, Docker, git) is loaded when first used. */
export function activate(context: vscode.ExtensionContext): DeployotronApi {
  const session = createSession(context);
  registerCommands(session, commands);
  context.subscriptions.push(
    registerProjectsView(session, session.tree),
    createStatusBar(session),
    registerPanels(session),
    registerLogDocuments(session),
    registerDockerfileDocuments(),
    keepContextKeys(session),
  );
  return exportedApi(session);
}
