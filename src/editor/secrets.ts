import path from 'node:path';
import * as vscode from 'vscode';
import type { Secrets } from '../shared/host.ts';
import { secretKeys } from '../storage/credentials.ts';
import { openVault, type Vault } from '../storage/vault.ts';
import { askText, back } from './ask.ts';

/** Written with the first secret, so that a later start can tell a storage that forgets. */
const canary = 'deployotron-was-here';
const usesVault = 'usesVault';

/**
 * `kept`: what an earlier start stored was found; `lost`: it was not; `new`: nothing has been stored yet, or not since
 * the last start, so that nobody can tell; `file`: the user has chosen the encrypted file.
 */
export type Persistence = 'kept' | 'lost' | 'new' | 'file';

export const storageWords: Record<Persistence, string> = {
  kept: vscode.l10n.t('keeps what is stored'),
  lost: vscode.l10n.t('forgets when VS Code ends: use an encrypted file instead'),
  new: vscode.l10n.t("VS Code's own"),
  file: vscode.l10n.t('an encrypted file of your own'),
};

export interface EditorSecrets extends Secrets {
  /** Something was stored or removed, here or in another window. */
  onDidChange: vscode.Event<void>;
  persistence(): Promise<Persistence>;
  vault: Vault;
  /** From now on secrets are kept in the encrypted file. */
  useVault(): Promise<void>;
}

/**
 * VS Code's secret storage; or, where that keeps nothing and the user has said so, the encrypted file, whose passphrase
 * is asked for once in a window. A secret named like an environment variable is taken from there first, as on the
 * command line. What is lost or cannot be opened counts as missing, and is never deleted for it.
 */
export function editorSecrets(
  { secrets, globalState, subscriptions }: vscode.ExtensionContext,
  storageDir: string,
): EditorSecrets {
  const fromEnvironment: readonly string[] = Object.values(secretKeys);
  const vault = openVault(path.join(storageDir, 'credentials.vault'));
  const startedWith = globalState.get<boolean>(canary, false);
  const inFile = () => globalState.get<boolean>(usesVault, false);

  const changed = new vscode.EventEmitter<void>();
  subscriptions.push(
    changed,
    secrets.onDidChange(() => changed.fire()),
  );

  const openedVault = async (): Promise<Vault> => {
    if (!vault.isOpen()) await unlock(vault);
    return vault;
  };
  return {
    vault,
    onDidChange: changed.event,
    async get(key) {
      if (fromEnvironment.includes(key) && process.env[key]) return process.env[key];
      if (!inFile()) return secrets.get(key);
      // A question for a passphrase out of nowhere would be a riddle, and an empty file needs none.
      return (await vault.exists()) ? (await openedVault()).get(key) : undefined;
    },
    async store(key, value) {
      if (inFile()) {
        await (await openedVault()).store(key, value);
        return changed.fire();
      }
      await secrets.store(canary, 'kept');
      await globalState.update(canary, true);
      return secrets.store(key, value);
    },
    async delete(key) {
      if (!inFile()) return secrets.delete(key);
      await (await openedVault()).delete(key);
      changed.fire();
    },
    async persistence() {
      if (inFile()) return 'file';
      if (!startedWith) return 'new';
      return (await secrets.get(canary)) ? 'kept' : 'lost';
    },
    async useVault() {
      await unlock(vault);
      if (vault.isOpen()) await globalState.update(usesVault, true);
    },
  };
}

/** Asks until the passphrase fits or the user leaves; for a new file, twice. */
async function unlock(vault: Vault): Promise<void> {
  const isNew = !(await vault.exists());
  const title = isNew ? vscode.l10n.t('New encrypted file of credentials') : vscode.l10n.t('Unlock your credentials');
  const passphrase = await askText({
    title,
    prompt: isNew
      ? vscode.l10n.t(
          'A passphrase of at least 12 characters. It is kept nowhere: if it is lost, so are the credentials.',
        )
      : vscode.l10n.t('The passphrase of the encrypted file of credentials.'),
    secret: true,
    async check(text) {
      if (isNew) return text.length < 12 ? vscode.l10n.t('At least 12 characters.') : undefined;
      return undefined;
    },
  });
  if (typeof passphrase !== 'string' || (isNew && !(await isRepeated(title, passphrase)))) return;
  await vault.unlock(passphrase);
}

async function isRepeated(title: string, passphrase: string): Promise<boolean> {
  const again = await askText({
    title,
    prompt: vscode.l10n.t('The same passphrase once more.'),
    secret: true,
    check: (text) => (text === passphrase ? undefined : vscode.l10n.t('It is not the same.')),
  });
  return again !== back && again !== undefined;
}
