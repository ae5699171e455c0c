import { addProject } from './addProject.ts';
import { applyRemedy } from './applyRemedy.ts';
import { setUpAwsCredentials } from './awsCredentials.ts';
import { cancel } from './cancel.ts';
import { analyzeLogs, askClaude, chooseClaudeModel } from './claude.ts';
import { setUpClaudeKey } from './claudeKey.ts';
import type { Command } from './command.ts';
import { credentialsStatus, removeCredentials } from './credentials.ts';
import { deleteProject } from './deleteProject.ts';
import { deploy } from './deploy.ts';
import { deployAgain } from './deployAgain.ts';
import { editProject } from './editProject.ts';
import { generateTerraform } from './generateTerraform.ts';
import { generateWorkflow } from './generateWorkflow.ts';
import { setUpGitCredentials } from './gitCredentials.ts';
import { askAboutError, explainError, openErrorSource } from './logErrors.ts';
import { openDashboard, showDeployment } from './panels.ts';
import { previewDockerfile } from './previewDockerfile.ts';
import { resumeWatching } from './resumeWatching.ts';
import { retry } from './retry.ts';
import { rollBack } from './rollBack.ts';
import { runDoctor } from './runDoctor.ts';
import { startSandbox, stopSandbox } from './sandbox.ts';
import { showCost } from './showCost.ts';
import { showLogs } from './showLogs.ts';
import { closeThread, continueInPanel, replyInThread, reviewProposal, stopAnswer } from './threads.ts';
import { copyUrl, openUrl } from './url.ts';
import { setUpVault } from './vault.ts';
import { loadMore, openSettings, openWalkthrough, refresh, showOutput } from './views.ts';

/** Every command of the palette and the menus; package.json has the same, which a test compares. */
export const commands: readonly Command[] = [
  deploy,
  deployAgain,
  cancel,
  rollBack,
  retry,
  resumeWatching,
  openDashboard,
  showDeployment,
  applyRemedy,
  addProject,
  editProject,
  deleteProject,
  showLogs,
  explainError,
  askAboutError,
  openErrorSource,
  askClaude,
  analyzeLogs,
  replyInThread,
  stopAnswer,
  closeThread,
  continueInPanel,
  reviewProposal,
  openUrl,
  copyUrl,
  setUpAwsCredentials,
  setUpGitCredentials,
  setUpClaudeKey,
  chooseClaudeModel,
  setUpVault,
  removeCredentials,
  credentialsStatus,
  startSandbox,
  stopSandbox,
  previewDockerfile,
  generateTerraform,
  generateWorkflow,
  showCost,
  runDoctor,
  openSettings,
  showOutput,
  openWalkthrough,
  refresh,
  loadMore,
];
