import type { Deployment, Project } from '../shared/models.ts';

/**
 * A line of `history --json`, as the README documents it: a deployment without its log, which `logs` prints, and without
 * the process that ran it. `schema` goes up when a field changes its meaning or goes; new ones may come at any time. Pure.
 */
export function historyRecord({ logs, holder, ...deployment }: Deployment, project: Project | undefined) {
  return { schema: 1, project: project?.name ?? '', environment: project?.environment ?? '', ...deployment };
}
