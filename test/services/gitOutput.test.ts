import { describe, expect, test } from 'vitest';
import { quietSsh } from '../../src/services/gitAccess.ts';
import { lineReader, readCloneFailure, readProgress } from '../../src/services/gitOutput.ts';
import { gitEnvironment } from '../../src/services/gitProcess.ts';

describe('progress', () => {
  test.each([
    ['Receiving objects:   0% (0/1200)', 0, '0 of 1,200 objects'],
    ['Receiving objects:  50% (600/1200), 1.10 MiB | 2.00 MiB/s', 0.35, '600 of 1,200 objects'],
    ['Resolving deltas: 100% (7/7), done.', 0.9, '7 of 7 deltas'],
    ['Updating files:  50% (1/2)', 0.95, '1 of 2 files'],
  ])('%s', (line, fraction, detail) => {
    const progress = readProgress(line);
    expect(progress?.fraction).toBeCloseTo(fraction);
    expect(progress?.detail).toBe(detail);
  });

  test.each(['remote: Counting objects: 50% (1/2)', 'Cloning into …', 'Receiving objects: soon'])(
    '%s is none',
    (line) => {
      expect(readProgress(line)).toBeUndefined();
    },
  );
});

test('lines are put together over pieces, without what a remote may send to a terminal', () => {
  const lines: [string, boolean][] = [];
  const read = lineReader((line, final) => lines.push([line, final]));
  for (const piece of [
    'Rece',
    'iving: 1%\rReceiving: 2%\r',
    '\nremote: \u001b[31mred\u001b[K\u0007bell   \n',
    '\n',
    'rest',
  ])
    read(piece);
  expect(lines).toEqual([
    ['Receiving: 1%', false],
    ['Receiving: 2%', false],
    ['remote: red bell', true],
  ]);
});

describe('what git says', () => {
  const subject = { url: 'https://host/r', branch: 'b', directory: '/srv/x', secrets: ['s3cret-token'] };

  test.each([
    ['fatal: Remote branch b not found in upstream origin', 'BranchNotFound', false],
    ["remote: Repository not found.\nfatal: repository 'https://host/r/' not found", 'RepositoryNotFound', false],
    ["fatal: repository '/srv/x' does not exist", 'RepositoryNotFound', false],
    [
      "fatal: '/x' does not appear to be a git repository\nfatal: Could not read from remote repository.",
      'RepositoryNotFound',
      false,
    ],
    ["fatal: could not read Username for 'https://host': terminal prompts disabled", 'GitAuthenticationFailed', false],
    ["fatal: Authentication failed for 'https://host/r/'", 'GitAuthenticationFailed', false],
    [
      "fatal: unable to access 'https://host/r/': The requested URL returned error: 403",
      'GitAuthenticationFailed',
      false,
    ],
    [
      'git@host: Permission denied (publickey,password).\nfatal: Could not read from remote repository.',
      'GitAuthenticationFailed',
      false,
    ],
    ['No ED25519 host key is known for host.\nHost key verification failed.', 'GitHostUnknown', false],
    [
      "fatal: unable to access 'https://host/r/': SSL certificate problem: self-signed certificate",
      'GitCertificateRefused',
      false,
    ],
    ["fatal: unable to access 'https://host/r/': Could not resolve host: host", 'RepositoryUnreachable', true],
    ['ssh: Could not resolve hostname host: Name or service not known', 'RepositoryUnreachable', true],
    [
      "fatal: unable to access 'https://host/r/': Failed to connect to host port 443 after 3 ms: Couldn't connect to server",
      'RepositoryUnreachable',
      true,
    ],
    ['ssh: connect to host h port 22: Connection refused', 'RepositoryUnreachable', true],
    ['ssh: connect to host h port 22: Connection timed out', 'RepositoryUnreachable', false],
    [
      "fatal: unable to access 'https://host/r/': Operation too slow. Less than 1 bytes/sec transferred the last 30 seconds",
      'RepositoryUnreachable',
      false,
    ],
    ["fatal: unable to access 'https://host/r/': The requested URL returned error: 502", 'RepositoryUnreachable', true],
    [
      'error: RPC failed; curl 56 Recv failure: Connection reset by peer\nfatal: early EOF',
      'RepositoryUnreachable',
      true,
    ],
    [
      'error: RPC failed; HTTP 302 curl 22 The requested URL returned error: 302\nfatal: expected flush after ref listing',
      'RepositoryNotFound',
      false,
    ],
    ['fatal: write error: No space left on device\nfatal: fetch-pack: invalid index-pack output', 'DiskFull', false],
    ['error: unable to write file a: No space left on device\nfatal: early EOF', 'DiskFull', false],
    ["fatal: detected dubious ownership in repository at '/x'", 'GitFailed', false],
    ["fatal: transport 'file' not allowed", 'GitFailed', false],
    ['remote: No space left on device\nremote: Authentication failed\nfatal: something new', 'GitFailed', false],
  ])('%j is %s', (said, code, passing) => {
    const { error, passing: again } = readCloneFailure(said, subject);
    expect([error.failure.code, again]).toEqual([code, passing]);
  });

  test('is shown without progress, control sequences and secrets', () => {
    const said =
      "Cloning into '/x'...\nremote: Counting objects: 50% (1/2)\rremote: Counting objects: 100% (2/2), done.\nremote: \u001b[31myour s3cret-token is bad\nfatal: https://u:p@host/ is odd\n";
    expect(readCloneFailure(said, subject).error.failure.detail).toBe(
      'remote: your *** is bad\nfatal: https://***@host/ is odd',
    );
  });
});

