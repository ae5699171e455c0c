import type { App } from '../../app.ts';
import { rollbackTargets } from '../../deploy/rollbackTargets.ts';
import { type Deployment, isFinished, isResumable } from '../../shared/models.ts';
import type { Progress } from '../../shared/progress.ts';
import type { Monitor } from '../../shared/protocol.ts';
import { deploymentRow, targetFact } from './rows.ts';

/** How many of ECS's own words are shown. */
const shownEvents = 20;

/** Everything about one deployment, but for its log. @throws DeployError DeploymentNotFound */
export async function monitorFacts(app: App, id: string, progress: Progress | undefined): Promise<Monitor> {
  const deployment = await app.getDeployment(id);
  const project = await app.getProject(deployment.projectId);
  const { facts, failure, evidence } = deployment;
  return {
    project: {
      id: project.id,
      name: project.name,
      environment: project.environment,
      target: targetFact(project, app.host.settings().region),
    },
    deployment: { ...deploymentRow(deployment, project.name, progress), step: undefined },
    imageUri: facts.imageUri ?? '',
    imageDigest: facts.imageDigest ?? '',
    taskDefinition: facts.taskDefinitionArn?.split('/').pop() ?? '',
    progress: progress ?? (await app.progressOf(id)),
    failure,
    timeline: isFinished(deployment.status) ? await knownTimeline(app, id) : undefined,
    serviceEvents: evidence?.serviceEvents.slice(0, shownEvents) ?? [],
    can: await whatCanBeWished(app, deployment),
  };
}

/** Of an old deployment nobody kept the steps, and so no more than the whole time is known. */
async function knownTimeline(app: App, id: string): Promise<Monitor['timeline']> {
  const timeline = await app.timeline(id);
  return timeline.steps.length > 0 ? timeline : undefined;
}

async function whatCanBeWished(app: App, deployment: Deployment): Promise<Monitor['can']> {
  const isOver = isFinished(deployment.status);
  const newest = await app.listDeployments({ projectId: deployment.projectId, limit: 50 });
  const targets = rollbackTargets(newest);
  const isIdle = newest.every(({ status }) => isFinished(status));
  return {
    cancel: !isOver,
    retry: isOver && isIdle,
    resume: isIdle && isResumable(deployment),
    // ECS has gone back by itself then.
    rollBack: isIdle && newest[0]?.id === deployment.id && targets.length > 0 && deployment.status !== 'rolledback',
    rollBackTo: isIdle && newest[0]?.id !== deployment.id && targets.some(({ id }) => id === deployment.id),
  };
}
