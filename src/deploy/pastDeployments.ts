import { whySlow } from '../diagnosis/slow.ts';
import { type Metrics, metricsOf } from '../shared/metrics.ts';
import type { Deployment, Project } from '../shared/models.ts';
import type { Progress } from '../shared/progress.ts';
import { type Timeline, timelineOf } from '../shared/timeline.ts';
import type { DeploymentQuery } from '../storage/deployments.ts';

/** So many earlier deployments are what is usual. */
const comparedAtMost = 10;

interface Past {
  listProjects(): Promise<Project[]>;
  listDeployments(query: DeploymentQuery): Promise<Deployment[]>;
  getDeployment(id: string): Promise<Deployment>;
  progressOf(id: string): Promise<Progress | undefined>;
}

/** What can be asked of deployments that have been: their numbers, and where their time went. */
export function pastDeployments(app: Past) {
  const metricsFor = async (deployments: readonly Deployment[]): Promise<Metrics[]> => {
    const projects = await app.listProjects();
    const metrics: Metrics[] = [];
    // One after the other: each reads a file, and a long history has thousands.
    for (const each of deployments) {
      const project = projects.find(({ id }) => id === each.projectId);
      metrics.push(metricsOf(each, project, await app.progressOf(each.id)));
    }
    return metrics;
  };
  return {
    /** Newest first. */
    listMetrics: async (query: DeploymentQuery): Promise<Metrics[]> => metricsFor(await app.listDeployments(query)),
    /** Where the time went, beside earlier successes that did as much. @throws DeployError DeploymentNotFound */
    timeline: async (id: string): Promise<Timeline> => {
      const deployment = await app.getDeployment(id);
      const { projectId, facts } = deployment;
      const before = await app.listDeployments({ projectId, before: deployment.id, limit: 50 });
      const comparable = before.filter(
        (each) =>
          each.status === 'success' && each.facts.operation === facts.operation && each.facts.unchanged !== true,
      );
      const [metrics, ...earlier] = await metricsFor([deployment, ...comparable.slice(0, comparedAtMost)]);
      const hint = metrics && whySlow(metrics);
      return { ...timelineOf(metrics as Metrics, earlier), ...(hint && { hint }) };
    },
  };
}
