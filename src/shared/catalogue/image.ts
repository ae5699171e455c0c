import { type Entry, quote } from './entry.ts';

/** Docker and the build. */
export const image = {
  DockerNotRunning: (detail: string): Entry => ({
    message: 'Docker is not running.',
    remedy: 'Start Docker Desktop (or the Docker service) and try again.',
    action: 'retry',
    detail,
  }),
  DockerNotAllowed: (detail: string): Entry => ({
    message: 'You may not use the Docker engine of this computer.',
    remedy: 'Add your user to the group `docker` and log in again, or use rootless Docker.',
    detail,
  }),
  DockerNotAnswering: (seconds: number): Entry => ({
    message: `Docker accepts connections but has not answered for ${seconds} seconds.`,
    remedy: 'Restart Docker and try again.',
    action: 'retry',
  }),
  DockerLost: (detail: string): Entry => ({
    message: 'The connection to Docker broke off.',
    remedy: 'Check that Docker is still running, then try again.',
    action: 'retry',
    detail,
  }),
  /** `telling` are the lines of the build's log that say why. */
  BuildFailed: (step: string, telling: string): Entry => ({
    message: step ? `The image could not be built: ${quote(step)} failed.` : 'The image could not be built.',
    remedy: 'Read the lines below, correct the cause and deploy again.',
    action: 'show-log',
    detail: telling,
  }),
  DockerfileInvalid: (detail: string): Entry => ({
    message: 'The Dockerfile has a mistake.',
    remedy: 'Correct the line that is named below.',
    action: 'show-log',
    detail,
  }),
  BaseImageUnavailable: (image: string, detail: string): Entry => ({
    message: `The base image ${quote(image)} could not be fetched.`,
    remedy: 'Check its name, your network and whether its registry wants a login.',
    action: 'retry',
    detail,
  }),
  BuildTimedOut: (minutes: number): Entry => ({
    message: `The build took longer than ${minutes} minutes.`,
    remedy: 'See in the log where it stands still, or raise the limit in the settings.',
    action: 'show-log',
  }),
  BuildSilent: (minutes: number): Entry => ({
    message: `The build has said nothing for ${minutes} minutes.`,
    remedy: 'See in the log where it stands still; a command that waits for input never ends in a build.',
    action: 'show-log',
  }),
  DockerFailed: (detail: string): Entry => ({
    message: 'Docker ended with an error.',
    remedy: 'Read what Docker said, correct it and try again.',
    action: 'show-log',
    detail,
  }),
};
