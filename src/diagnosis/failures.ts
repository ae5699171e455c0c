import type { Cause } from '../shared/cause.ts';
import type { Failure, FailureCode } from '../shared/errors.ts';
import type { Deployment } from '../shared/models.ts';
import { type EvidenceInput, findCauses } from './evidenceInput.ts';
import { diagnose } from './index.ts';

type Field = 'buildLog' | 'gitError' | 'registryError' | 'apiError';

/** Whose words a failure's detail are. */
const fields: readonly [codes: readonly FailureCode[], field: Field][] = [
  [['BuildFailed', 'DockerfileInvalid', 'BaseImageUnavailable'], 'buildLog'],
  [
    [
      'RepositoryNotFound',
      'RepositoryUnreachable',
      'GitAuthenticationFailed',
      'GitHostUnknown',
      'GitCertificateRefused',
      'GitFailed',
    ],
    'gitError',
  ],
  [
    ['RegistryRefused', 'RegistryUnreachable', 'RegistryFailed', 'RegistryRepositoryMissing', 'ImageTagImmutable'],
    'registryError',
  ],
  [
    [
      'AwsCredentialsMissing',
      'AwsCredentialsExpired',
      'AwsCredentialsInvalid',
      'AwsAccessDenied',
      'AwsThrottled',
      'AwsUnreachable',
      'AwsFailed',
      'AwsRejected',
    ],
    'apiError',
  ],
];

/** The causes of a failure before the rollout, from the tool's own words and, for a build, from the log of the deployment. */
export function causesOfFailure({ code, detail = '', message }: Failure, log: string): Cause[] {
  const field = fields.find(([codes]) => codes.includes(code))?.[1];
  if (!field) return [];
  const text = field === 'buildLog' ? `${buildPart(log)}\n${detail}` : detail || message;
  // That a line of the Dockerfile failed is what the failure itself says already.
  return findCauses({ [field]: text } as EvidenceInput).filter(({ certainty }) => certainty !== 'possible');
}

/** From the build's heading on. */
function buildPart(log: string): string {
  return log.slice(Math.max(0, log.lastIndexOf('\n== Build image')));
}

/** What a deployment that has ended knows of its causes; records of earlier versions are read anew. */
export function causesOfDeployment({ failure, evidence, logs }: Deployment): Cause[] {
  if (!failure) return [];
  if (failure.causes) return failure.causes;
  if (evidence) return diagnose(evidence, { service: 'the service' }).causes;
  return causesOfFailure(failure, logs);
}
