import * as vscode from 'vscode';
import type { App } from '../app.ts';
import type { DeployEvent } from '../shared/events.ts';
import { applyEvent, type Progress } from '../shared/progress.ts';

/**
 * What every view draws: the progress of each deployment that was seen running, and word of every change.
 * Deployments of other processes (a second window, the command line) arrive by their event files, own ones directly.
 */
export type Feed = ReturnType<typeof createFeed>;

export function createFeed() {
  const progress = new Map<string, Progress>();
  const followed = new Map<string, AbortController>();
  const events = new vscode.EventEmitter<DeployEvent>();
  const history = new vscode.EventEmitter<void>();

  const take = (event: DeployEvent) => {
    progress.set(event.deploymentId, applyEvent(progress.get(event.deploymentId), event));
    events.fire(event);
  };

  /** Folds the events that another process writes, until it ends. */
  const follow = async (app: App, id: string) => {
    const stop = new AbortController();
    followed.set(id, stop);
    try {
      for await (const event of app.followEvents(id, stop.signal)) take(event);
    } finally {
      followed.delete(id);
    }
  };

  return {
    onEvent: events.event,
    /** The history has changed: projects, deployments, or how one ended. */
    onHistory: history.event,
    progressOf: (id: string): Progress | undefined => progress.get(id),
    running: (): Progress[] => [...progress.values()].filter((each) => each.endedAt === undefined),
    take,
    /** Reads anew who runs, and follows those that run elsewhere. */
    async refresh(app: App): Promise<void> {
      const own = new Set(app.running().map(({ id }) => id));
      for (const { id } of await app.listRunning()) {
        if (!own.has(id) && !followed.has(id)) void follow(app, id).catch(() => undefined);
      }
      history.fire();
    },
    dispose() {
      for (const stop of followed.values()) stop.abort();
      events.dispose();
      history.dispose();
    },
  };
}
