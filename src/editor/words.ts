import * as vscode from 'vscode';
import type { Deployment, DeploymentStatus } from '../shared/models.ts';

/** What a status is called, and how it looks; the same icon always means the same. */
export const statuses: Record<DeploymentStatus, { label: string; icon: string; color?: string }> = {
  pending: { label: vscode.l10n.t('waiting'), icon: 'circle-outline' },
  inprogress: { label: vscode.l10n.t('running'), icon: 'sync~spin' },
  success: { label: vscode.l10n.t('succeeded'), icon: 'pass-filled', color: 'testing.iconPassed' },
  failed: { label: vscode.l10n.t('failed'), icon: 'error', color: 'testing.iconFailed' },
  rolledback: { label: vscode.l10n.t('rolled back'), icon: 'discard', color: 'testing.iconFailed' },
  superseded: { label: vscode.l10n.t('superseded'), icon: 'layers' },
  timedout: { label: vscode.l10n.t('timed out'), icon: 'watch', color: 'list.warningForeground' },
  unknown: { label: vscode.l10n.t('outcome unknown'), icon: 'question', color: 'list.warningForeground' },
  cancelled: { label: vscode.l10n.t('cancelled'), icon: 'circle-slash' },
  interrupted: { label: vscode.l10n.t('interrupted'), icon: 'debug-disconnect', color: 'list.warningForeground' },
};

export function statusIcon(status: DeploymentStatus): vscode.ThemeIcon {
  const { icon, color } = statuses[status];
  return new vscode.ThemeIcon(icon, color ? new vscode.ThemeColor(color) : undefined);
}

/** The commit in a few words, or what there is instead of one. */
export function titleOf({ commitSha, commitMessage, imageTag, facts, id }: Deployment): string {
  const subject = commitMessage.split('\n')[0] ?? '';
  const files = vscode.l10n.t('Working tree {0}', imageTag.split('-').pop() || id.slice(0, 8));
  const commit = commitSha ? `${commitSha.slice(0, 7)} ${subject}`.trim() : files;
  return facts.operation === 'rollback' ? vscode.l10n.t('Rollback to {0}', commit) : commit;
}

/** `3 min ago`; seconds since 1970. */
export function ago(then: number, now = Date.now() / 1000): string {
  const seconds = Math.max(0, now - then);
  if (seconds < 60) return vscode.l10n.t('just now');
  if (seconds < 3600) return vscode.l10n.t('{0} min ago', Math.floor(seconds / 60));
  if (seconds < 86_400) return vscode.l10n.t('{0} h ago', Math.floor(seconds / 3600));
  if (seconds < 86_400 * 30) return vscode.l10n.t('{0} d ago', Math.floor(seconds / 86_400));
  return new Date(then * 1000).toLocaleDateString(vscode.env.language);
}

/** `34 s`, `2 min 5 s`. */
export function lasted(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 10) return vscode.l10n.t('{0} s', seconds.toFixed(1));
  if (seconds < 60) return vscode.l10n.t('{0} s', Math.round(seconds));
  return vscode.l10n.t('{0} min {1} s', Math.floor(seconds / 60), Math.round(seconds % 60));
}
