import { type Deployment, isFinished } from '../shared/models.ts';

/** A deployment as a row of a table. `now` is Unix seconds. */
export function deploymentRow(deployment: Deployment, project: string, now: number): Record<string, string> {
  const { facts, commitSha, commitMessage } = deployment;
  return {
    id: deployment.id.slice(0, 8),
    project,
    status: deployment.status,
    commit: `${commitSha.slice(0, 7)}${facts.uncommitted ? '*' : ''}`,
    what: facts.operation === 'rollback' ? `rollback: ${shorten(commitMessage)}` : shorten(commitMessage),
    age: `${span(now - deployment.startedAt)} ago`,
    took: isFinished(deployment.status) ? span((deployment.completedAt ?? now) - deployment.startedAt) : '…',
    error: shorten(deployment.errorMessage),
  };
}

export function span(seconds: number): string {
  if (seconds < 60) return `${Math.max(0, Math.round(seconds))} s`;
  if (seconds < 3_600) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} days`;
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
