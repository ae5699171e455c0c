import * as z from 'zod/mini';
import type { ToolDefinition } from '../services/claude.ts';
import type { ApprovalRequest, Proposal } from '../shared/chat.ts';
import { fail } from '../shared/errors.ts';
import type { Host } from '../shared/host.ts';
import type { Deployment, Project } from '../shared/models.ts';
import type { DeploymentQuery } from '../storage/deployments.ts';
import type { Workspace } from './workspace.ts';

/** What the assistant asks of the app; the app fits by its shape. */
export interface AssistantApp {
  host: Host;
  listProjects(): Promise<Project[]>;
  getProject(idOrName: string): Promise<Project>;
  listDeployments(query: DeploymentQuery): Promise<Deployment[]>;
  getDeployment(id: string): Promise<Deployment>;
  readLog(id: string): AsyncIterable<string>;
  /** How the service stands at this moment, in words. */
  serviceStatus(project: Project): Promise<string>;
  /** In which AWS a project lives; the account is empty where AWS cannot be asked. */
  whereIs(project: Project): Promise<{ account: string; region: string; endpoint: string }>;
  /** Values that must not leave this computer. */
  secretsOf(project: Project | undefined): Promise<string[]>;
  deploy(project: Project, wishes: { rebuild: boolean; force: boolean }): Promise<{ id: string }>;
  rollback(project: Project, id?: string): Promise<{ id: string }>;
  /** False when no such deployment runs in this process. */
  cancel(id: string): boolean;
}

/** What the tools work with. */
export interface Desk {
  app: AssistantApp;
  workspace: Workspace | undefined;
  /** The project that the conversation is about. */
  project: Project | undefined;
}

export interface ToolResult {
  text: string;
  proposal?: Proposal;
}

/** Something that the model may do; its input comes from the model and has been checked against the schema. */
export interface Tool {
  definition: ToolDefinition;
  /** For people: “reads src/server.js”. */
  what(input: unknown): string;
  /** What the user has to agree to first; tools without it change nothing. */
  approval?(input: unknown, desk: Desk): Promise<Omit<ApprovalRequest, 'id'>>;
  /** @throws DeployError, which the model is told */
  run(input: unknown, desk: Desk): Promise<ToolResult>;
}

interface ToolOf<Schema extends z.ZodMiniType> {
  name: string;
  description: string;
  input: Schema;
  what(input: z.infer<Schema>): string;
  approval?(input: z.infer<Schema>, desk: Desk): Promise<Omit<ApprovalRequest, 'id'>>;
  run(input: z.infer<Schema>, desk: Desk): Promise<string | ToolResult>;
}

/** One schema is both what the model is told and what its input is checked against. */
export function tool<Schema extends z.ZodMiniType>(of: ToolOf<Schema>): Tool {
  const { name, description, input: schema, approval } = of;
  const { $schema, ...input_schema } = z.toJSONSchema(schema, { io: 'input' }) as Record<string, unknown>;
  const parse = (input: unknown) => {
    const parsed = z.safeParse(schema, input);
    if (parsed.success) return parsed.data;
    throw fail('InvalidOption', `The input of ${name}`, JSON.stringify(input), z.prettifyError(parsed.error));
  };
  return {
    definition: { name, description, input_schema: { type: 'object', ...input_schema } },
    what: (input) => of.what(parse(input)),
    ...(approval && { approval: async (input: unknown, desk: Desk) => approval(parse(input), desk) }),
    async run(input, desk) {
      const result = await of.run(parse(input), desk);
      return typeof result === 'string' ? { text: result } : result;
    },
  };
}

/** The project of that name, else that of the conversation. @throws DeployError ProjectNotFound, Usage */
export async function projectFor(desk: Desk, name: string | undefined): Promise<Project> {
  if (name) return desk.app.getProject(name);
  if (desk.project) return desk.project;
  throw fail('Usage', 'This conversation is about no project.', 'Name the project.');
}
