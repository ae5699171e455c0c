import * as vscode from 'vscode';
import type { Proposal, SettingsChange } from '../../shared/chat.ts';
import { showDiff } from '../diffDocuments.ts';
import type { Session } from '../session.ts';
import { workspaceFor } from './workspace.ts';

/** Shows what Claude would change, file by file as a diff, and applies it only when the user says so. True when it was applied. */
export async function reviewProposal(session: Session, proposal: Proposal): Promise<boolean> {
  if (proposal.kind === 'files')
    for (const file of proposal.files)
      await showDiff(proposal.id, file, vscode.l10n.t('{0} (proposed by Claude)', file.path));
  const apply = vscode.l10n.t('Apply');
  const chosen = await vscode.window.showInformationMessage(
    vscode.l10n.t('Apply the change that Claude proposes?'),
    { modal: proposal.kind === 'settings', detail: detailOf(proposal) },
    apply,
  );
  if (chosen !== apply) return false;
  const app = await session.app();
  const project = proposal.kind === 'settings' ? await app.getProject(proposal.project) : undefined;
  await app.applyProposal(proposal, await workspaceFor(project));
  void vscode.window.showInformationMessage(vscode.l10n.t('The change is applied. Deploy again to see it work.'));
  return true;
}

function detailOf(proposal: Proposal): string {
  const changes = proposal.kind === 'files' ? proposal.files.map(({ path }) => path) : settingsLines(proposal.settings);
  return [proposal.summary, '', ...changes].join('\n');
}

function settingsLines({ healthPath, port, cpu, memory, environmentNames }: SettingsChange): string[] {
  return [
    healthPath !== undefined && vscode.l10n.t('Health path: {0}', healthPath),
    port !== undefined && vscode.l10n.t('Port: {0}', port),
    cpu !== undefined && vscode.l10n.t('CPU units: {0}', cpu),
    memory !== undefined && vscode.l10n.t('Memory: {0} MiB', memory),
    environmentNames?.length && vscode.l10n.t('Variables that are yours to set: {0}', environmentNames.join(', ')),
  ].filter((line) => typeof line === 'string');
}
