import { atLeast } from '../shared/fargate.ts';
import { accessRules } from './apiAccess.ts';
import { type DiagnosisContext, type Offer, retry, type TextRule } from './rule.ts';

const editProject = (): Offer => ({ action: 'edit-project' });

/** S67–S73 and their kin: what AWS answered when it was asked to do something. */
export const apiRules: readonly TextRule[] = [
  ...accessRules,
  {
    id: 'S70',
    match:
      /Invalid '?cpu'? setting for task|No Fargate configuration exists for given values|Invalid CPU or memory value/i,
    cause: (_, context) => `Fargate has no tasks of that size${sizeIn(context)}.`,
    remedy: (_, context) => `Choose a pair that Fargate offers${nearestInWords(context)}.`,
    offer: (_, context) => {
      const size = nearest(context);
      return { action: 'raise-memory', ...(size && { parameters: { cpu: size.cpu, memory: size.memory } }) };
    },
  },
  {
    id: 'S71',
    match:
      /container (\S+) does not exist in the task definition|container (\S+) did not have a container port (\d+) defined|container name (?:or|and) (?:container )?port[^\n]*load ?balancer/i,
    cause: (name) =>
      `the load balancer of the service expects the container ${name()}${name(2) && ` with port ${name(2)}`}, and the task definition has none such.`,
    remedy: 'Keep name and port of the container as they are, or create a new service; an update cannot change them.',
    offer: editProject,
  },
  {
    id: 'S69',
    match: /ClusterNotFound\w*|Cluster not found/i,
    cause: 'the cluster does not exist in this account and region.',
    remedy: 'Check its name and the region; a deployment creates a cluster that is missing.',
    offer: editProject,
  },
  {
    id: 'S68',
    match: /ServiceNotActive\w*|Service was not ACTIVE|still Draining|\bDRAINING\b|\bINACTIVE\b/,
    cause: 'the service has been deleted, or is being deleted.',
    remedy: 'Wait a few minutes until AWS has removed it, then deploy again: that creates it anew.',
    offer: retry,
  },
  {
    id: 'S67',
    match: /ServiceNotFound\w*|Service not found|\bMISSING\b/,
    cause: 'there is no service of that name in this cluster and region.',
    remedy: 'Check the names of service and cluster and the region; a deployment creates a service that is missing.',
    offer: editProject,
  },
  {
    id: 'S78',
    match: /Network ?Configuration must be provided|subnets can ?not be empty/i,
    cause: 'a service on Fargate needs to know its subnets.',
    remedy: 'Name them with --subnets (and --security-groups).',
    offer: editProject,
  },
  {
    id: 'S79',
    match:
      /(?:subnet ID|security group|InvalidSubnetID|InvalidGroup)[^\n]{0,40}'?((?:subnet|sg)-\w+)'?[^\n]{0,40}(?:does not exist|not found|NotFound)|error retrieving (?:subnet|security group) information[^\n]*?((?:subnet|sg)-\w+)/i,
    cause: (name) => `${name()} does not exist in this region.`,
    remedy: 'Correct the subnets and security groups of the project; all must be in one VPC of this region.',
    offer: editProject,
  },
  {
    id: 'S80',
    match: /Role is not valid|ECS was unable to assume (?:the )?role|Unable to assume the service linked role/i,
    cause: 'ECS may not use a role that the task or the service names.',
    remedy:
      'Check that the role exists and trusts ecs-tasks.amazonaws.com; in a new account create the service-linked role with `aws iam create-service-linked-role --aws-service-name ecs.amazonaws.com`.',
  },
  {
    id: 'S81',
    match: /target group \S+ does not have an associated load balancer|TargetGroupNotFound/i,
    cause: 'the target group belongs to no load balancer, or does not exist.',
    remedy: 'Add it to a listener of the load balancer first, and check its ARN.',
    offer: editProject,
  },
  {
    id: 'S82',
    match: /Unable to describe task definition|Task ?Definition (?:is inactive|does not exist|not found)/i,
    cause: 'the task definition does not exist any more, or was deregistered.',
    remedy: 'Deploy again: that registers a new one.',
    offer: retry,
  },
  {
    id: 'S83',
    match: /Throttling\w*|Rate exceeded|TooManyRequests\w*|RequestLimitExceeded/i,
    cause: 'AWS is limiting the rate of requests of this account.',
    remedy: 'Wait a minute and try again.',
    offer: retry,
  },
  {
    id: 'S84',
    match: /LimitExceeded\w*|quota[^\n]{0,40}exceeded|exceed(?:s|ed) the (?:maximum|limit)/i,
    cause: 'a limit of the AWS account is reached.',
    remedy: 'Ask for a higher quota in Service Quotas, or remove what is not needed.',
    general: true,
  },
  {
    id: 'S85',
    match: /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNRESET|Could not connect to the endpoint|getaddrinfo/,
    cause: 'AWS could not be reached from this computer.',
    remedy:
      'Check your network, the region and the endpoint (the local sandbox: `deployotron sandbox start`), then try again.',
    offer: retry,
  },
  {
    id: 'S86',
    match: /ServerException|InternalFailure|InternalServerError|ServiceUnavailable/,
    cause: 'AWS failed for a reason of its own.',
    remedy: 'Try again; if it stays so, look at the AWS Health Dashboard.',
    offer: retry,
    general: true,
    certainty: 'likely',
  },
];

function nearest({ cpu, memory }: DiagnosisContext) {
  return cpu && memory ? atLeast({ cpu, memory }) : undefined;
}

function sizeIn({ cpu, memory }: DiagnosisContext): string {
  return cpu && memory ? ` (${cpu} CPU units, ${memory} MiB)` : '';
}

function nearestInWords(context: DiagnosisContext): string {
  const size = nearest(context);
  return size
    ? `: the nearest is ${size.cpu} CPU units with ${size.memory} MiB`
    : ', such as 256 CPU units with 512 MiB';
}
