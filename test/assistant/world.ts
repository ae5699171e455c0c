import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AskWishes } from '../../src/assistant/assistant.ts';
import { askClaude } from '../../src/assistant/assistant.ts';
import type { AssistantApp } from '../../src/assistant/desk.ts';
import { openWorkspace, type Workspace } from '../../src/assistant/workspace.ts';
import type { ChatEvent } from '../../src/shared/chat.ts';
import { fail } from '../../src/shared/errors.ts';
import type { Deployment, Project } from '../../src/shared/models.ts';
import { defaultSettings } from '../../src/shared/settings.ts';
import { type FakeClaude, type FakeReply, type FakeRequest, fakeKey, startFakeClaude } from '../support/fakeClaude.ts';

export const projectId = '11111111-1111-4111-8111-111111111111';
export const deploymentId = '22222222-2222-4222-8222-222222222222';

export const project: Project = {
  id: projectId,
  name: 'shop',
  repositoryUrl: 'https://example.com/shop.git',
  branch: 'main',
  framework: 'node',
  environment: 'staging',
  awsCluster: 'web',
  awsService: 'shop-service',
  ecrRepository: 'shop',
  createdAt: 1_790_000_000,
  updatedAt: 1_790_000_000,
  kind: 'express',
  options: {
    port: 3000,
    healthPath: '/',
    environment: { MODE: 'hidden-mode-value', API_KEY: 'key-among-the-variables' },
  },
};

export const deployment: Deployment = {
  id: deploymentId,
  projectId,
  status: 'failed',
  commitSha: '0123456789abcdef0123456789abcdef01234567',
  commitMessage: 'Add the health route',
  imageTag: 'shop-0123456',
  startedAt: 1_790_000_100,
  completedAt: 1_790_000_160,
  errorMessage: 'It did not come up.',
  logs: '== Build image\nError: Cannot find module express\n    at load (/app/src/server.js:3:9)\n',
  facts: { operation: 'deploy' },
  failure: fail('RolloutFailed', 'shop-service', 'a module is missing.', 'Install it.', '').failure,
  evidence: {
    takenAt: 1_790_000_160,
    stoppedTasks: [
      {
        taskArn: 'arn:aws:ecs:eu-central-1:123456789012:task/web/abc',
        stopCode: 'EssentialContainerExited',
        stoppedReason: 'Essential container in task exited',
        stoppedAt: 1_790_000_150,
        containers: [{ name: 'shop', exitCode: 1, reason: '' }],
      },
    ],
    serviceEvents: [{ at: 1_790_000_150, message: '(service shop-service) (deployment x) deployment failed' }],
    logLines: [{ task: 'abc', lines: ['Error: Cannot find module express'] }],
  },
  holder: undefined,
};

/** The files of the open folder, some of which nobody but the user may see. */
export const files: Record<string, string> = {
  'package.json': '{"name":"shop","scripts":{"start":"node src/server.js"},"dependencies":{}}',
  'src/server.js':
    "const http = require('node:http');\n\nconst express = require('express');\nexpress().listen(3000);\n",
  'README.md': 'A shop.',
  '.env': 'DB_PASSWORD=swordfish-of-the-env\nPORT=3000\n',
  'certs/server.key': 'private-key-of-the-server',
  '.git/config': '[remote] url-of-the-remote',
  'infra/terraform.tfstate': '{"secret":"state-of-terraform"}',
};

export interface World {
  folder: string;
  home: string;
  claude: FakeClaude;
  workspace: Workspace;
  app: AssistantApp;
  /** What was done to AWS: nothing, unless the user agreed. */
  done: string[];
  ask(question: string, wishes?: AskWishes): Promise<ChatEvent[]>;
  close(): Promise<void>;
}

/** A folder, a history of one failed deployment, and a model that answers as the test says. */
export async function startWorld(
  reply: FakeReply[] | ((request: FakeRequest, nth: number) => FakeReply),
  change: { files?: Record<string, string>; deployment?: Partial<Deployment>; key?: string } = {},
): Promise<World> {
  const claude = await startFakeClaude(reply);
  const base = mkdtempSync(path.join(tmpdir(), 'deployotron-assistant-'));
  const folder = path.join(base, 'shop');
  for (const [file, text] of Object.entries({ ...files, ...change.files })) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
  const done: string[] = [];
  const record = { ...deployment, ...change.deployment };
  const key = change.key ?? fakeKey;
  const workspace = await openWorkspace(folder);
  const app: AssistantApp = {
    host: {
      storageDir: path.join(base, 'home'),
      secrets: {
        get: async (name) => (name === 'ANTHROPIC_API_KEY' ? key || undefined : undefined),
        store: async () => undefined,
        delete: async () => undefined,
      },
      settings: () => defaultSettings,
      log: () => undefined,
    },
    listProjects: async () => [project],
    getProject: async (name) => {
      if (name !== 'shop' && name !== projectId) throw fail('ProjectNotFound', name);
      return project;
    },
    listDeployments: async () => [record],
    getDeployment: async (id) => {
      if (!id || !record.id.startsWith(id)) throw fail('DeploymentNotFound', id);
      return record;
    },
    async *readLog() {
      yield* record.logs.split('\n');
    },
    serviceStatus: async () => '1 of 1 tasks running shop:7',
    whereIs: async () => ({ account: '123456789012', region: 'eu-central-1', endpoint: '' }),
    secretsOf: async () => ['value-of-the-git-token'],
    deploy: async ({ name }) => {
      done.push(`deploy ${name}`);
      return { id: deploymentId };
    },
    rollback: async ({ name }, id) => {
      done.push(`roll back ${name} ${id ?? ''}`.trim());
      return { id: deploymentId };
    },
    cancel: (id) => done.push(`cancel ${id}`) > 0,
  };
  const before = process.env.ANTHROPIC_BASE_URL;
  process.env.ANTHROPIC_BASE_URL = claude.url;
  return {
    folder,
    home: path.join(base, 'home'),
    claude,
    workspace,
    app,
    done,
    async ask(question, wishes = {}) {
      const events: ChatEvent[] = [];
      for await (const event of askClaude(app, question, { workspace, project: 'shop', ...wishes })) events.push(event);
      return events;
    },
    async close() {
      if (before === undefined) delete process.env.ANTHROPIC_BASE_URL;
      else process.env.ANTHROPIC_BASE_URL = before;
      await claude.close();
      rmSync(base, { recursive: true, force: true });
    },
  };
}

/** Everything that has left the computer. */
export const sent = ({ claude }: World) => JSON.stringify(claude.requests);
export const textOf = (events: readonly ChatEvent[]) =>
  events.flatMap((event) => (event.type === 'text' ? event.text : [])).join('');
export const kindsOf = (events: readonly ChatEvent[]) => [...new Set(events.map(({ type }) => type))];
