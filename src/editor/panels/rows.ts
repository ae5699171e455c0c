import { isLoopback } from '../../services/aws.ts';
import { type Deployment, isFinished, type Project } from '../../shared/models.ts';
import type { Progress } from '../../shared/progress.ts';
import type { DeploymentRow, Target } from '../../shared/protocol.ts';

/** A deployment as the page shows it: nothing of what is secret or large. */
export function deploymentRow(
  deployment: Deployment,
  projectName: string,
  progress: Progress | undefined,
): DeploymentRow {
  const { id, projectId, facts, commitSha, commitMessage, imageTag, startedAt, completedAt } = deployment;
  const isRunning = !isFinished(deployment.status);
  return {
    id,
    projectId,
    projectName,
    operation: facts.operation,
    // The events are ahead of the history.
    status: isRunning && progress ? progress.status : deployment.status,
    commit: commitSha.slice(0, 7) || imageTag,
    message: commitMessage.split('\n')[0] ?? '',
    uncommitted: facts.uncommitted ?? false,
    startedAt,
    completedAt,
    cause: deployment.failure?.message ?? deployment.errorMessage,
    url: facts.url ?? '',
    step: isRunning && progress ? runningStep(progress) : undefined,
  };
}

function runningStep({ steps, percent }: Progress): DeploymentRow['step'] {
  const at = steps.findLastIndex(({ state }) => state === 'running');
  const step = steps[at];
  return step && { label: step.label, number: at + 1, of: steps.length, percent };
}

export function targetFact({ options, awsCluster, awsService }: Project, region: string): Target {
  const { endpoint = '' } = options;
  const kind = endpoint === '' ? 'aws' : isLoopback(endpoint) ? 'sandbox' : 'endpoint';
  return { kind, where: endpoint || (options.region ?? region), cluster: awsCluster, service: awsService };
}
