import { type Offer, retry, type TextRule } from './rule.ts';

const credentials = (): Offer => ({ action: 'set-aws-credentials' });

/** What a registry, or the Docker engine on its behalf, said to a push or a login. */
export const registryRules: readonly TextRule[] = [
  {
    id: 'R1',
    match: /authorization token has expired|token has expired/i,
    cause: 'the login at the registry has expired.',
    remedy: 'Deploy again: that logs in anew.',
    offer: retry,
  },
  {
    id: 'R2',
    match: /tag ['"]([\w.-]+)['"][^\n]*immutable|immutable tag|ImageTagAlreadyExists/i,
    cause: (name) => `the registry holds another image under the tag ${name()} and does not allow it to be replaced.`,
    remedy: 'Commit the change and deploy again: a new commit gets a new tag.',
  },
  {
    id: 'R3',
    match: /repository with name '([^'\n]+)' does not exist|RepositoryNotFound\w*|name unknown|NAME_UNKNOWN/i,
    cause: (name) => `there is no repository ${name()} in the registry.`,
    remedy: 'Deploy again, which creates it; if it stays so, check the region and the right ecr:CreateRepository.',
    offer: retry,
  },
  {
    id: 'R4',
    match: /not authorized to perform:? (ecr:\w+)/i,
    cause: (name) => `these AWS credentials may not do ${name()}.`,
    remedy: (name) => `Ask for a policy that allows ${name() || 'pushing to ECR'}.`,
  },
  {
    id: 'R5',
    match:
      /no basic auth credentials|unauthorized: |authentication required|401 Unauthorized|incorrect username or password/i,
    cause: 'the registry did not accept the login.',
    remedy: 'Deploy again; if it stays so, check the rights ecr:GetAuthorizationToken and ecr:PutImage.',
    offer: credentials,
  },
  {
    id: 'R6',
    match: /toomanyrequests|pull rate limit|429 Too Many Requests/i,
    cause: 'the registry allows no more requests for now.',
    remedy: 'Wait a little and try again; log in to Docker Hub for a higher limit.',
    offer: retry,
  },
  {
    id: 'R7',
    match: /no space left on device|insufficient storage/i,
    cause: 'a disk is full: that of Docker, or that of the registry.',
    remedy: 'Free some space (`docker system df` shows what uses it) and try again.',
    offer: retry,
  },
  {
    id: 'R8',
    match: /x509: |certificate (?:signed by unknown authority|has expired)|tls: failed to verify/i,
    cause: 'Docker does not trust the certificate of the registry.',
    remedy:
      'Check the clock of this computer and a proxy on the way; a registry of your own needs its certificate in /etc/docker/certs.d.',
  },
  {
    id: 'R9',
    match: /server gave HTTP response to HTTPS client/i,
    cause: 'the registry speaks plain HTTP, which Docker takes only from this computer or where it is allowed.',
    remedy: 'Add the registry to `insecure-registries` of the Docker engine, or give it a certificate.',
  },
  {
    id: 'R10',
    match: /no such host|dial tcp: lookup ([\w.-]+)/i,
    cause: (name) => `the name of the registry${name() && ` (${name()})`} is not known.`,
    remedy: 'Check the region and your network, then try again.',
    offer: retry,
  },
  {
    id: 'R11',
    match:
      /dial tcp|connection (?:refused|reset)|i\/o timeout|TLS handshake timeout|deadline exceeded|broken pipe|unexpected EOF|net\/http: request canceled|Client\.Timeout/i,
    cause: 'the registry could not be reached, or the connection broke off.',
    remedy: 'Check your network, then try again; what was pushed already is kept.',
    general: true,
    offer: retry,
  },
  {
    id: 'R12',
    match: /An image does not exist locally with the tag: (\S+)|No such image: (\S+)/i,
    cause: (name) => `the image ${name()} is not in the Docker engine any more, so it cannot be pushed.`,
    remedy: 'Deploy again: that builds it.',
    offer: retry,
  },
  {
    id: 'R13',
    match: /Layer upload[^\n]*exceeds|LimitExceeded\w*|layer[^\n]{0,40}too large|Maximum layer size/i,
    cause: 'a layer of the image is larger than the registry takes.',
    remedy: 'Make the image smaller: use a slim base image, a build in stages, and .dockerignore.',
  },
  {
    id: 'R14',
    match: /manifest invalid|blob unknown|MANIFEST_INVALID|BLOB_UNKNOWN|DIGEST_INVALID/i,
    cause: 'the registry did not accept the image as it was sent.',
    remedy: 'Deploy again with --rebuild; if it stays so, update Docker.',
    certainty: 'likely',
    offer: retry,
  },
  {
    id: 'R15',
    match:
      /denied: |403 Forbidden|access to the requested resource is not authorized|requested access to the resource is denied/i,
    cause: 'the registry refused the push.',
    remedy: 'Check that the repository is in this account and region, its policy, and the right ecr:PutImage.',
    general: true,
    certainty: 'likely',
  },
  {
    id: 'R16',
    match:
      /50[0234] (?:Internal Server Error|Bad Gateway|Service Unavailable|Gateway Time-?out)|received unexpected HTTP status: 5\d\d/i,
    cause: 'the registry failed for a reason of its own.',
    remedy: 'Wait a little and try again; what was pushed already is kept.',
    general: true,
    offer: retry,
  },
];
