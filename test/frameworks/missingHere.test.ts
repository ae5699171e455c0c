import { expect, test } from 'vitest';
import { fail } from '../../src/shared/errors.ts';
import { missingHere } from '../images/missingHere.ts';

const buildSaying = (line: string) =>
  fail('BuildFailed', 'RUN bundle install', `Fetching gems\n${line}\nexit code: 17`);

test.each([
  'Could not reach host gems.example.org. Check your network connection and try again. (getaddrinfo)',
  'curl error 6 while downloading https://composer.example.org/packages.json: Could not resolve host: composer.example.org',
  'Exception in thread "main" java.net.UnknownHostException: gradle.example.org',
  'error : Name or service not known (nuget.example.org:443)',
  'npm error request to https://npm.example.org/x failed, reason: getaddrinfo EAI_AGAIN npm.example.org',
])('a build that could not reach its registry is told by what was said: %s', (line) => {
  expect(missingHere(buildSaying(line))).toBe(`A registry is out of reach: ${line}`);
});

test('a base image counts as out of reach only where its registry is', () => {
  const lookup = 'dial tcp: lookup images.example.org: no such host';
  expect(missingHere(fail('BaseImageUnavailable', 'ruby:3.3', lookup))).toContain('“ruby:3.3”');
  expect(missingHere(fail('BaseImageUnavailable', 'ruby:93', 'manifest unknown'))).toBeUndefined();
});

test('any other failure stays one', () => {
  expect(missingHere(buildSaying('error TS2304: Cannot find name x'))).toBeUndefined();
  expect(missingHere(new Error('no answer'))).toBeUndefined();
});
