import * as vscode from 'vscode';
import type { ChatWish, Wish, WishOf, WishType } from '../../shared/protocol.ts';
import { remedyOf } from '../commands/applyRemedy.ts';
import type { Session } from '../session.ts';
import { remedies, showFailure } from '../showFailure.ts';

type CommandWish = Exclude<WishType, 'ready' | 'refresh' | 'broken' | 'remedy' | ChatWish['type']>;

/** All that the page can make the editor do: each wish, and the command that grants it. */
const commands: Record<CommandWish, string> = {
  'deploy-folder': 'deployotron.deploy',
  deploy: 'deployotron.deploy',
  'deploy-again': 'deployotron.deployAgain',
  'roll-back': 'deployotron.rollBack',
  'roll-back-to': 'deployotron.rollBack',
  'edit-project': 'deployotron.editProject',
  'add-project': 'deployotron.addProject',
  cancel: 'deployotron.cancel',
  retry: 'deployotron.retry',
  resume: 'deployotron.resumeWatching',
  'show-deployment': 'deployotron.showDeployment',
  'show-log': 'deployotron.showLogs',
  'open-url': 'deployotron.openUrl',
  'copy-url': 'deployotron.copyUrl',
  'analyse-logs': 'deployotron.analyzeLogs',
  'set-aws-credentials': 'deployotron.setUpAwsCredentials',
  'set-git-credentials': 'deployotron.setUpGitCredentials',
  'set-claude-key': 'deployotron.setUpClaudeKey',
  'choose-claude-model': 'deployotron.chooseClaudeModel',
  'remove-credentials': 'deployotron.removeCredentials',
  'set-up-vault': 'deployotron.setUpVault',
  'start-sandbox': 'deployotron.startSandbox',
  'stop-sandbox': 'deployotron.stopSandbox',
  'run-doctor': 'deployotron.runDoctor',
  'open-settings': 'deployotron.openSettings',
  'open-dashboard': 'deployotron.openDashboard',
  'open-folder': 'workbench.action.files.openFolder',
  'manage-trust': 'workbench.trust.manage',
};

export function carryOut(session: Session, wish: Extract<Wish, { type: CommandWish | 'remedy' }>): void {
  const done = wish.type === 'remedy' ? doRemedy(session, wish) : run(commands[wish.type], targetOf(wish));
  done.then(undefined, (error) => showFailure(session, error));
}

function run(command: string, target: unknown): Thenable<unknown> {
  return vscode.commands.executeCommand(command, ...(target === undefined ? [] : [target]));
}

/** What the command is called on, in a form that it takes from the tree as well. */
function targetOf(wish: Wish): unknown {
  if ('projectId' in wish) return { project: { id: wish.projectId } };
  return 'deploymentId' in wish ? wish.deploymentId : undefined;
}

/** The page says of which failure; what its remedy does is known here alone. */
async function doRemedy(session: Session, { deploymentId, cause }: WishOf<'remedy'>): Promise<void> {
  const deployment = await (await session.app()).getDeployment(deploymentId);
  const remedy = remedyOf(deployment.failure, cause);
  if (remedy?.action) await run(remedies[remedy.action].command, { deployment, cause });
}
