import * as vscode from 'vscode';
import type { Deployment } from '../shared/models.ts';
import { ago, lasted, statuses, titleOf } from './words.ts';

/** What a deployment was made of and how it ended. Everything in it is shown as text: it came from outside. */
export function deploymentTooltip(deployment: Deployment): vscode.MarkdownString {
  const { status, startedAt, completedAt, commitSha, imageTag, facts, failure } = deployment;
  const rows: [string, string | undefined][] = [
    [vscode.l10n.t('Status'), statuses[status].label],
    [vscode.l10n.t('Started'), `${new Date(startedAt * 1000).toLocaleString(vscode.env.language)} (${ago(startedAt)})`],
    [vscode.l10n.t('Took'), completedAt === undefined ? undefined : lasted((completedAt - startedAt) * 1000)],
    [vscode.l10n.t('Commit'), commitSha + (facts.uncommitted ? vscode.l10n.t(' with uncommitted changes') : '')],
    [vscode.l10n.t('Image'), facts.imageUri ?? imageTag],
    [vscode.l10n.t('Digest'), facts.imageDigest],
    [vscode.l10n.t('Task definition'), facts.taskDefinitionArn?.split('/').pop()],
    [vscode.l10n.t('URL'), facts.url],
    [vscode.l10n.t('Cause'), failure?.message],
    [vscode.l10n.t('What to do'), failure?.remedy.text],
  ];
  const text = new vscode.MarkdownString();
  text.appendText(titleOf(deployment)).appendMarkdown('\n\n');
  for (const [name, value] of rows) {
    if (value) text.appendMarkdown(`**${name}:** `).appendText(value).appendMarkdown('  \n');
  }
  return text;
}
