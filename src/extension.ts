import type * as vscode from 'vscode';
import { type DeployotronApi, exportedApi } from './editor/api.ts';
import { registerEvidenceDocuments } from './editor/claude/evidence.ts';
import { registerCommands } from './editor/commands/command.ts';
import { keepContextKeys } from './editor/contextKeys.ts';
import { registerDiffDocuments } from './editor/diffDocuments.ts';
import { registerDockerfileDocuments } from './editor/dockerfileDocument.ts';
import { registerLogDocuments } from './editor/log/document.ts';
import { registerLinks } from './editor/log/links.ts';
import { registerMarks } from './editor/log/marks.ts';
import { registerOutline } from './editor/log/outline.ts';
import { registerPanels } from './editor/panels/index.ts';
import { registerProjectsView } from './editor/projectsView.ts';
import { createSession } from './editor/session.ts';
import { createStatusBar } from './editor/statusBar.ts';

/** Registers what package.json announces. The core (history, AWS, Docker, git) is loaded when first used. */
export function activate(context: vscode.ExtensionContext): DeployotronApi {
  const session = createSession(context);
  registerCommands(session);
  context.subscriptions.push(
    registerProjectsView(session, session.tree),
    createStatusBar(session),
    registerPanels(session),
    registerLogDocuments(session),
    registerOutline(),
    registerLinks(session.readings),
    registerMarks(session.readings),
    registerDiffDocuments(),
    registerEvidenceDocuments(),
    registerDockerfileDocuments(),
    keepContextKeys(session),
  );
  return exportedApi(session);
}
