import { type Rule, retry } from './rule.ts';
import { saying } from './text.ts';

/** S33–S42: the container or its surroundings could not be made. */
export const platformRules: readonly Rule[] = [
  {
    id: 'S33',
    where: 'reason',
    match: /CannotStartContainer(?:Error)?:?\s*(.*)/i,
    cause: (_, found) => `the container could not be started${saying(':', found.name())}.`,
    remedy: 'Correct what the text names; where it names nothing, give the task more memory.',
    certainty: 'likely',
  },
  {
    id: 'S34',
    where: 'reason',
    match: /CannotCreateContainer(?:Error)?:?\s*(.*)/i,
    cause: (_, found) => `the container could not be created${saying(':', found.name())}.`,
    remedy:
      'Check the volumes and options of the container; on an EC2 instance free some disk space or take a new instance.',
    certainty: 'likely',
  },
  {
    id: 'S35',
    where: 'reason',
    match: /ContainerRuntimeTimeoutError|DockerTimeoutError/i,
    cause: 'the container did not start or stop in time.',
    remedy: 'See whether its entrypoint waits for something; on an EC2 instance the instance may be overloaded.',
    certainty: 'likely',
  },
  {
    id: 'S36',
    where: 'reason',
    match: /ContainerRuntimeError|CannotInspectContainerError|CannotStopContainerError|(?:^|[\s(])InternalError/i,
    cause: 'AWS could not run the container, for a reason of its own.',
    remedy: 'Deploy again; if it stays so, look at the AWS Health Dashboard.',
    offer: retry,
    certainty: 'likely',
  },
  {
    id: 'S37',
    where: 'reason',
    match: /CannotCreateVolumeError:?\s*(.*)/i,
    cause: (_, found) => `a volume of the task could not be made${saying(':', found.name())}.`,
    remedy: 'Correct the volumes in the task definition.',
  },
  {
    id: 'S38',
    where: 'reason',
    match: /timeout waiting for network interface provisioning/i,
    cause: 'the task was not given a network interface in time.',
    remedy:
      'Deploy again; if it stays so, use a subnet with more free addresses or an instance that allows more network interfaces.',
    offer: retry,
  },
  {
    id: 'S39',
    where: 'reason',
    match: /timeout waiting for EphemeralStorage provisioning/i,
    cause: 'the task was not given its disk in time.',
    remedy: 'Deploy again; this passes by itself.',
    offer: retry,
  },
  {
    id: 'S40',
    where: 'reason',
    match: /unexpected EC2 error while attempting to create network interface/i,
    cause: 'the subnet has no free addresses for the task.',
    remedy: 'Name another or a bigger subnet, or remove what no longer needs its addresses.',
  },
  {
    id: 'S41',
    where: 'reason',
    match: /unable to attach network interface to unused device index/i,
    cause: 'the EC2 instance allows no further network interface, and every task needs one.',
    remedy: 'Use a bigger instance, or turn on network interface trunking (awsvpcTrunking).',
  },
  {
    id: 'S42',
    where: 'reason',
    match: /task definition is not compatible with the selected compute strategy/i,
    cause: 'the task definition does not fit the way in which the service runs its tasks.',
    remedy:
      'Set requiresCompatibilities of the task definition to the launch type or capacity provider of the service.',
  },
];

/** S63–S65: the task was ended from outside; on its own that says nothing about the app. */
export const outsideRules: readonly Rule[] = [
  ...(['reason', 'stop code'] as const).flatMap((where): Rule[] => [
    {
      id: 'S63',
      where,
      match: /Spot ?Interruption|spot instance interruption|Your Spot Task was interrupted/i,
      cause: 'AWS took the spot capacity of the task back.',
      remedy: 'Deploy again; run at least one task on on-demand capacity.',
      offer: retry,
      rank: 'bystander',
    },
    {
      id: 'S64',
      where,
      match: /TerminationNotice|InfrastructureHealth|task retirement|ECS is performing maintenance/i,
      cause: 'AWS retired the machine under the task.',
      remedy: 'Nothing has to be done: ECS starts the task anew elsewhere; deploy again if it does not.',
      rank: 'bystander',
    },
    {
      id: 'S65',
      where,
      match: /UserInitiated|task stopped by (?:a )?user/i,
      cause: 'someone stopped the task.',
      remedy: 'Find StopTask in CloudTrail to see who it was, then deploy again.',
      rank: 'bystander',
    },
  ]),
];
