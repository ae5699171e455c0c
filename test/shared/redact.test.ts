import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact } from '../../src/shared/redact.ts';

const token = 'tok3n/With+Odd=Chars"';

describe('redacting', () => {
  it.each([
    ['as it is', token],
    ['for a URL', encodeURIComponent(token)],
    ['in JSON', JSON.stringify(token).slice(1, -1)],
    ['in hex', Buffer.from(token).toString('hex')],
  ])('hides a known secret %s', (_, form) => {
    expect(redact(`before ${form} after`, [token])).toBe('before *** after');
  });

  it('hides a known secret inside base64, whatever stands before and after it', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), (before, after) => {
        const text = Buffer.from(`${before}${token}${after}`).toString('base64');
        const clean = redact(text, [token]);
        expect(clean).toContain('***');
      }),
    );
  });

  it.each([
    'https://user:secret1@example.com/x',
    'Authorization: Basic c2VjcmV0MQ==',
    `ghp_${'a'.repeat(36)}`,
    'AKIAABCDEFGHIJKLMNOP',
    'sk-ant-api03-abcdefghijkl',
    'aws_secret_access_key = abcdefghijklmnop',
  ])('knows the shape of %s', (text) => {
    expect(redact(text)).toContain('***');
    expect(redact(text)).not.toMatch(/secret1|c2Vj|aaaa|ABCDEFGH|api03|abcdefgh/);
  });

  it('leaves ordinary text alone', () => {
    const text = 'npm ci && node server.js # https://example.com/a@b listening on 3000';
    expect(redact(text, ['short'])).toBe(text);
  });
});
