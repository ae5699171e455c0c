import { type Offer, retry, type TextRule } from './rule.ts';

const credentials = (): Offer => ({ action: 'set-aws-credentials' });

/** S72, S73 and S77: who asks, and whether that one may. */
export const accessRules: readonly TextRule[] = [
  {
    id: 'S73',
    match:
      /ExpiredToken\w*|RequestExpired|security token included in the request is expired|SSO session (?:associated with this profile )?has expired|refresh this SSO session/i,
    cause: 'the AWS session is over.',
    remedy: 'Renew it (`aws sso login`, or new keys) and try again.',
    offer: credentials,
  },
  {
    id: 'S73',
    match: /UnrecognizedClient\w*|InvalidClientTokenId|security token included in the request is invalid|AuthFailure/i,
    cause: 'AWS does not know the access key.',
    remedy: 'Check the access key; it may be deleted, inactive, or of another partition of AWS.',
    offer: credentials,
  },
  {
    id: 'S73',
    match: /Signature expired|not yet current|RequestTimeTooSkewed/i,
    cause: 'the clock of this computer is wrong, so AWS refuses what it signs.',
    remedy: 'Set the clock (let the system take its time from the network) and try again.',
    offer: retry,
  },
  {
    id: 'S73',
    match: /InvalidSignature\w*|SignatureDoesNotMatch|IncompleteSignature/i,
    cause: 'the secret of the AWS access key is wrong, or the clock of this computer is.',
    remedy: 'Check the secret access key, and that the clock of this computer is right.',
    offer: credentials,
  },
  {
    id: 'S77',
    match: /CredentialsProviderError|could not (?:resolve|load) credentials|Unable to locate credentials/i,
    cause: 'no AWS credentials were found.',
    remedy: 'Run `aws configure` or `aws sso login`, or try it all without an account: `deployotron sandbox start`.',
    offer: credentials,
  },
  {
    id: 'S72',
    match: /not authorized to perform:? (iam:PassRole)(?: on resource: (\S+))?/i,
    cause: (name) => `you may not hand the role ${name(2)} to ECS (iam:PassRole).`,
    remedy: 'Ask for a policy that allows iam:PassRole for the roles of the task.',
  },
  {
    id: 'S72',
    match: /not authorized to perform:? ([\w-]+:\w+)(?: on resource: (\S+))?/i,
    cause: (name) => `these AWS credentials may not do ${name()}${name(2) && name(2) !== '*' ? ` on ${name(2)}` : ''}.`,
    remedy: (name) => `Ask for a policy that allows ${name() || 'that action'}.`,
  },
  {
    id: 'S72',
    match: /AccessDenied(?:Exception)?|UnauthorizedOperation/i,
    cause: 'these AWS credentials may not do that.',
    remedy: 'Ask for a policy that allows the action; the text names it where AWS tells it.',
    general: true,
  },
];
