import { describe, expect, test } from 'vitest';
import { taskSignature } from '../../src/diagnosis/index.ts';
import { rules } from '../../src/diagnosis/table.ts';
import type { StoppedTask } from '../../src/shared/models.ts';
import { evidenceOf, exited, seen, stopped } from './evidence.ts';

const context = {
  service: 'my-app',
  port: 3000,
  healthPath: '/health',
  image: '111122223333.dkr.ecr.eu-central-1.amazonaws.com/my-app:9f2c1ab',
  cpuArchitecture: 'X86_64',
  memory: 512,
};
const secrets = 'ResourceInitializationError: unable to pull secrets or registry auth: ';
const secretArn = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:db-AbCdEf';
const group =
  '(target-group arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/my-app/0123456789abcdef)';

type Example = [code: string, seen: string | StoppedTask | { event: string } | { log: string }, cause: RegExp];

const examples: Example[] = [
  [
    'S1',
    `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${context.image}: ${context.image}: not found`,
    /my-app:9f2c1ab is not in the registry/,
  ],
  [
    'S1',
    'CannotPullContainerError: Error response from daemon: manifest unknown: Requested image not found',
    /is not in the registry/,
  ],
  [
    'S1',
    "CannotPullContainerError: The repository with name 'my-app' does not exist in the registry with id '111122223333'",
    /is not in the registry/,
  ],
  [
    'S2',
    'CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref public.ecr.aws/x/y@sha256:00',
    /could not be found/,
  ],
  [
    'S3',
    "CannotPullContainerError: Error response from daemon: pull access denied for my-app, repository does not exist or may require 'docker login'",
    /did not let the task pull/,
  ],
  [
    'S3',
    'CannotPullContainerError: unexpected status from HEAD request to https://x.dkr.ecr.eu-central-1.amazonaws.com/v2/: 403 Forbidden',
    /did not let the task pull/,
  ],
  [
    'S4',
    "CannotPullContainerError: The task can't pull the image. Check that the role has the permissions to pull images from the registry.",
    /execution role of the task may not pull/,
  ],
  [
    'S5',
    'CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref docker.io/library/nginx:latest: failed to do request: Head "https://registry-1.docker.io/v2/": dial tcp 34.226.69.105:443: i/o timeout',
    /no way to the registry/,
  ],
  [
    'S5',
    'CannotPullContainerError: The task cannot pull my-app from Amazon ECR. There is a connection issue between the task and Amazon ECR. Check your task network configuration.',
    /no way to the registry/,
  ],
  [
    'S6',
    'CannotPullContainerError: ref pull has been retried 1 time(s): failed to copy: context canceled',
    /broken off/,
  ],
  [
    'S7',
    'CannotPullContainerError: inspect image has been retried 5 time(s): httpReadSeeker: failed open: unexpected status code https://registry-1.docker.io: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit.',
    /Docker Hub/,
  ],
  [
    'S8',
    'CannotPullContainerError: failed to register layer: write /usr/lib/x.so: no space left on device',
    /disk of the task is too small/,
  ],
  [
    'S9',
    "CannotPullContainerError: pull image manifest has been retried 1 time(s): image Manifest does not contain descriptor matching platform 'linux/amd64'",
    /built for another CPU than the task's \(X86_64\)/,
  ],
  [
    'S10',
    'CannotPullContainerError: ref pull has been retried 1 time(s): failed to copy: httpReadSeeker: failed open: unexpected status code https://prod-layer.s3.amazonaws.com/: 403 Forbidden',
    /download of the layers/,
  ],
  [
    'S11',
    'CannotPullContainerError: pull command failed: panic: runtime error: invalid memory address or nil pointer dereference',
    /cannot reach S3/,
  ],
  [
    'S12',
    'CannotPullContainerError: error pulling image configuration: download failed after attempts=1: unknown blob',
    /limits downloads or the task has no way/,
  ],
  [
    'S13',
    'CannotPullContainerError: something new that nobody has seen',
    /could not be pulled: “something new that nobody has seen”/,
  ],
  [
    'S14',
    `${secrets}execution resource retrieval failed: unable to retrieve secret from asm: AccessDeniedException: User: arn:aws:sts::1:assumed-role/exec/x is not authorized to perform: secretsmanager:GetSecretValue on resource: ${secretArn}`,
    /may not read its secrets/,
  ],
  [
    'S14',
    `${secrets}execution resource retrieval failed: unable to retrieve ecr registry auth: AccessDeniedException: not authorized to perform: ecr:GetAuthorizationToken on resource: *`,
    /may not log in to the registry/,
  ],
  [
    'S15',
    `${secrets}execution resource retrieval failed: unable to retrieve secret ${secretArn}: ResourceNotFoundException: Secrets Manager can't find the specified secret.`,
    /does not exist: arn:aws:secretsmanager/,
  ],
  [
    'S16',
    `${secrets}execution resource retrieval failed: unable to retrieve ecr registry auth: service call has been retried 3 time(s): RequestError: send request failed caused by: Post "https://api.ecr.eu-central-1.amazonaws.com/": dial tcp 52.94.1.1:443: i/o timeout`,
    /no way to the service that keeps its secrets/,
  ],
  [
    'S17',
    `${secrets}execution resource retrieval failed: unable to retrieve secret from asm: retrieved secret from Secrets Manager did not contain json key: invalid character 'p' looking for beginning of value`,
    /not JSON/,
  ],
  [
    'S18',
    'ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. (/ecs/my-app, eu-central-1)',
    /log group \/ecs\/my-app does not exist/,
  ],
  [
    'S19',
    'ResourceInitializationError: failed to validate logger args: failed to create Cloudwatch log stream: AccessDeniedException: not authorized to perform: logs:CreateLogStream',
    /may not write logs/,
  ],
  ['S20', 'ResourceInitializationError: failed to validate logger args: : signal: killed', /no way to CloudWatch Logs/],
  [
    'S21',
    'ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes: stderr: Failed to resolve "fs-0123.efs.eu-central-1.amazonaws.com"',
    /EFS volume/,
  ],
  [
    'S22',
    'ResourceInitializationError: failed to download env files: file download command: non empty error stream',
    /could not be made ready: “failed to download env files/,
  ],
  [
    'S23',
    exited(137, 'a1', {
      containers: [{ name: 'web', exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' }],
    }),
    /used up its 512 MiB of memory/,
  ],
  [
    'S24',
    exited(137, 'a1', { stopCode: 'ServiceSchedulerInitiated', stoppedReason: 'Task replaced' }),
    /did not end when it was told to/,
  ],
  ['S25', exited(137), /killed from outside/],
  ['S26', exited(139), /segmentation fault/],
  ['S27', exited(143), /told to stop \(SIGTERM/],
  ['S28', exited(1), /ended with exit code 1\./],
  ['S28', exited(255), /ended with exit code 255\./],
  ['S29', exited(0), /came to its end \(exit code 0\)/],
  ['S30', exited(126), /not executable/],
  ['S31', exited(127), /does not exist in the image/],
  [
    'S31',
    'CannotStartContainerError: ResourceInitializationError: failed to create new container runtime task: runc create failed: unable to start container process: exec: "nodee": executable file not found in $PATH: unknown',
    /start command nodee does not exist/,
  ],
  [
    'S32',
    { log: 'exec /usr/local/bin/docker-entrypoint.sh: exec format error' },
    /another CPU than the task's \(X86_64\)/,
  ],
  ['S32', { log: '/app/program: 1: \u007fELF\u0002x@@@8@@@: not found' }, /another CPU than the task's/],
  ['S31', { log: '[FATAL tini (7)] exec nodee failed: No such file or directory' }, /start file nodee/],
  [
    'S30',
    { log: '[FATAL tini (7)] exec /app/start.sh failed: Permission denied' },
    /start file \/app\/start\.sh is not/,
  ],
  [
    'S33',
    'CannotStartContainerError: Error response from daemon: OCI runtime create failed: cgroup is gone',
    /could not be started: “Error response from daemon/,
  ],
  [
    'S34',
    'CannotCreateContainerError: Error response from daemon: devmapper: Thin Pool has 4350 free data blocks',
    /could not be created/,
  ],
  [
    'S35',
    'ContainerRuntimeTimeoutError: Could not transition to running; timed out after waiting 3m0s',
    /did not start or stop in time/,
  ],
  ['S36', 'CannotInspectContainerError: Could not transition to created', /reason of its own/],
  ['S37', 'CannotCreateVolumeError: volume plugin is not there', /volume of the task could not be made/],
  ['S38', 'Timeout waiting for network interface provisioning to complete.', /network interface in time/],
  ['S39', 'Timeout waiting for EphemeralStorage provisioning to complete.', /disk in time/],
  [
    'S40',
    'Unexpected EC2 error while attempting to Create Network Interface in subnet subnet-0123: InsufficientFreeAddressesInSubnet',
    /no free addresses/,
  ],
  ['S41', 'Unable to attach network interface to unused device index', /no further network interface/],
  ['S42', 'The task definition is not compatible with the selected compute strategy.', /does not fit the way/],
  [
    'S43',
    {
      event: `(service my-app) (port 3000) is unhealthy in ${group} due to (reason Health checks failed with these codes: [404]).`,
    },
    /answers 404 .* the path \/health does not exist/,
  ],
  [
    'S43',
    stopped(`Task failed ELB health checks in ${group}`, 'ServiceSchedulerInitiated'),
    /load balancer's health check of \/health failed/,
  ],
  [
    'S44',
    { event: `(service my-app) (port 3000) is unhealthy in ${group} due to (reason Request timed out).` },
    /did not answer the health check on port 3000/,
  ],
  [
    'S44',
    { event: `(service my-app) (port 3000) is unhealthy in ${group} due to (reason Health checks failed).` },
    /did not answer the health check on port 3000/,
  ],
  [
    'S45',
    stopped('Task failed container health checks', 'ServiceSchedulerInitiated'),
    /health check that its container makes itself/,
  ],
  [
    'S46',
    {
      event:
        '(service my-app) (instance i-0123) (port 80) is unhealthy in (elb my-elb) due to (reason Instance has failed at least the UnhealthyThreshold number of health checks consecutively.)',
    },
    /did not answer the load balancer's health check/,
  ],
  [
    'S47',
    { event: `(service my-app) failed to deregister targets in ${group}: TARGET GROUP IS NOT FOUND` },
    /target group of the load balancer does not exist/,
  ],
  [
    'S48',
    { event: `(service my-app) failed to register targets in ${group} with (error The target type is wrong)` },
    /could not be added to the target group/,
  ],
  [
    'S49',
    {
      event:
        '(service my-app) was unable to place a task because no container instance met all of its requirements. The closest matching (container-instance 0123) has insufficient CPU units available.',
    },
    /enough free CPU/,
  ],
  [
    'S49',
    {
      event:
        '(service my-app) was unable to place a task because no container instance met all of its requirements. The closest matching (container-instance 0123) encountered error "AGENT".',
    },
    /ECS agent on the instance/,
  ],
  [
    'S50',
    {
      event:
        '(service my-app) was unable to place a task. Reason: No Container Instances were found in your capacity provider.',
    },
    /no instance on which/,
  ],
  [
    'S51',
    {
      event:
        '(service my-app) was unable to place a task. Reason: Capacity is unavailable at this time. Please try again later or in a different availability zone.',
    },
    /no free Fargate capacity/,
  ],
  [
    'S52',
    {
      event:
        "(service my-app) was unable to place a task. Reason: You've reached the limit on the number of vCPUs you can run concurrently.",
    },
    /reached its limit/,
  ],
  [
    'S53',
    { event: '(service my-app) was unable to place a task. Reason: Internal error.' },
    /could not place the task/,
  ],
  [
    'S54',
    {
      event:
        '(service my-app) failed to launch a task with (error ECS was unable to assume the role arn:aws:iam::1:role/exec that was provided for this task.)',
    },
    /may not use the IAM role/,
  ],
  [
    'S55',
    {
      event:
        '(service my-app) is unable to consistently start tasks successfully. For more information, see the Troubleshooting section.',
    },
    /no longer known/,
  ],
  [
    'S56',
    { event: '(service my-app) operations are being throttled on (elasticloadbalancing). Will try again later.' },
    /limiting the rate/,
  ],
  [
    'S57',
    {
      event:
        '(service my-app) was unable to stop or start tasks during a deployment because of the service deployment configuration. Update the minimumHealthyPercent or maximumPercent value and try again.',
    },
    /minimum and maximum healthy percent/,
  ],
  [
    'S58',
    {
      event:
        '(service my-app) is unable to stop tasks because the number of protected tasks are more than the desired count of tasks.',
    },
    /protected from being stopped/,
  ],
  [
    'S59',
    { event: '(service my-app) (deployment ecs-svc/0123456789012345678) deployment failed: tasks failed to start.' },
    /own reason is no longer known/,
  ],
  [
    'S60',
    {
      event: '(service my-app) (deployment ecs-svc/0123456789012345678) deployment failed: alarm detected: HighErrors.',
    },
    /alarm rang during the deployment: “HighErrors”/,
  ],
  [
    'S61',
    { event: '(service my-app) rolling back to deployment ecs-svc/0123456789012345678.' },
    /went back to the version before/,
  ],
  [
    'S62',
    { event: '(service my-app) could not launch 3 tasks for deployment ecs-svc/0123456789012345678.' },
    /could not start all tasks yet/,
  ],
  ['S63', stopped('Your Spot Task was interrupted.', 'SpotInterruption'), /spot capacity/],
  ['S64', stopped('', 'InfrastructureHealth'), /retired the machine/],
  ['S65', stopped('Task stopped by user', 'UserInitiated'), /someone stopped the task/],
];

/** Rows that only say that tasks failed; the sentence says that plainly, but they are no cause. */
const consequences = new Set(['S55', 'S59', 'S61']);

describe('Every known signature is recognised', () => {
  test.each(examples)('%s in %o', (row, text, cause) => {
    const diagnosis = seen(toEvidence(text), context);
    expect(diagnosis.cause).toMatch(cause);
    expect(diagnosis.code).toBe(consequences.has(row) ? undefined : row);
    expect(diagnosis.lines.length).toBeGreaterThan(0);
    for (const words of [diagnosis.cause, diagnosis.remedy]) expectSentence(words);
    expect(diagnosis.cause).toMatch(/^(?:\p{Ll}|AWS|ECS|Docker Hub)/u);
  });

  const texts = examples.filter((example): example is [string, string, RegExp] => typeof example[1] === 'string');
  test.each(texts)('%s is recognised in capitals, too: %s', (row, text) => {
    expect(seen(toEvidence(text.toUpperCase()), context).code).toBe(row);
  });

  test('there is an example for each row, and a row for each number up to 65', () => {
    const shown = new Set(examples.map(([signature]) => signature));
    const numbers = Array.from({ length: 65 }, (_, index) => `S${index + 1}`);
    expect([...new Set(rules.map((rule) => rule.id))].sort()).toEqual([...numbers].sort());
    expect(numbers.filter((number) => !shown.has(number))).toEqual([]);
  });

  test('a reason that ECS repeats inside a service event is recognised there', () => {
    const event = `(service my-app) was unable to place a task. Reason: ${secrets}AccessDeniedException.`;
    expect(seen(evidenceOf({ events: [event] }), context).code).toBe('S14');
  });

  test('ordinary events of a healthy service are no cause', () => {
    const events = [
      '(service my-app) has started 1 tasks: (task 0123).',
      `(service my-app) registered 1 targets in ${group}`,
      '(service my-app) has begun draining connections on 1 tasks.',
      '(service my-app) has stopped 1 running tasks: (task 0123).',
      '(service my-app) (deployment ecs-svc/0123) deployment completed.',
      '(service my-app) has reached a steady state.',
    ];
    expect(seen(evidenceOf({ events }), context).code).toBeUndefined();
  });
});

describe('Two tasks failed in the same way', () => {
  test.each<[string | undefined, StoppedTask]>([
    [
      undefined,
      stopped('Scaling activity initiated by (deployment ecs-svc/0123456789012345678)', 'ServiceSchedulerInitiated'),
    ],
    [undefined, stopped('Task stopped by user', 'UserInitiated')],
    [undefined, stopped('', 'SpotInterruption')],
    [undefined, exited(143, 'a1', { stopCode: 'ServiceSchedulerInitiated', stoppedReason: 'Task replaced' })],
    ['S28:1', exited(1)],
    ['S28:2', exited(2)],
    ['S27:143', exited(143)],
    ['S1', stopped('CannotPullContainerError: manifest unknown')],
    ['S45', stopped('Task failed container health checks', 'ServiceSchedulerInitiated')],
  ])('%s', (signature, task) => {
    expect(taskSignature(task)).toBe(signature);
  });

  test('when an unknown reason differs only in its ids', () => {
    const [one, two] = ['0a1b2c3d', '9f8e7d6c'].map((id) =>
      taskSignature(stopped(`Something odd happened to i-${id} at 10:04`)),
    );
    expect(one).toBe(two);
    expect(taskSignature(stopped('Something else happened'))).not.toBe(one);
  });
});

function toEvidence(seen: Example[1]) {
  if (typeof seen === 'string') return evidenceOf({ tasks: [stopped(seen)] });
  if ('event' in seen) return evidenceOf({ events: [seen.event] });
  if ('log' in seen) return evidenceOf({ tasks: [exited(1)], log: seen.log });
  return evidenceOf({ tasks: [seen] });
}

function expectSentence(text: string): void {
  expect(text).toMatch(/\.$/);
  expect(text).not.toMatch(/undefined|\[object| {2}|\.\.| [.,](?:\s|$)/);
}
