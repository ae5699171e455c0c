import { type Entry, plural, quote } from './entry.ts';

/** Verdicts of a rollout other than success. */
export const rollout = {
  RolloutFailed: (service: string, cause: string, remedy: string, detail: string): Entry => ({
    message: `${quote(service)} did not come up: ${cause}`,
    remedy,
    action: 'show-log',
    detail,
  }),
  RolledBack: (service: string, cause: string, remedy: string, detail: string): Entry => ({
    message: `${quote(service)} was rolled back to the version before: ${cause}`,
    remedy,
    action: 'show-log',
    detail,
  }),
  Superseded: (service: string, by: string): Entry => ({
    message: `A newer deployment of ${quote(service)} took the place of this one${by ? ` (${by})` : ''}.`,
    remedy: 'Look at the newer deployment.',
  }),
  RolloutTimedOut: (service: string, minutes: number, state: string, detail: string): Entry => ({
    message: `${quote(service)} was not healthy after ${plural(minutes, 'minute')}; ECS is still going on (${state}).`,
    remedy: 'Look again with `deployotron status`, or raise the limit with --rollout-minutes.',
    action: 'retry',
    detail,
  }),
  EvidenceUnreadable: (why: string, detail: string): Entry => ({
    message: `The evidence cannot be read: ${why}.`,
    remedy: 'Give one JSON object with the fields that `deployotron diagnose --help` names.',
    ...(detail && { detail }),
  }),
  RolloutUnknown: (service: string, detail: string): Entry => ({
    message: `AWS could not be asked how the deployment of ${quote(service)} ended; it goes on without us.`,
    remedy: 'Look again with `deployotron status` when AWS is reachable.',
    action: 'retry',
    detail,
  }),
};
