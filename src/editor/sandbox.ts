import path from 'node:path';
import * as vscode from 'vscode';
import { toFailure } from '../shared/errors.ts';
import type { Session } from './session.ts';

/** Starts the small AWS on the user's Docker, or finds the one that runs; gives its endpoint. */
export async function ensureSandbox(session: Session): Promise<string> {
  const title = vscode.l10n.t('Starting the sandbox');
  // Told before anything is loaded for it: to load takes longer than a user waits without wondering.
  const { endpoint } = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title },
    async () => {
      const { startSandbox } = await import('../sandbox/process.ts');
      const start = (port: number) =>
        startSandbox({ stateDir: stateDir(session), port, spawn: sandboxProgram(session) });
      const { port, isChosen } = portOf();
      // Nobody has to choose a port for the first deployment, so any free one will do where the usual one is taken.
      return start(port).catch((error) => {
        if (isChosen || toFailure(error).code !== 'SandboxPortTaken') throw error;
        return start(anyFreePort);
      });
    },
  );
  noteRunning(true);
  return endpoint;
}

/** The endpoint of the one that runs. */
export async function sandboxEndpoint(session: Session): Promise<string | undefined> {
  const { sandboxStatus } = await import('../sandbox/process.ts');
  const status = await sandboxStatus({ stateDir: stateDir(session) });
  noteRunning(status.running);
  return status.running ? status.endpoint : undefined;
}

/** Ends it and removes everything that it made. */
export async function removeSandbox(session: Session): Promise<void> {
  const { stopSandbox } = await import('../sandbox/process.ts');
  const title = vscode.l10n.t('Removing the sandbox');
  await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () =>
    stopSandbox({ stateDir: stateDir(session) }),
  );
  noteRunning(false);
}

function noteRunning(running: boolean): void {
  void vscode.commands.executeCommand('setContext', 'deployotron.sandboxRunning', running);
}

function stateDir({ host }: Session): string {
  return path.join(host.storageDir, 'sandbox');
}

const anyFreePort = 0;

function portOf(): { port: number; isChosen: boolean } {
  const settings = vscode.workspace.getConfiguration('deployotron');
  const { globalValue, workspaceValue } = settings.inspect('sandbox.port') ?? {};
  return { port: settings.get('sandbox.port', 4577), isChosen: (globalValue ?? workspaceValue) !== undefined };
}

/** A process of its own, which outlives this window; the editor's own Node runs it. */
function sandboxProgram(session: Session) {
  return {
    execPath: process.execPath,
    args: [session.context.asAbsolutePath('dist/extension/sandbox.mjs'), '--state', stateDir(session)],
    env: { ELECTRON_RUN_AS_NODE: '1' },
  };
}
