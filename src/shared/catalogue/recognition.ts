import type { Entry } from './entry.ts';

const threeWays =
  'Add a Dockerfile, say how the app starts with --start-command (and where it is with --folder), or ask Claude to write a Dockerfile.';

/** Which kind of project it is, and how it starts. */
export const recognition = {
  NotRecognised: (lookedAt: string): Entry => ({
    message: `No kind of web project was recognised here. Looked for: ${lookedAt}.`,
    remedy: threeWays,
    action: 'edit-project',
  }),
  NotAnApp: (what: string, lookedAt: string): Entry => ({
    message: `${what}, so there is nothing to run. Looked at: ${lookedAt}.`,
    remedy: threeWays,
    action: 'edit-project',
  }),
  SeveralApps: (apps: readonly { folder: string; label: string }[]): Entry => ({
    message: `There are several apps here: ${apps.map(({ folder, label }) => `${folder} (${label})`).join(', ')}.`,
    remedy: `Choose one with --folder, such as --folder ${apps[0]?.folder}, or with "folder" in deployotron.json.`,
    action: 'edit-project',
  }),
  InvalidManifest: (file: string, detail: string): Entry => ({
    message: `${file} could not be read.`,
    remedy: `Correct ${file} and try again.`,
    detail,
  }),
  NoStartCommand: (lookedAt: string): Entry => ({
    message: `It is not clear how this app is started. Looked at: ${lookedAt}.`,
    remedy: 'Add a `start` script, name the command with --start-command, or add a Dockerfile.',
    action: 'edit-project',
  }),
};