test('the environment of git has no variable that leads it astray, and asks nothing', () => {
  const user = {
    PATH: '/bin',
    HOME: '/h',
    GIT_DIR: '/x',
    git_dir: '/x',
    EDITOR: 'vi',
    HTTPS_PROXY: 'p',
    SSH_AUTH_SOCK: 's',
    GIT_SSL_CAINFO: 'c',
    GIT_ASKPASS: 'ask',
    LC_ALL: 'de_DE',
    SSH_ASKPASS: 'ask',
  };
  expect(gitEnvironment(user)).toEqual({
    PATH: '/bin',
    HOME: '/h',
    HTTPS_PROXY: 'p',
    SSH_AUTH_SOCK: 's',
    GIT_SSL_CAINFO: 'c',
    GIT_ASKPASS: '',
    GIT_TERMINAL_PROMPT: '0',
    GCM_INTERACTIVE: 'never',
    SSH_ASKPASS_REQUIRE: 'never',
    LC_ALL: 'C',
  });
});

describe('the ssh command', () => {
  const quiet = ' -o BatchMode=yes -o ConnectTimeout=10 -o ServerAliveInterval=10 -o ServerAliveCountMax=3';

  test.each([
    [{}, '', `ssh${quiet}`],
    [{ GIT_SSH_COMMAND: 'ssh -i key' }, 'ssh -i other', `ssh -i key${quiet}`],
    [{}, 'ssh -i other', `ssh -i other${quiet}`],
    [
      { GIT_SSH_COMMAND: '"C:\\Program Files\\OpenSSH\\ssh.exe" -4' },
      '',
      `"C:\\Program Files\\OpenSSH\\ssh.exe" -4${quiet}`,
    ],
    [{ GIT_SSH_COMMAND: 'plink -batch' }, '', undefined],
    [{ GIT_SSH_COMMAND: 'my-ssh' }, '', undefined],
    [{ GIT_SSH: '/usr/bin/wrapper' }, '', undefined],
    [{ GIT_SSH: '/usr/bin/wrapper' }, 'ssh', `ssh${quiet}`],
  ])('of %j and core.sshCommand %j', (user, configured, command) => {
    expect(quietSsh(user, configured)).toBe(command);
  });
});
