import * as vscode from 'vscode';
import type { App } from '../app.ts';
import { toFailure } from '../shared/errors.ts';
import { type Deployment, isFinished } from '../shared/models.ts';
import { lookForDocker } from './contextKeys.ts';
import { inPauses } from './inPauses.ts';
import { type Node, treeItem } from './nodes.ts';
import type { Session } from './session.ts';
import { deploymentTooltip } from './tooltip.ts';

/** Deployments that one page of a project's history shows. */
const pageSize = 20;
/** Milliseconds between two drawings of a deployment that runs. */
const repaintPause = 250;

export type Tree = vscode.TreeDataProvider<Node> & { more(projectId: string): void };

/** The projects, their deployments by pages, and the ten steps of each. */
export function createTree(session: Session): Tree {
  const changed = new vscode.EventEmitter<Node | undefined>();
  /** VS Code repaints a node that it knows, so each keeps its object. */
  const shown = new Map<string, Node>();
  const pages = new Map<string, number>();

  const keep = (key: string, node: Node): Node => {
    const known = shown.get(key);
    if (known) return Object.assign(known, node);
    shown.set(key, node);
    return node;
  };

  const repaint = inPauses(repaintPause, (id) => {
    const node = shown.get(id);
    if (node) changed.fire(node);
  });
  session.feed.onEvent((event) => event.type !== 'log' && repaint(event.deploymentId));
  session.feed.onHistory(() => changed.fire(undefined));

  const progressOf = async (app: App, deployment: Deployment) =>
    session.feed.progressOf(deployment.id) ?? (await app.progressOf(deployment.id));

  async function roots(): Promise<Node[]> {
    const app = await session.app();
    const projects = await app.listProjects();
    if (projects.length === 0) void lookForDocker();
    return Promise.all(
      projects.map(async (project) => {
        const [last] = await app.listDeployments({ projectId: project.id, limit: 1 });
        return keep(project.id, { type: 'project', project, last });
      }),
    );
  }

  async function deploymentsOf(projectId: string): Promise<Node[]> {
    const app = await session.app();
    const limit = (pages.get(projectId) ?? 1) * pageSize;
    const found = await app.listDeployments({ projectId, limit: limit + 1 });
    const nodes = found
      .slice(0, limit)
      .map((deployment, index) => keep(deployment.id, { type: 'deployment', deployment, newest: index === 0 }));
    return found.length > limit ? [...nodes, { type: 'more', projectId }] : nodes;
  }

  async function partsOf(deployment: Deployment): Promise<Node[]> {
    const progress = await progressOf(await session.app(), deployment);
    const cause: Node[] = deployment.failure
      ? [{ type: 'cause', deploymentId: deployment.id, failure: deployment.failure }]
      : [];
    const steps = progress?.steps ?? [];
    return [...cause, ...steps.map((step): Node => ({ type: 'step', deploymentId: deployment.id, step }))];
  }

  return {
    onDidChangeTreeData: changed.event,
    getTreeItem: (node) => treeItem(node, progressFor(node)),
    async getChildren(node) {
      try {
        if (!node) return await roots();
        if (node.type === 'project') return await deploymentsOf(node.project.id);
        return node.type === 'deployment' ? await partsOf(node.deployment) : [];
      } catch (error) {
        return [{ type: 'problem', failure: toFailure(error) }];
      }
    },
    resolveTreeItem(item, node) {
      if (node.type === 'deployment') item.tooltip = deploymentTooltip(node.deployment);
      return item;
    },
    more(projectId) {
      pages.set(projectId, (pages.get(projectId) ?? 1) + 1);
      changed.fire(shown.get(projectId));
    },
  };

  function progressFor(node: Node) {
    if (node.type === 'deployment') return session.feed.progressOf(node.deployment.id);
    if (node.type !== 'project' || !node.last || isFinished(node.last.status)) return undefined;
    return session.feed.progressOf(node.last.id);
  }
}
