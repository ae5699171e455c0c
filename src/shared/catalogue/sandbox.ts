import type { Entry } from './entry.ts';

/** The local sandbox. */
export const sandbox = {
  SandboxPortTaken: (port: number): Entry => ({
    message: `Port ${port} is in use by another program, so the sandbox cannot start there.`,
    remedy: 'End that program, or choose another port with --port.',
  }),
  SandboxNotStarted: (detail: string): Entry => ({
    message: 'The sandbox did not start.',
    remedy: 'Read what it said, and check with `deployotron doctor`.',
    detail,
  }),
  SandboxNotRunning: (): Entry => ({
    message: 'The sandbox is not running.',
    remedy: 'Start it with `deployotron sandbox start`.',
    action: 'start-sandbox',
  }),
  SandboxStateNewer: (path: string): Entry => ({
    message: `The sandbox's state in ${path} was written by a newer version of Deployotron.`,
    remedy: 'Update Deployotron, or remove that sandbox with `deployotron sandbox stop`.',
  }),
  SandboxStateUnreadable: (path: string): Entry => ({
    message: `The sandbox's state in ${path} cannot be read, nor can its last good copy.`,
    remedy: 'Remove that sandbox with `deployotron sandbox stop` and start a new one.',
  }),
  SandboxNotStopped: (detail: string): Entry => ({
    message: 'The sandbox could not be removed completely.',
    remedy: 'Check that Docker runs, then repeat `deployotron sandbox stop`.',
    detail,
  }),
};
