import { type Finding, finding, ranks } from './findings.ts';

/** How a rollout stood when it was last looked at; S74–S76 are read from this, not from any text. */
export interface RolloutState {
  /** `waiting`: nothing failed, but tasks are missing. `replaced`: completed, with another revision than ours. `first`: failed, with nothing to go back to. */
  state: 'waiting' | 'replaced' | 'first';
  /** `waiting`: how long, and how many of the wanted tasks run. */
  seconds?: number;
  running?: number;
  desired?: number;
  /** `replaced`: the revision that runs instead, and the deployment that brought it. */
  revision?: string;
  by?: string;
}

/** Less is the ordinary time in which Fargate finds a place and pulls an image. */
const longWait = 180;

export function findInState(given: RolloutState): Finding[] {
  const { state, seconds = 0, running = 0, desired = 1, revision, by } = given;
  if (state === 'waiting' && (seconds < longWait || running >= desired)) return [];
  const [code, cause, remedy, certainty] = {
    waiting: [
      'S74',
      `its tasks wait to be started: ${running} of ${desired} run after ${Math.round(seconds / 60)} minutes, and none has failed. ECS is looking for capacity, a network interface or the image.`,
      'Check that the subnets have free addresses and a way to the registry, and that Fargate has capacity in them; the last event of the service may name what is missing.',
      'possible',
    ] as const,
    replaced: [
      'S75',
      `the service completed another version than this one${revision ? ` (${revision}${by ? `, by ${by}` : ''})` : ''}: it was rolled back or superseded.`,
      'Look at the deployment that took its place.',
      'certain',
    ] as const,
    first: [
      'S76',
      'it is the first deployment of the service, so there is no version to go back to, and ECS leaves it as it is.',
      'Correct the cause and deploy again, or scale the service to 0 tasks.',
      'certain',
    ] as const,
  }[state];
  return [finding({ code, cause, remedy, certainty, lines: [] }, state === 'first' ? ranks.bystander : ranks.cause)];
}
