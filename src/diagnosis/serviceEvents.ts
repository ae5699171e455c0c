import { type Rule, retry } from './rule.ts';
import { saying } from './text.ts';

const redeploy =
  'Deploy again, so that the reason can be caught while ECS still shows it, and look at the log of the app.';

/** S55–S62: what the service says about its deployment as a whole. */
export const serviceEventRules: readonly Rule[] = [
  {
    id: 'S60',
    where: 'event',
    match: /deployment failed: alarm detected(.*)/i,
    cause: (_, found) => `a CloudWatch alarm rang during the deployment${saying(':', found.name())}.`,
    remedy: 'Look at the alarm. One that already rings when a deployment starts is not watched by ECS.',
  },
  {
    id: 'S57',
    where: 'event',
    match: /unable to stop or start tasks during a deployment because of the service deployment configuration/i,
    cause: 'the minimum and maximum healthy percent leave ECS no room to start a new task or to stop an old one.',
    remedy: 'Set them to 100 and 200, or to 50 and 100 where there is no room for a second task.',
  },
  {
    id: 'S58',
    where: 'event',
    match: /number of protected tasks (?:are|is) more than the desired count/i,
    cause: 'tasks of the version before are protected from being stopped.',
    remedy: 'Remove their scale-in protection, or wait until it ends.',
  },
  {
    id: 'S62',
    where: 'event',
    match: /could not launch \d+ tasks? for deployment|tasks provisioning capacity limit was exceeded/i,
    cause: 'ECS could not start all tasks yet, because too many are being started at once.',
    remedy: 'Wait some minutes and deploy again, or raise the number of tasks in smaller steps.',
    offer: retry,
    rank: 'bystander',
  },
  {
    id: 'S56',
    where: 'event',
    match: /operations are being throttled/i,
    cause: 'AWS is limiting the rate at which ECS may work for this account.',
    remedy: 'Wait some minutes and deploy again.',
    offer: retry,
    rank: 'bystander',
  },
  {
    id: 'S55',
    where: 'event',
    match: /unable to consistently start tasks successfully/i,
    cause: "its tasks stop again and again soon after they start, and the tasks' own reason is no longer known.",
    remedy: redeploy,
    certainty: 'possible',
    rank: 'consequence',
  },
  {
    id: 'S59',
    where: 'event',
    match: /tasks failed to start|deployment circuit breaker/i,
    cause: "ECS gave up after its tasks failed to start, and the tasks' own reason is no longer known.",
    remedy: redeploy,
    certainty: 'possible',
    rank: 'consequence',
  },
  {
    id: 'S61',
    where: 'event',
    match: /rolling back to deployment/i,
    cause: "ECS went back to the version before, and the tasks' own reason is no longer known.",
    remedy: redeploy,
    certainty: 'possible',
    rank: 'consequence',
  },
];
