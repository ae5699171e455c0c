import * as z from 'zod/mini';
import type { ApprovalRequest } from '../../shared/chat.ts';
import type { Project } from '../../shared/models.ts';
import { type Desk, projectFor, tool } from '../desk.ts';

// Each of these asks the user every time, naming what it will touch.

const project = z.optional(z.string().check(z.describe('name of the project; default: that of the conversation')));

export const startDeployment = tool({
  name: 'start_deployment',
  description: 'Deploys a project, after the user has agreed. Only when the user has asked for it.',
  input: z.object({ project }),
  what: ({ project }) => `deploys ${project ?? 'the project'}`,
  approval: async ({ project: name }, desk) => {
    const project = await projectFor(desk, name);
    return request(desk, project, 'start-deployment', `Deploy project “${project.name}”`);
  },
  async run({ project: name }, desk) {
    const { id } = await desk.app.deploy(await projectFor(desk, name), { rebuild: false, force: false });
    return `Deployment ${id} has started and goes on by itself; look with get_deployment.`;
  },
});

export const rollBack = tool({
  name: 'roll_back',
  description:
    'Takes a service back to an earlier success, after the user has agreed. Only when the user has asked for it.',
  input: z.object({
    project,
    to: z.optional(
      z.string().check(z.describe('id of the deployment to go back to; default: the last success before this one')),
    ),
  }),
  what: ({ project, to }) => `rolls ${project ?? 'the project'} back${to ? ` to ${to}` : ''}`,
  approval: async ({ project: name, to }, desk) => {
    const project = await projectFor(desk, name);
    const target = to
      ? `deployment ${(await desk.app.getDeployment(to)).id.slice(0, 8)}`
      : 'its last success before this one';
    return request(desk, project, 'roll-back', `Roll project “${project.name}” back to ${target}`);
  },
  async run({ project: name, to }, desk) {
    const target = to && (await desk.app.getDeployment(to)).id;
    const { id } = await desk.app.rollback(await projectFor(desk, name), target || undefined);
    return `Rollback ${id} has started and goes on by itself; look with get_deployment.`;
  },
});

export const cancelDeployment = tool({
  name: 'cancel_deployment',
  description: 'Cancels a running deployment, after the user has agreed. Only when the user has asked for it.',
  input: z.object({ id: z.string() }),
  what: ({ id }) => `cancels deployment ${id}`,
  approval: async ({ id }, desk) => {
    const deployment = await desk.app.getDeployment(id);
    const project = await desk.app.getProject(deployment.projectId);
    return request(
      desk,
      project,
      'cancel',
      `Cancel deployment ${deployment.id.slice(0, 8)} of project “${project.name}”`,
    );
  },
  async run({ id }, { app }) {
    const deployment = await app.getDeployment(id);
    return app.cancel(deployment.id) ? 'It is being cancelled.' : 'It does not run here, so it was not cancelled.';
  },
});

async function request(
  { app }: Desk,
  project: Project,
  action: ApprovalRequest['action'],
  verb: string,
): Promise<Omit<ApprovalRequest, 'id'>> {
  const { account, region, endpoint } = await app.whereIs(project);
  const { name, awsCluster: cluster, awsService: service } = project;
  const place = `AWS account ${account || 'unknown'}, region ${region}${endpoint ? `, at ${endpoint}` : ''}`;
  const question = `${verb}: service “${service}” in cluster “${cluster}” (${place})?`;
  return { action, question, project: name, account, region, endpoint, cluster, service };
}
