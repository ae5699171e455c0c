import { spawnSync } from 'node:child_process';
import { homedir } from 'node:os';
import { describe, expect, test } from 'vitest';
import { checkBranch, displayUrl, parseRepositoryUrl } from '../../src/services/gitUrl.ts';
import { DeployError } from '../../src/shared/errors.ts';

function failureOf(work: () => unknown) {
  try {
    work();
  } catch (error) {
    if (error instanceof DeployError) return error.failure;
    throw error;
  }
  return undefined;
}

describe('the address of a repository', () => {
  test.each([
    ['https://github.com/o/r.git', 'https', 'https://github.com/o/r.git'],
    ['  https://github.com/o/r\n', 'https', 'https://github.com/o/r'],
    ['HTTPS://GitHub.com/o/r', 'https', 'https://github.com/o/r'],
    ['https://github.com/o/r?tab=readme-ov-file#start', 'https', 'https://github.com/o/r'],
    ['https://host:8443/r', 'https', 'https://host:8443/r'],
    ['http://localhost:3000/r', 'https', 'http://localhost:3000/r'],
    ['http://alias.localhost/r', 'https', 'http://alias.localhost/r'],
    ['http://127.0.0.1:3000/r', 'https', 'http://127.0.0.1:3000/r'],
    ['http://[::1]:3000/r', 'https', 'http://[::1]:3000/r'],
    ['ssh://git@host:22/o/r.git', 'ssh', 'ssh://git@host:22/o/r.git'],
    ['ssh://git:password@host/r', 'ssh', 'ssh://git@host/r'],
    ['git@github.com:o/r.git', 'ssh', 'git@github.com:o/r.git'],
    ['github.com:o/r.git', 'ssh', 'github.com:o/r.git'],
    ['/srv/repo', 'local', '/srv/repo'],
    ['/srv/re:po', 'local', '/srv/re:po'],
    ['/srv/$(id)/$HOME', 'local', '/srv/$(id)/$HOME'],
    ['.', 'local', '/base'],
    ['./app', 'local', '/base/app'],
    ['../app', 'local', '/app'],
    ['my app', 'local', '/base/my app'],
    ['~/app', 'local', `${homedir()}/app`],
    ['file:///srv/my%20repo', 'local', '/srv/my repo'],
  ])('%s is opened', (text, kind, url) => {
    expect(parseRepositoryUrl(text, '/base')).toMatchObject({ kind, url, token: '' });
  });

  test.each([
    '',
    ' ',
    '-x',
    '--upload-pack=touch /tmp/x',
    'ext::sh -c "touch /tmp/x"',
    'ext::https://host/r',
    'git@ext::sh',
    'fd::17',
    'http://example.com/r',
    'http://127.0.0.1.example.com/r',
    'http://localhost.example.com/r',
    'git://host/r',
    'ftp://host/r',
    'javascript://host/r',
    'file://host/share',
    'ssh://-oProxyCommand=x/r',
    'ssh://-oProxyCommand=x@host/r',
    'ssh:///r',
    '-oProxyCommand=x:r',
    'git@-oProxyCommand=x:r',
    'git@host:-oProxyCommand=x',
    'https://',
    'https://host/a\nb',
    '/srv/a\u0000b',
    'https://host:port/r',
  ])('%j is refused', (text) => {
    expect(failureOf(() => parseRepositoryUrl(text, '/base'))?.code).toBe('RepositoryUrlRefused');
  });

  test.each([
    ['https://someone:s3cret@host/r', 'someone', 's3cret'],
    ['https://someone:p%40ss%2F@host/r', 'someone', 'p@ss/'],
    ['https://:s3cret@host/r', '', 's3cret'],
    ['https://ghp_0123456789abcdef@github.com/r', '', 'ghp_0123456789abcdef'],
    ['https://ghp_0123456789abcdef:x-oauth-basic@github.com/r', '', 'ghp_0123456789abcdef'],
    ['https://0123456789abcdef0123456789abcdef@host/r', '', '0123456789abcdef0123456789abcdef'],
    ['https://team@dev.azure.com/r', 'team', ''],
  ])('%s loses its credentials, which come out apart', (text, username, token) => {
    const parsed = parseRepositoryUrl(text);
    expect(parsed).toMatchObject({ username, token });
    expect(parsed.url).not.toContain('@');
    expect(parsed.display).toBe(parsed.url);
  });

  test.each([
    'http://someone:s3cret@example.com/r',
    'ftp://someone:s3c/s3cret@example.com/r',
    'https://a:b:s3cret@h:x/r',
  ])('%s is refused without its password being repeated', (text) => {
    const failure = failureOf(() => parseRepositoryUrl(text));
    expect(failure?.code).toBe('RepositoryUrlRefused');
    expect(JSON.stringify(failure)).not.toContain('s3cret');
  });

  test('what stands in a .git/config is shown without credentials, whatever its shape', () => {
    expect(displayUrl('https://u:s3cret@host/r')).toBe('https://host/r');
    expect(displayUrl('http://u:s3cret@host/r')).toBe('http://host/r');
    expect(displayUrl('git@host:r')).toBe('git@host:r');
  });
});

describe('the name of a branch', () => {
  const names = [
    'main',
    'feature/a-b_c.d',
    'v1.2.3',
    'a;b',
    '$(id)',
    '$(touch$IFS/x)',
    'a`id`',
    "a'b",
    'a"b',
    'a|b',
    'a&b',
    '#1',
    'ümlaut',
    '@x',
    'a@b',
    'a{b}',
    'a b',
    'a\tb',
    'a\nb',
    'a\u0000b',
    'a\u007fb',
    'a..b',
    'a~1',
    'a^',
    'a:b',
    'a?',
    'a*',
    'a[b',
    'a\\b',
    'a@{1}',
    '@',
    '/a',
    'a/',
    'a//b',
    '.a',
    'a/.b',
    'a.lock',
    'a.lock/b',
    'a.locked',
    'a.',
    'a./b',
    '-x',
    '--upload-pack=touch x',
    'a/-x',
  ];

  /** NUL cannot be an argument at all, and is no part of any name. */
  const gitAccepts = (name: string) =>
    !name.includes('\0') && spawnSync('git', ['check-ref-format', `refs/heads/${name}`]).status === 0;

  test.each(names)('%j passes exactly when git accepts it and it is no option', (name) => {
    // As a whole branch name "@" is short for HEAD, which check-ref-format only knows without refs/heads/.
    const isLegal = gitAccepts(name) && !name.startsWith('-') && name !== '@';
    expect(failureOf(() => checkBranch(name))?.code).toBe(isLegal ? undefined : 'InvalidName');
  });

  test('an empty name is the default branch', () => {
    expect(() => checkBranch('')).not.toThrow();
  });
});
