import type * as vscode from 'vscode';
import type { Secrets } from '../shared/host.ts';
import { secretKeys } from '../storage/credentials.ts';

/** VS Code's secret storage; a secret named like an environment variable is taken from there first, as on the command line. */
export function editorSecrets({ secrets }: vscode.ExtensionContext): Secrets {
  const fromEnvironment: readonly string[] = Object.values(secretKeys);
  return {
    get: async (key) => (fromEnvironment.includes(key) && process.env[key]) || secrets.get(key),
    store: (key, value) => secrets.store(key, value),
    delete: (key) => secrets.delete(key),
  };
}
