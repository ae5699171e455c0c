import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../src/shared/catalogue.ts';
import { DeployError, fail, toFailure } from '../../src/shared/errors.ts';

describe('a failure', () => {
  it('quotes what comes from outside on one line', () => {
    const { message } = fail('ProjectNotFound', 'a\nb\u001b[31m').failure;
    expect(message).toBe('There is no project “a b [31m”.');
  });

  it('carries no secret, neither in the sentence nor in what the tool said', () => {
    const { failure } = fail(
      'RepositoryNotFound',
      'https://me:hunter22@example.com/x',
      'fatal: https://t0ken@example.com',
    );
    expect(JSON.stringify(failure)).not.toMatch(/hunter22|t0ken/);
  });

  it.each([
    [new Error('boom'), 'Unexpected'],
    ['text', 'Unexpected'],
    [undefined, 'Unexpected'],
    [{ odd: true }, 'Unexpected'],
    [Object.assign(new Error('x'), { code: 'ENOSPC', path: '/data/x' }), 'DiskFull'],
    [Object.assign(new Error('x'), { name: 'AbortError' }), 'Cancelled'],
  ])('is made of anything that was thrown: %s', (thrown, code) => {
    const failure = toFailure(thrown);
    expect(failure.code).toBe(code);
    expect(`${failure.message} ${failure.detail} ${failure.remedy.text}`).not.toMatch(/\[object|undefined undefined/);
    expect(failure.message).toMatch(/\.$/);
  });

  it('passes through unchanged when it is known', () => {
    const error = fail('GitMissing');
    expect(error).toBeInstanceOf(DeployError);
    expect(toFailure(error)).toBe(error.failure);
  });
});

describe('the catalogue', () => {
  it('holds every entry of its groups, each under a code of its own', () => {
    const folder = new URL('../../src/shared/catalogue/', import.meta.url);
    const texts = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8'));
    const codes = texts.flatMap((text) => [...text.matchAll(/^ {2}(\w+): \(/gm)].map(([, code]) => code));
    expect(codes.length).toBeGreaterThan(0);
    expect(codes.toSorted()).toEqual(Object.keys(catalogue).toSorted());
  });
});
