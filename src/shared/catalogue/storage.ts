import type { Entry } from './entry.ts';

/** The history on disk. */
export const storage = {
  DatabaseNewer: (path: string): Entry => ({
    message: `The history in ${path} was written by a newer version of Deployotron.`,
    remedy: 'Update Deployotron; the file is left as it is.',
  }),
  DatabaseBusy: (path: string, holder: string): Entry => ({
    message: `${path} is in use by ${holder}, and stayed so for 10 seconds.`,
    remedy: 'End that program, or try again.',
    action: 'retry',
  }),
  DiskFull: (path: string): Entry => ({
    message: `The disk is full: ${path} could not be written.`,
    remedy: 'Free some space (`docker system prune` often helps) and try again; nothing that was stored is lost.',
    action: 'retry',
  }),
  StorageNotWritable: (path: string, detail: string): Entry => ({
    message: `${path} could not be written.`,
    remedy: 'Check the rights of the folder, or name another one with DEPLOYOTRON_HOME.',
    detail,
  }),
  SecretNotKept: (): Entry => ({
    message: 'The secret storage of this editor did not keep the value.',
    remedy: 'Keep secrets in an encrypted file instead: run "Set Up Credential File", which asks for a passphrase.',
    action: 'set-up-vault',
  }),
  VaultLocked: (): Entry => ({
    message: 'The encrypted file of credentials is locked.',
    remedy: 'Enter its passphrase to use what is stored in it.',
  }),
  VaultPassphraseWrong: (): Entry => ({
    message: 'This passphrase does not open the encrypted file of credentials, or the file has been changed.',
    remedy: 'Try again. If the passphrase is lost, remove the file and enter the credentials anew.',
  }),
  VaultUnreadable: (path: string): Entry => ({
    message: `${path} is no file of credentials that this version can read.`,
    remedy: 'It is left as it is. Move it away to begin anew, or update Deployotron.',
  }),
};
