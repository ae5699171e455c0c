import * as z from 'zod/mini';
import { describeDeployment, describeEvents, describeFailure } from '../describe.ts';
import { projectFor, tool } from '../desk.ts';

const id = z.string().check(z.describe('id of a deployment, or its first characters'));

export const listDeployments = tool({
  name: 'list_deployments',
  description: 'Lists deployments of a project, the newest first, and how its service stands now.',
  input: z.object({
    project: z.optional(z.string().check(z.describe('default: that of the conversation'))),
    limit: z.optional(z.int().check(z.minimum(1), z.maximum(50))),
  }),
  what: ({ project }) => `lists the deployments${project ? ` of ${project}` : ''}`,
  async run({ project: name, limit = 10 }, desk) {
    const project = await projectFor(desk, name);
    const [deployments, status] = await Promise.all([
      desk.app.listDeployments({ projectId: project.id, limit }),
      desk.app.serviceStatus(project),
    ]);
    const rows = deployments.map(
      ({ id, status, startedAt, commitSha, commitMessage, errorMessage }) =>
        `${id} ${status} ${new Date(startedAt * 1000).toISOString()} ${commitSha.slice(0, 7)} ${commitMessage} ${errorMessage}`,
    );
    return [`service now: ${status}`, ...rows].join('\n');
  },
});

export const getDeployment = tool({
  name: 'get_deployment',
  description: 'Tells all that is recorded of a deployment: project, commit, image, verdict, causes and remedy.',
  input: z.object({ id }),
  what: ({ id }) => `looks at deployment ${id}`,
  async run({ id }, { app }) {
    const deployment = await app.getDeployment(id);
    const project = await app.getProject(deployment.projectId);
    return [describeDeployment(deployment, project), describeFailure(deployment)].filter(Boolean).join('\n\n');
  },
});

const mostLines = 400;

export const getLog = tool({
  name: 'get_log',
  description:
    'Reads lines of the log of a deployment (git, build, push, rollout), numbered. With `search` only the lines that contain that text, with two around each.',
  input: z.object({
    id,
    from: z.optional(z.int().check(z.describe('first line from 1; a negative number counts from the end'))),
    lines: z.optional(z.int().check(z.minimum(1), z.maximum(mostLines))),
    search: z.optional(z.string().check(z.minLength(2), z.maxLength(200))),
  }),
  what: ({ id, search }) => (search ? `searches the log of ${id} for “${search}”` : `reads the log of ${id}`),
  async run({ id, from = -mostLines, lines = mostLines, search }, { app }) {
    const deployment = await app.getDeployment(id);
    const numbered = numberedLines(app.readLog(deployment.id));
    const shown = search ? await around(numbered, search.toLowerCase()) : await slice(numbered, from, lines);
    return shown.join('\n') || 'no such line';
  },
});

export const getEvents = tool({
  name: 'get_events',
  description:
    'Tells what ECS said of a deployment: events of the service, stopped tasks with exit codes and reasons, the last lines of the tasks.',
  input: z.object({ id }),
  what: ({ id }) => `reads the events of ${id}`,
  run: async ({ id }, { app }) => describeEvents(await app.getDeployment(id)) || 'nothing is recorded',
});

async function* numberedLines(lines: AsyncIterable<string>): AsyncGenerator<string> {
  let number = 0;
  for await (const line of lines) {
    number += 1;
    yield `${number}: ${line.slice(0, 1_000)}`;
  }
}

/** Holds no more lines than it gives, however long the log is. */
async function slice(lines: AsyncIterable<string>, from: number, count: number): Promise<string[]> {
  let at = 0;
  const kept: string[] = [];
  for await (const line of lines) {
    at += 1;
    if (from > 0 && at < from) continue;
    kept.push(line);
    if (from > 0 && kept.length === count) break;
    if (from <= 0 && kept.length > -from) kept.shift();
  }
  return kept.slice(0, count);
}

async function around(lines: AsyncIterable<string>, wanted: string): Promise<string[]> {
  const found: string[] = [];
  const before: string[] = [];
  let after = 0;
  for await (const line of lines) {
    if (line.toLowerCase().includes(wanted)) {
      found.push(...before.splice(0), line);
      after = 2;
    } else if (after > 0) {
      found.push(line);
      after -= 1;
    } else {
      before.push(line);
      if (before.length > 2) before.shift();
    }
    if (found.length > mostLines) return [...found, '[… more left out …]'];
  }
  return found;
}
