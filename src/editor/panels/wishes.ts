import * as vscode from 'vscode';
import type { Wish, WishType } from '../../shared/protocol.ts';
import type { Session } from '../session.ts';

type CommandWish = Exclude<WishType, 'ready' | 'refresh' | 'broken'>;

/** All that the page can make the editor do: each wish, and the command that grants it. */
const commands: Record<CommandWish, string> = {
  'deploy-folder': 'deployotron.deploy',
  deploy: 'deployotron.deploy',
  'deploy-again': 'deployotron.deployAgain',
  'roll-back': 'deployotron.rollBack',
  'roll-back-to': 'deployotron.rollBack',
  'edit-project': 'deployotron.editProject',
  'delete-project': 'deployotron.deleteProject',
  'add-project': 'deployotron.addProject',
  cancel: 'deployotron.cancel',
  retry: 'deployotron.retry',
  resume: 'deployotron.resumeWatching',
  'show-deployment': 'deployotron.showDeployment',
  'show-log': 'deployotron.showLogs',
  'open-url': 'deployotron.openUrl',
  'copy-url': 'deployotron.copyUrl',
  remedy: 'deployotron.applyRemedy',
  'ask-claude': 'deployotron.askClaude',
  'analyse-logs': 'deployotron.analyzeLogs',
  'set-aws-credentials': 'deployotron.setUpAwsCredentials',
  'set-git-credentials': 'deployotron.setUpGitCredentials',
  'set-claude-key': 'deployotron.setUpClaudeKey',
  'remove-credentials': 'deployotron.removeCredentials',
  'start-sandbox': 'deployotron.startSandbox',
  'stop-sandbox': 'deployotron.stopSandbox',
  'run-doctor': 'deployotron.runDoctor',
  'open-settings': 'deployotron.openSettings',
  'open-dashboard': 'deployotron.openDashboard',
  'open-folder': 'workbench.action.files.openFolder',
  'manage-trust': 'workbench.trust.manage',
};

export function carryOut(session: Session, wish: Extract<Wish, { type: CommandWish }>): void {
  const target = targetOf(wish);
  vscode.commands
    .executeCommand(commands[wish.type], ...(target === undefined ? [] : [target]))
    .then(undefined, (error) => session.output.error(String(error)));
}

/** What the command is called on, in the form in which the tree calls it. */
function targetOf(wish: Wish): unknown {
  if (wish.type === 'remedy') return { deploymentId: wish.deploymentId, cause: wish.cause };
  if ('projectId' in wish) return { project: { id: wish.projectId } };
  return 'deploymentId' in wish ? wish.deploymentId : undefined;
}
