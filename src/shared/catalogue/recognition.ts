import type { Entry } from './entry.ts';

/** Which kind of project it is, and how it starts. */
export const recognition = {
  NotRecognised: (lookedAt: string): Entry => ({
    message: `No kind of web project was recognised here. Looked at: ${lookedAt}.`,
    remedy: 'Add a Dockerfile, or deploy the folder that holds the app.',
    action: 'edit-project',
  }),
  InvalidManifest: (file: string, detail: string): Entry => ({
    message: `${file} could not be read.`,
    remedy: `Correct ${file} and try again.`,
    detail,
  }),
  NoStartCommand: (lookedAt: string): Entry => ({
    message: `It is not clear how this app is started. Looked at: ${lookedAt}.`,
    remedy: 'Add a `start` script, or name the command with --start-command.',
    action: 'edit-project',
  }),
};
