import * as vscode from 'vscode';
import { isLoopback } from '../services/aws.ts';
import type { Failure } from '../shared/errors.ts';
import { type Deployment, isFinished, isResumable, type Project } from '../shared/models.ts';
import type { Progress, StepProgress, StepState } from '../shared/progress.ts';
import { ago, lasted, statuses, statusIcon, titleOf } from './words.ts';

/** What the sidebar's tree is made of. */
export type Node =
  | { type: 'project'; project: Project; last: Deployment | undefined }
  | { type: 'deployment'; deployment: Deployment; newest: boolean }
  | { type: 'step'; deploymentId: string; step: StepProgress }
  | { type: 'cause'; deploymentId: string; failure: Failure }
  | { type: 'more'; projectId: string }
  | { type: 'problem'; failure: Failure };

/** How a node looks now; `progress` is there for deployments that were seen running. */
export function treeItem(node: Node, progress: Progress | undefined): vscode.TreeItem {
  switch (node.type) {
    case 'project':
      return projectItem(node.project, node.last, progress);
    case 'deployment':
      return deploymentItem(node, progress);
    case 'step':
      return stepItem(node.deploymentId, node.step);
    case 'cause':
      return causeItem(node.deploymentId, node.failure);
    case 'more':
      return moreItem(node);
    case 'problem':
      return problemItem(node.failure);
  }
}

function projectItem(project: Project, last: Deployment | undefined, progress: Progress | undefined): vscode.TreeItem {
  const item = new vscode.TreeItem(project.name, vscode.TreeItemCollapsibleState.Collapsed);
  item.id = `project:${project.id}`;
  const state = progress && !progress.endedAt ? runningText(progress) : last ? statuses[last.status].label : '';
  item.description = [project.environment, targetOf(project), state].filter(Boolean).join(' · ');
  item.iconPath = last ? statusIcon(last.status) : new vscode.ThemeIcon('package');
  item.contextValue = tokens('project', !/^[a-z]+:|@/.test(project.repositoryUrl) && 'local', last?.facts.url && 'url');
  item.accessibilityInformation = { label: [project.name, item.description].join(', ') };
  return item;
}

/** Where a project goes, for people. */
export function targetOf({ options, awsCluster }: Project): string {
  if (options.endpoint && isLoopback(options.endpoint)) return vscode.l10n.t('sandbox');
  return [options.region, awsCluster].filter(Boolean).join(' / ');
}

function deploymentItem(
  { deployment, newest }: Node & { type: 'deployment' },
  progress: Progress | undefined,
): vscode.TreeItem {
  const running = !isFinished(deployment.status);
  // What runs shows its steps, and the newest failure its cause, without another click.
  const isOpen = running || (newest && deployment.failure !== undefined);
  const state = isOpen ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed;
  const item = new vscode.TreeItem(titleOf(deployment), state);
  // Another id once it has ended, so that VS Code does not keep the ten steps open.
  item.id = `deployment:${deployment.id}${running ? ':running' : ''}`;
  item.description = running && progress ? runningText(progress) : endedText(deployment);
  item.iconPath = statusIcon(deployment.status);
  item.contextValue = deploymentTokens(deployment);
  item.command = showDeployment(deployment.id);
  // How one has ended is in its description already.
  const said = running ? `${statuses[deployment.status].label}, ${item.description}` : item.description;
  item.accessibilityInformation = { label: `${titleOf(deployment)}, ${said}` };
  return item;
}

function deploymentTokens(deployment: Deployment): string {
  const { status, facts } = deployment;
  const finished = isFinished(status);
  const retryable = finished && status !== 'success';
  return tokens(
    'deployment',
    status,
    finished ? 'finished' : 'running',
    retryable && 'retryable',
    isResumable(deployment) && 'resumable',
    facts.url && 'url',
  );
}

function runningText(progress: Progress): string {
  const step = progress.steps.find((each) => each.state === 'running');
  const position = step ? `${step.label} ${progress.steps.indexOf(step) + 1}/${progress.steps.length}` : '';
  return [position, `${Math.round(progress.percent)} %`].filter(Boolean).join(' · ');
}

function endedText({ status, startedAt, completedAt }: Deployment): string {
  const took = completedAt === undefined ? '' : lasted((completedAt - startedAt) * 1000);
  return [statuses[status].label, ago(startedAt), took].filter(Boolean).join(' · ');
}

const stepIcons: Record<StepState, [icon: string, color?: string]> = {
  waiting: ['circle-outline'],
  running: ['sync~spin'],
  succeeded: ['pass-filled', 'testing.iconPassed'],
  skipped: ['pass', 'testing.iconPassed'],
  failed: ['error', 'testing.iconFailed'],
  cancelled: ['circle-slash'],
};

function stepItem(deploymentId: string, step: StepProgress): vscode.TreeItem {
  const item = new vscode.TreeItem(step.label);
  item.id = `step:${deploymentId}:${step.id}`;
  const took = step.startedAt && step.endedAt ? lasted(step.endedAt - step.startedAt) : '';
  item.description = [took, step.detail].filter(Boolean).join(' · ');
  const [icon, color] = stepIcons[step.state];
  item.iconPath = new vscode.ThemeIcon(icon, color ? new vscode.ThemeColor(color) : undefined);
  item.contextValue = tokens('step', step.state);
  item.command = showDeployment(deploymentId);
  item.accessibilityInformation = { label: `${step.label}, ${step.state}, ${item.description}` };
  return item;
}

function causeItem(deploymentId: string, failure: Failure): vscode.TreeItem {
  const item = new vscode.TreeItem(failure.message);
  item.id = `cause:${deploymentId}`;
  item.iconPath = new vscode.ThemeIcon('lightbulb', new vscode.ThemeColor('list.warningForeground'));
  item.tooltip = `${failure.message}\n\n${failure.remedy.text}`;
  item.contextValue = tokens('cause', failure.remedy.action && 'remedy');
  item.command = showDeployment(deploymentId);
  return item;
}

function moreItem(node: Node & { type: 'more' }): vscode.TreeItem {
  const item = new vscode.TreeItem(vscode.l10n.t('Load more…'));
  item.id = `more:${node.projectId}`;
  item.iconPath = new vscode.ThemeIcon('ellipsis');
  item.command = { command: 'deployotron.loadMore', title: vscode.l10n.t('Load more'), arguments: [node.projectId] };
  return item;
}

function problemItem(failure: Failure): vscode.TreeItem {
  const item = new vscode.TreeItem(failure.message);
  item.iconPath = new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
  item.tooltip = failure.remedy.text;
  item.command = { command: 'deployotron.refresh', title: vscode.l10n.t('Try again') };
  return item;
}

function showDeployment(id: string): vscode.Command {
  return { command: 'deployotron.showDeployment', title: vscode.l10n.t('Show Deployment'), arguments: [id] };
}

/** The words of a contextValue, which package.json's menus look for. */
function tokens(...words: (string | false | undefined)[]): string {
  return words.filter(Boolean).join(' ');
}
