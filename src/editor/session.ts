import * as vscode from 'vscode';
import type { App } from '../app.ts';
import type { Host } from '../shared/host.ts';
import { watchHistory } from '../storage/watch.ts';
import { createThreads, type Threads } from './claude/thread.ts';
import { createFeed, type Feed } from './feed.ts';
import { storageDir, vscodeHost } from './host.ts';
import { tellInterrupted } from './interrupted.ts';
import { type Readings, readLogs } from './log/readings.ts';
import { type EditorSecrets, editorSecrets } from './secrets.ts';
import { createTree, type Tree } from './tree.ts';

/** What the commands and views of one window share. */
export interface Session {
  readonly context: vscode.ExtensionContext;
  readonly output: vscode.LogOutputChannel;
  readonly host: Host;
  readonly secrets: EditorSecrets;
  readonly feed: Feed;
  readonly tree: Tree;
  /** The errors of the logs that are open. */
  readonly readings: Readings;
  /** Talks with Claude at a log's line. */
  readonly threads: Threads;
  /** Loads the core at the first call: activation must not wait for the history, AWS or Docker. */
  app(): Promise<App>;
}

export function createSession(context: vscode.ExtensionContext): Session {
  const output = vscode.window.createOutputChannel('Deployotron', { log: true });
  const secrets = editorSecrets(context, storageDir());
  const host = vscodeHost(secrets, output);
  const feed = createFeed();
  context.subscriptions.push(output, feed);
  let opened: Promise<App> | undefined;
  const readings = readLogs();
  context.subscriptions.push(readings);
  let tree: Tree | undefined;
  let threads: Threads | undefined;

  const open = async (): Promise<App> => {
    const { createApp } = await import('../app.ts');
    const app = await createApp(host, feed.take);
    for (const notice of app.notices) void vscode.window.showWarningMessage(notice);
    const refresh = () => void feed.refresh(app).catch((error) => output.error(String(error)));
    context.subscriptions.push({ dispose: watchHistory(host.storageDir, refresh) }, { dispose: () => app.close() });
    refresh();
    void tellInterrupted(session, app);
    return app;
  };

  const session: Session = {
    context,
    output,
    host,
    secrets,
    feed,
    get tree() {
      tree ??= createTree(session);
      return tree;
    },
    readings,
    get threads() {
      threads ??= createThreads(session);
      return threads;
    },
    app() {
      opened ??= open();
      // What could not be opened (a full disk, say) is tried again at the next call.
      opened.catch(() => {
        opened = undefined;
      });
      return opened;
    },
  };
  return session;
}
