import * as vscode from 'vscode';
import type { ApprovalRequest } from '../../shared/chat.ts';

/** Asks before Claude deploys, rolls back or cancels: each time, naming where. */
export async function approve(request: ApprovalRequest): Promise<boolean> {
  const { account, region, endpoint, cluster, service, project } = request;
  const where = [
    vscode.l10n.t('Project: {0}', project),
    endpoint ? vscode.l10n.t('AWS at: {0}', endpoint) : vscode.l10n.t('Account: {0}', account || '?'),
    vscode.l10n.t('Region: {0}', region),
    vscode.l10n.t('Cluster: {0}', cluster),
    vscode.l10n.t('Service: {0}', service),
  ].join('\n');
  const detail = `${request.question}\n\n${where}`;
  const allow = vscode.l10n.t('Allow');
  const question = vscode.l10n.t('Claude wants to change something in AWS.');
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, allow)) === allow;
}
