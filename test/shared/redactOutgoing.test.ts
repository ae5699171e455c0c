import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { redactOutgoing } from '../../src/shared/redactOutgoing.ts';
import { createStreamRedactor } from '../../src/shared/redactStream.ts';

describe('what may leave the computer', () => {
  it.each([
    ['an assignment', 'DB_PASSWORD=hunter2', 'hunter2'],
    ['a quoted value with spaces', 'password: "correct horse battery"', 'horse'],
    ['JSON', '{"apiKey": "abcdef", "port": 3000}', 'abcdef'],
    ['JSON inside JSON', '{\\"client_secret\\":\\"abcdef\\"}', 'abcdef'],
    ['a flag', 'mysql --password hunter2 shop', 'hunter2'],
    ['a connection string', 'postgres://app:hunter2@db.internal/shop', 'hunter2'],
    ['another kind of connection string', 'Server=db;User=sa;Password=hunter2;', 'hunter2'],
    ['a key of AWS', 'key wJalrXUtnFEMI/K7MDENG/bPxRfiCY7Q2mPLzKEY found', 'wJalrXUtnFEMI'],
    ['a web token', 'Cookie: eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl', 'c2lnbmF0dXJl'],
    ['a private key', '-----BEGIN RSA PRIVATE KEY-----\nMIIabc\n-----END RSA PRIVATE KEY-----', 'MIIabc'],
    ['half a private key', 'x\n-----BEGIN PRIVATE KEY-----\nMIIabc', 'MIIabc'],
    ['a header', 'authorization: Bearer abc.def', 'abc.def'],
    ['Slack, npm and Stripe', `xoxb-1234567890-abcdef npm_${'a'.repeat(36)} sk_live_0123456789ab`, 'abcdef'],
    ['YAML', 'db:\n  password: swordfish\n', 'swordfish'],
  ])('has lost its secret: %s', (_, text, secret) => {
    expect(redactOutgoing(text)).not.toContain(secret);
    expect(redactOutgoing(text)).toContain('***');
  });

  it('loses generated keys without a name', () => {
    const keys = Array.from({ length: 200 }, () => randomBytes(30).toString('base64'));
    const found = keys.filter((key) => redactOutgoing(`loaded ${key} now`).includes('***'));
    expect(found.length).toBeGreaterThan(190);
  });

  it.each([
    'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed',
    'arn:aws:ecs:eu-central-1:123456789012:task/shop/0123456789abcdef0123456789abcdef',
    'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    'SecretKey: arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop-Ab1Cd2',
    'const token = request.headers.authorization;',
    'interface Login { password: string; token?: string }',
    'SyntaxError: Unexpected token \'}\', "}" is not valid JSON',
    'AmazonEC2ContainerServiceforEC2Role and DescribeServiceRevisionsCommand2Output',
    '/usr/local/lib/node_modules/Express4/dist/Router2.js:12:5',
    'password: process.env.DB_PASSWORD, secret = readSecret("x")',
    'author: Bob, 3f2504e0-4f89-41d3-9a0c-0305e82c3301',
  ])('keeps what is evidence: %s', (text) => {
    expect(redactOutgoing(text)).toBe(text);
  });

  it('is not made slow by a hostile text', () => {
    const began = performance.now();
    for (const text of ['token'.repeat(100_000), 'a'.repeat(500_000), `password="${'\\'.repeat(300_000)}`])
      redactOutgoing(text);
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

const known = ['s3cret with spaces', 'plainSecret', 'line one\nline two'];
const pieces = fc.array(
  fc.oneof(
    fc.constantFrom(
      ...known,
      'password: ',
      'api_key="a b c"',
      'Authorization:\n Bearer ',
      'AKIAABCDEFGHIJKLMNOP',
      'https://u:p@h/',
      '-----BEGIN RSA PRIVATE KEY-----\n',
      '-----END RSA PRIVATE KEY-----',
      'aws_secret_access_key',
      ' = ',
      '"',
      '\n',
      ' ',
      '--token ',
      'wJalrXUtnFEMI/K7MDENG/bPxRfiCY7Q2mPLzKEY',
      `sk-ant-${'a'.repeat(20)}`,
    ),
    fc.string({ maxLength: 6 }),
  ),
  { maxLength: 14 },
);

describe('a text that comes in pieces', () => {
  test('loses the same secrets, wherever it is cut', () => {
    fc.assert(
      fc.property(pieces, fc.infiniteStream(fc.integer({ min: 1, max: 9 })), (parts, lengths) => {
        const text = parts.join('');
        const redactor = createStreamRedactor(known);
        let out = '';
        for (let at = 0; at < text.length; ) {
          const length = lengths.next().value as number;
          out += redactor.push(text.slice(at, at + length));
          at += length;
        }
        expect(out + redactor.end()).toBe(redactOutgoing(text, known));
      }),
      { numRuns: 3_000 },
    );
  });

  test('comes word by word where nothing is secret', () => {
    const redactor = createStreamRedactor();
    expect(redactor.push('The port is ')).toBe('The port is ');
    expect(redactor.push('30')).toBe('');
    expect(redactor.push('00, so')).toBe('3000, ');
    expect(redactor.end()).toBe('so');
  });
});
