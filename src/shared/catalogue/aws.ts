import { type Entry, quote } from './entry.ts';

/** Calls to AWS, and what they act on. */
export const aws = {
  AwsCredentialsMissing: (detail: string): Entry => ({
    message: 'No AWS credentials were found.',
    remedy: 'Run `aws configure` or `aws sso login`, or try it all without an account: `deployotron sandbox start`.',
    action: 'set-aws-credentials',
    detail,
  }),
  AwsCredentialsExpired: (detail: string): Entry => ({
    message: 'The AWS credentials have expired.',
    remedy: 'Renew them (`aws sso login`, or new keys) and try again.',
    action: 'set-aws-credentials',
    detail,
  }),
  AwsCredentialsInvalid: (detail: string): Entry => ({
    message: 'AWS did not accept the credentials.',
    remedy: 'Check the access key and its secret, and that the clock of this computer is right.',
    action: 'set-aws-credentials',
    detail,
  }),
  AwsAccessDenied: (what: string, detail: string): Entry => ({
    message: `These AWS credentials may not do ${what}.`,
    remedy: `Ask for a policy that allows ${what}.`,
    detail,
  }),
  AwsThrottled: (what: string, detail: string): Entry => ({
    message: `AWS is limiting the rate of ${what}, and went on doing so.`,
    remedy: 'Wait a minute and try again.',
    action: 'retry',
    detail,
  }),
  AwsUnreachable: (endpoint: string, detail: string): Entry => ({
    message: `${endpoint || 'AWS'} could not be reached.`,
    remedy: endpoint
      ? 'Check that it runs (the local sandbox: `deployotron sandbox start`), then try again.'
      : 'Check your network and the region, then try again.',
    action: 'retry',
    detail,
  }),
  AwsUnreadable: (what: string): Entry => ({
    message: `AWS gave an unreadable answer to ${what}.`,
    remedy: 'Try again; a proxy on the way may also be the cause.',
    action: 'retry',
  }),
  AwsFailed: (what: string, detail: string): Entry => ({
    message: `AWS could not do ${what}.`,
    remedy: 'Try again; if it stays so, look at the AWS Health Dashboard.',
    action: 'retry',
    detail,
  }),
  AwsRejected: (what: string, detail: string): Entry => ({
    message: `AWS refused ${what}: ${detail}`,
    remedy: 'Correct what AWS names and try again.',
    action: 'edit-project',
  }),
  RevisionGone: (revision: string): Entry => ({
    message: `The task definition ${quote(revision)} is no longer active in ECS, so there is no way back to it.`,
    remedy: 'Check out that commit and deploy it again.',
  }),
  ExecutionRoleMissing: (role: string): Entry => ({
    message: `The account has no role ${role}, with which ECS pulls images and writes logs, and these credentials may not make it.`,
    remedy: 'Have it made (iam:CreateRole, iam:AttachRolePolicy), or name another one with --execution-role.',
    action: 'edit-project',
  }),
  NetworkConfigurationMissing: (why: string): Entry => ({
    message: `A new service needs to know its subnets${why && `, and ${why}`}.`,
    remedy: 'Name them with --subnets (and --security-groups), or create the service first and deploy onto it.',
    action: 'edit-project',
  }),
  ServiceGone: (service: string): Entry => ({
    message: `The service ${quote(service)} was deleted while it was being deployed.`,
    remedy: 'Find out who deleted it; deploying again creates it anew.',
    action: 'retry',
  }),
  ServiceDraining: (service: string): Entry => ({
    message: `The service ${quote(service)} is just being deleted.`,
    remedy: 'Wait a few minutes until AWS has removed it, then deploy again.',
    action: 'retry',
  }),
  ServiceNotRunnable: (service: string, detail: string): Entry => ({
    message: `The service ${quote(service)} cannot be updated by Deployotron: ${detail}.`,
    remedy: 'Name another service, or change its deployment controller to ECS.',
    action: 'edit-project',
  }),
};
