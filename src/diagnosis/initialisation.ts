import { type Rule, retry } from './rule.ts';
import { saying } from './text.ts';

const secrets = /unable to (?:pull|retrieve) secrets|registry auth|retrieve secret|secret from asm|ssm parameter/i;
const logger = /failed to validate logger args|failed to initialize logging driver|failed to create Cloudwatch log/i;

/** S14–S22: the task ended before its container, while secrets, logs and volumes were made ready. */
export const initialisationRules: readonly Rule[] = [
  {
    id: 'S14',
    where: 'reason',
    match: [secrets, /AccessDenied|not authorized(?: to perform:? ([\w-]+:\w+))?/i],
    cause: (_, found) =>
      /registry auth|ecr/i.test(found.text) && !/secretsmanager|ssm/i.test(found.text)
        ? 'the execution role of the task may not log in to the registry.'
        : 'the execution role of the task may not read its secrets.',
    remedy: (_, found) =>
      `Allow the execution role ${deniedAction(found.text)}; secrets with their own key also need kms:Decrypt.`,
  },
  {
    id: 'S15',
    where: 'reason',
    match: [secrets, /ResourceNotFound|InvalidParameter|ParameterNotFound|can(?:'|’)t find the specified secret/i],
    cause: (_, found) => `a secret or parameter that the task asks for does not exist${secretNamed(found.text)}.`,
    remedy: 'Correct its ARN in the settings of the project, and check that it is in the region of the service.',
  },
  {
    id: 'S17',
    where: 'reason',
    match: [secrets, /invalid character|json key/i],
    cause: 'the task asks for a key inside a secret, but the secret is not JSON.',
    remedy: 'Store the secret as JSON, or leave out the key at the end of its ARN.',
  },
  {
    id: 'S16',
    where: 'reason',
    match: [
      secrets,
      /RequestError|context deadline exceeded|no such host|retried \d+ time|i\/o timeout|connection issue|request canceled|signal: killed/i,
    ],
    cause: 'the task has no way to the service that keeps its secrets or its registry login.',
    remedy:
      'In a public subnet assign a public IP; in a private one add a NAT gateway or endpoints for secretsmanager, ssm and ecr.api. DNS must be on in the VPC.',
  },
  {
    id: 'S18',
    where: 'reason',
    match: /log group does not exist[^(]*(?:\(([^\s,)]+))?/i,
    cause: (_, found) => `the log group${found.name() && ` ${found.name()}`} does not exist.`,
    remedy:
      'Deploy again, which creates it, or set `awslogs-create-group` and allow the execution role logs:CreateLogGroup.',
    offer: retry,
  },
  {
    id: 'S19',
    where: 'reason',
    match: [logger, /AccessDenied|not authorized/i],
    cause: 'the execution role of the task may not write logs.',
    remedy:
      'Allow the execution role logs:CreateLogStream and logs:PutLogEvents (and logs:CreateLogGroup if the group is made by the task).',
  },
  {
    id: 'S20',
    where: 'reason',
    match: [logger, /signal: killed|timeout|deadline exceeded|no such host|RequestError/i],
    cause: 'the task has no way to CloudWatch Logs.',
    remedy: 'In a public subnet assign a public IP; in a private one add a NAT gateway or an endpoint for logs.',
  },
  {
    id: 'S21',
    where: 'reason',
    match: /failed to invoke EFS utils|mount\.nfs4|failed to resolve "?fs-/i,
    cause: 'the EFS volume of the task could not be mounted.',
    remedy:
      'Give every zone a mount target, open port 2049 in its security group, and check the path; DNS must be on in the VPC.',
  },
  {
    id: 'S22',
    where: 'reason',
    match: /ResourceInitializationError:?\s*(.*)/i,
    cause: (_, found) => `what the task needs before it starts could not be made ready${saying(':', found.name())}.`,
    remedy: 'Correct what the text names, and check that DNS is on in the VPC; then deploy again.',
    certainty: 'likely',
  },
];

function deniedAction(text: string): string {
  const named = /not authorized to perform:? ([\w-]+:\w+)/i.exec(text)?.[1];
  if (named) return named;
  if (/secretsmanager|asm\b/i.test(text)) return 'secretsmanager:GetSecretValue';
  if (/ssm/i.test(text)) return 'ssm:GetParameters';
  return 'ecr:GetAuthorizationToken, secretsmanager:GetSecretValue and ssm:GetParameters, as far as they are used';
}

function secretNamed(text: string): string {
  const arn = /arn:aws[\w-]*:(?:secretsmanager|ssm):[\w-]*:\d*:(?:secret:|parameter)[\w/+=.@:-]+/i.exec(text)?.[0];
  return arn ? `: ${arn.replace(/[:.]+$/, '').slice(0, 160)}` : '';
}
