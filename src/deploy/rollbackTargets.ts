import type { Deployment } from '../shared/models.ts';

/**
 * The successes before what runs now, newest first, each revision once; pure. `newestFirst` are the deployments of one project.
 * When the newest did not succeed, the first is the newest success itself.
 */
export function rollbackTargets([newest, ...earlier]: readonly Deployment[]): Deployment[] {
  const seen = new Set([newest?.status === 'success' ? newest.facts.taskDefinitionArn : undefined]);
  return earlier.filter(({ status, facts: { taskDefinitionArn } }) => {
    if (status !== 'success' || seen.has(taskDefinitionArn)) return false;
    seen.add(taskDefinitionArn);
    return true;
  });
}
