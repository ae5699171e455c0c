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
};
