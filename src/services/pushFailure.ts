import { type DeployError, fail } from '../shared/errors.ts';
import { dockerFailure } from './dockerFailure.ts';
import { hostOf, splitReference } from './imageReference.ts';

/** Registries answer in words inside an HTTP 200; the texts are those of distribution's error codes, ECR and Go's net. */
export function pushFailure(message: string, reference: string): DeployError {
  const registry = hostOf(reference);
  if (/no space left on device/i.test(message)) return fail('DiskFull', registry);
  if (/immutable/i.test(message)) return fail('ImageTagImmutable', splitReference(reference).tag);
  if (/token has expired|unauthorized|authentication required|no basic auth|denied|forbidden/i.test(message)) {
    return fail('RegistryRefused', registry, message);
  }
  if (
    /dial tcp|connection refus|connection reset|no such host|i\/o timeout|TLS handshake|x509|\bEOF\b|broken pipe|deadline exceeded|awaiting headers|http: server gave HTTP response/i.test(
      message,
    )
  ) {
    return fail('RegistryUnreachable', registry, message);
  }
  if (/name unknown|repository .* does not exist/i.test(message)) {
    return fail('RegistryRepositoryMissing', splitReference(reference).repository, message);
  }
  if (/does not exist locally|no such image/i.test(message)) return fail('DockerFailed', message);
  return fail('RegistryFailed', registry, message);
}

/** What may pass by itself: network, 5xx and 429; a plain refusal of the registry (4xx) does not. */
export function isPassing(error: unknown): boolean {
  const { code, detail = '' } = dockerFailure(error).failure;
  if (code === 'RegistryUnreachable') return !/x509/i.test(detail);
  return code === 'RegistryFailed' && !/manifest invalid|blob unknown|unsupported|name invalid/i.test(detail);
}

export function isExpired(error: unknown): boolean {
  const { code, detail = '' } = dockerFailure(error).failure;
  return code === 'RegistryRefused' && /expired/i.test(detail);
}
