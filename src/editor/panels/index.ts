import * as vscode from 'vscode';
import { id as isId, shape } from '../../shared/shape.ts';
import type { Session } from '../session.ts';
import type { Subject } from './chatTalk.ts';

const monitorState = shape({ deploymentId: isId });

/** Brings the panels back after a reload, and fills the view of the chat. What they are made of is loaded when one is there. */
export function registerPanels(session: Session): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.window.registerWebviewPanelSerializer('deployotron.dashboard', {
      async deserializeWebviewPanel(panel) {
        (await import('./dashboard.ts')).restoreDashboard(session, panel);
      },
    }),
    vscode.window.registerWebviewPanelSerializer('deployotron.monitor', {
      async deserializeWebviewPanel(panel, state: unknown) {
        // What the page remembers is from outside.
        if (!monitorState(state)) return panel.dispose();
        (await import('./monitor.ts')).restoreMonitor(session, panel, state.deploymentId);
      },
    }),
    vscode.window.registerWebviewViewProvider('deployotron.chat', {
      async resolveWebviewView(view) {
        (await import('./chat.ts')).fillChat(session, view);
      },
    }),
  );
}

export async function openDashboard(session: Session): Promise<void> {
  (await import('./dashboard.ts')).openDashboard(session);
}

export async function openMonitor(session: Session, deploymentId: string): Promise<void> {
  (await import('./monitor.ts')).openMonitor(session, deploymentId);
}

/**
 * Shows the chat: as it was left, or with this conversation, or with a new one about this project or deployment.
 * `question` comes into the box, for the user to send.
 */
export async function openChat(session: Session, subject?: Subject, question?: string): Promise<void> {
  if (subject) await (await import('./chat.ts')).showChat(session, subject, question);
  await vscode.commands.executeCommand('deployotron.chat.focus');
}
