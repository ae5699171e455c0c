import assert from 'node:assert/strict';
import type { App } from '../../../src/app.ts';
import { createFeed } from '../../../src/editor/feed.ts';
import type { Node } from '../../../src/editor/nodes.ts';
import type { Session } from '../../../src/editor/session.ts';
import { lookOf } from '../../../src/editor/statusBar.ts';
import { createTree } from '../../../src/editor/tree.ts';
import { fail } from '../../../src/shared/errors.ts';
import { type DeployEvent, steps } from '../../../src/shared/events.ts';
import type { Deployment, Project } from '../../../src/shared/models.ts';

const project = {
  id: 'p1',
  name: 'shop',
  repositoryUrl: '/home/me/shop',
  environment: 'development',
  awsCluster: 'deployotron',
  options: { endpoint: 'http://127.0.0.1:4577' },
} as Project;

function deployment(number: number, more: Partial<Deployment> = {}): Deployment {
  const commit = { commitSha: `${number}`.padStart(40, '0'), commitMessage: `Change ${number}`, imageTag: '' };
  const times = { startedAt: 1_700_000_000 + number, completedAt: 1_700_000_042 + number };
  return {
    id: `d${number}`,
    projectId: 'p1',
    status: 'success',
    facts: {},
    ...commit,
    ...times,
    ...more,
  } as Deployment;
}

const at = 1_700_000_000_000;
/** Its first step is done, the second one runs. */
const running: DeployEvent[] = [
  {
    deploymentId: 'd1',
    at,
    type: 'deployment-started',
    projectName: 'shop',
    operation: 'deploy',
    steps: steps.map(({ id }) => id),
  },
  { deploymentId: 'd1', at, type: 'step-started', step: 'record' },
  { deploymentId: 'd1', at, type: 'step-succeeded', step: 'record', summary: 'ready' },
  { deploymentId: 'd1', at, type: 'step-started', step: 'clone' },
];

/** A tree over a history that a test makes up; newest first. */
function treeOf(history: readonly Deployment[], projects: readonly Project[] = [project]) {
  const feed = createFeed();
  const app = {
    listProjects: async () => projects,
    listDeployments: async ({ limit }: { limit?: number }) => history.slice(0, limit),
    progressOf: async () => undefined,
  } as unknown as App;
  const tree = createTree({ feed, app: async () => app } as unknown as Session);
  const children = async (node?: Node) => (await tree.getChildren(node)) ?? [];
  const item = async (node: Node | undefined) => tree.getTreeItem(node as Node);
  return { feed, tree, children, item };
}

describe('the sidebar', () => {
  it('shows a project with environment and target, and under it its deployments', async () => {
    const { children, item } = treeOf([deployment(2), deployment(1)]);
    const [shop] = await children();
    const { label, description, contextValue } = await item(shop);
    assert.equal(label, 'shop');
    assert.match(String(description), /development · sandbox · succeeded/);
    assert.match(contextValue ?? '', /^project local/);
    const [newest] = await children(shop);
    const row = await item(newest);
    assert.equal(row.label, '0000000 Change 2');
    assert.match(String(row.description), /succeeded · .* · 42 s/);
    assert.match(row.accessibilityInformation?.label ?? '', /^0000000 Change 2, succeeded · /);
  });

  it('gives a long history by pages', async () => {
    const { tree, children } = treeOf(Array.from({ length: 10_000 }, (_, index) => deployment(10_000 - index)));
    const [shop] = await children();
    const first = await children(shop);
    assert.equal(first.length, 21);
    assert.equal(first.at(-1)?.type, 'more');
    tree.more('p1');
    assert.equal((await children(shop)).length, 41);
  });

  it('shows the cause of a failure as a child', async () => {
    const failure = fail('Usage', 'The port is taken.', 'Choose another one.').failure;
    const { children, item } = treeOf([deployment(1, { status: 'failed', failure })]);
    const [shop] = await children();
    const [failed] = await children(shop);
    assert.match((await item(failed)).contextValue ?? '', /failed finished retryable/);
    const [cause] = await children(failed);
    assert.equal((await item(cause)).label, 'The port is taken.');
  });

  it('follows a running deployment step by step, by the same folding as every other face', async () => {
    const { feed, children, item } = treeOf([deployment(1, { status: 'inprogress', completedAt: undefined })]);
    for (const event of running) feed.take(event);
    const [shop] = await children();
    const [live] = await children(shop);
    const parts = await children(live);
    assert.equal(parts.length, steps.length);
    const states = await Promise.all(parts.map(async (part) => (await item(part)).contextValue));
    assert.deepEqual(states.slice(0, 3), ['step succeeded', 'step running', 'step waiting']);
    assert.match(String((await item(live)).description), /2\/10 · \d+ %/);
  });

  it('is repainted for the deployment alone, and not at every event', async () => {
    const { feed, tree, children } = treeOf([deployment(1, { status: 'inprogress', completedAt: undefined })]);
    const [shop] = await children();
    const [live] = await children(shop);
    const painted: unknown[] = [];
    tree.onDidChangeTreeData?.((node) => painted.push(node));
    for (let times = 0; times < 100; times++) for (const event of running) feed.take(event);
    assert.deepEqual(painted, [live]);
  });

  it('says what went wrong instead of spinning without end', async () => {
    const app = async () => Promise.reject(fail('Usage', 'The history cannot be read.', 'Look at the disk.'));
    const tree = createTree({ feed: createFeed(), app } as unknown as Session);
    const [problem] = (await tree.getChildren()) ?? [];
    const item = await tree.getTreeItem(problem as Node);
    assert.equal(item.label, 'The history cannot be read.');
    assert.equal(item.command?.command, 'deployotron.refresh');
  });
});

describe('the status bar', () => {
  it('shows the running step and percent, several at once, and how the last one ended', () => {
    const feed = createFeed();
    for (const event of running) feed.take(event);
    assert.match(lookOf(feed.running(), undefined)?.text ?? '', /^\$\(sync~spin\) shop: \w.* \d+ %$/);
    for (const event of running) feed.take({ ...event, deploymentId: 'd2' });
    assert.match(lookOf(feed.running(), undefined)?.text ?? '', /2 deployments/);
    const [ended] = feed.running();
    assert.equal(lookOf([], ended && { ...ended, status: 'success' })?.text, '$(pass-filled) shop succeeded');
    assert.equal(lookOf([], undefined), undefined);
  });
});
