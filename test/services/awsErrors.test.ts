import { describe, expect, it } from 'vitest';
import { awsFailure, isTransient } from '../../src/services/awsErrors.ts';

const error = (name: string, status: number, message = 'm', more: object = {}) =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status }, ...more });

describe('an error of AWS', () => {
  it.each([
    [error('ThrottlingException', 400), 'AwsThrottled', true],
    [error('ServerException', 500), 'AwsFailed', true],
    [error('SyntaxError', 503), 'AwsUnreadable', true],
    [new SyntaxError('Unexpected end of JSON input'), 'AwsUnreadable', true],
    [error('TimeoutError', 0), 'AwsUnreachable', true],
    [Object.assign(new Error('reset'), { code: 'ECONNRESET' }), 'AwsUnreachable', true],
    [Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }), 'AwsUnreachable', false],
    [error('ExpiredTokenException', 400), 'AwsCredentialsExpired', false],
    [error('UnrecognizedClientException', 400), 'AwsCredentialsInvalid', false],
    [error('InvalidSignatureException', 403), 'AwsCredentialsInvalid', false],
    [
      error('CredentialsProviderError', 0, 'Could not load credentials from any providers'),
      'AwsCredentialsMissing',
      false,
    ],
    [
      error('CredentialsProviderError', 0, "run 'aws sso login' to refresh this SSO session"),
      'AwsCredentialsExpired',
      false,
    ],
    [error('InvalidParameterException', 400), 'AwsRejected', false],
  ])('%s is %s', (thrown, code, transient) => {
    expect(awsFailure(thrown, 'ecs:UpdateService').failure.code).toBe(code);
    expect(isTransient(thrown)).toBe(transient);
  });

  it('names the right that is missing, not the call that we made', () => {
    const message = 'User: arn:x is not authorized to perform: iam:PassRole on resource: arn:y';
    const { failure } = awsFailure(error('AccessDeniedException', 400, message), 'ecs:RegisterTaskDefinition');
    expect(failure.message).toBe('These AWS credentials may not do iam:PassRole.');
  });
});
