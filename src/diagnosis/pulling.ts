import { imageOf, platformOf, type Rule, rebuild, retry } from './rule.ts';
import { saying } from './text.ts';

const openTheWay =
  'In a public subnet assign a public IP; in a private one add a NAT gateway or endpoints for ecr.api, ecr.dkr and S3. The security group must allow port 443 outwards.';
const allowPulling =
  'Add AmazonECSTaskExecutionRolePolicy to the execution role, and check the policy of the repository; a private registry elsewhere needs its login as a secret.';
const pulling = /CannotPull/i;

/** S1–S13: the image did not reach the task. The telling ones stand before the general ones, not in the order of their ids. */
export const pullingRules: readonly Rule[] = [
  {
    id: 'S7',
    where: 'reason',
    match: /toomanyrequests|pull rate limit/i,
    cause: 'Docker Hub allows no more downloads for now, so the image could not be pulled.',
    remedy: 'Wait an hour, or keep the image in ECR (a pull-through cache does it by itself).',
  },
  {
    id: 'S11',
    where: 'reason',
    match: [pulling, /pull command failed: panic|nil pointer dereference/i],
    cause: 'the task cannot reach S3, where ECR keeps the layers of the image.',
    remedy: 'Let the security group and the routes of the subnet reach S3, by a NAT gateway or an S3 gateway endpoint.',
  },
  {
    id: 'S10',
    where: 'reason',
    match: /httpReadSeeker: failed open: unexpected status code/i,
    cause: 'the download of the layers of the image was refused.',
    remedy: 'Check the S3 gateway endpoint and its policy, and the rights of the execution role.',
  },
  {
    id: 'S9',
    where: 'reason',
    match: /does not contain descriptor matching platform|no matching manifest for/i,
    cause: (context) =>
      `${imageOf(context)} was built for another CPU than the task's${cpuOf(context.cpuArchitecture)}.`,
    remedy: ({ cpuArchitecture }) =>
      `Build the image for ${platformOf(cpuArchitecture)}, or set the CPU architecture of the task to ${cpuArchitecture === 'ARM64' ? 'X86_64' : 'ARM64'}.`,
    offer: rebuild,
  },
  {
    id: 'S8',
    where: 'reason',
    match: [pulling, /no space left on device/i],
    cause: 'the disk of the task is too small for the image.',
    remedy: 'Make the image smaller, or give the task more ephemeral storage; on an EC2 instance remove unused images.',
  },
  {
    id: 'S5',
    where: 'reason',
    match: [
      pulling,
      /i\/o timeout|request canceled while waiting for connection|connection issue between the task and|check your (?:task )?network configuration|no such host/i,
    ],
    cause: 'the task has no way to the registry, so the image could not be pulled.',
    remedy: openTheWay,
  },
  {
    id: 'S6',
    where: 'reason',
    match: [pulling, /context canceled/i],
    cause: 'the pull of the image was broken off, most often because the task has no way to the registry.',
    remedy: openTheWay,
    certainty: 'likely',
  },
  {
    id: 'S4',
    where: 'reason',
    match: /can(?:'|’|no)t pull the image\. Check that the role has the permissions/i,
    cause: 'the execution role of the task may not pull the image.',
    remedy: allowPulling,
  },
  {
    // Docker's daemon says this of a name that is wrong, too.
    id: 'S3',
    where: 'reason',
    match: [pulling, /pull access denied|repository does not exist or may require/i],
    cause: (context) => `the registry did not let the task pull ${imageOf(context)}.`,
    remedy: `Check the name of the image. ${allowPulling}`,
    certainty: 'likely',
  },
  {
    id: 'S3',
    where: 'reason',
    match: [pulling, /403 Forbidden|no basic auth credentials|AccessDenied|not authorized|unauthorized/i],
    cause: (context) => `the registry did not let the task pull ${imageOf(context)}.`,
    remedy: allowPulling,
  },
  {
    id: 'S1',
    where: 'reason',
    match: [
      /CannotPull|failed to resolve ref|manifest/i,
      /not found|manifest unknown|name unknown|(?:repository|image) with .{0,200}does not exist|\bnot exist/i,
    ],
    cause: (context) => `${imageOf(context)} is not in the registry.`,
    remedy:
      'Deploy again to push it; check that the repository and the region are the right ones, and that no clean-up rule removed it.',
    offer: retry,
  },
  {
    id: 'S12',
    where: 'reason',
    match: /error pulling image conf/i,
    cause: 'the image could not be pulled: either the registry limits downloads or the task has no way to it.',
    remedy: openTheWay,
    certainty: 'possible',
  },
  {
    id: 'S2',
    where: 'reason',
    match: /pull image manifest has been retried|failed to resolve ref/i,
    cause: (context) =>
      `${imageOf(context)} could not be found: it is gone from the registry, or the task has no way there.`,
    remedy: `Look in ECR whether the image is still there, and deploy again if not. ${openTheWay}`,
    certainty: 'possible',
  },
  {
    id: 'S13',
    where: 'reason',
    match: /CannotPull\w*:?\s*(.*)/i,
    cause: (_, found) => `the image could not be pulled${saying(':', found.name())}.`,
    remedy: 'Check that the execution role may pull from ECR, and that the task has a way to the registry.',
    certainty: 'likely',
  },
];

function cpuOf(architecture: string | undefined): string {
  return architecture ? ` (${architecture})` : '';
}
