import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type CloneRequest, cloneRepository, gitVersion } from '../../src/services/git.ts';
import { DeployError } from '../../src/shared/errors.ts';
import type { Hooks } from '../../src/shared/hooks.ts';
import { commit, git, makeRepository, temporaryFolder, writeFiles } from '../support/gitRepository.ts';
import { basic, type GitServer, type GitServerOptions, startGitServer } from '../support/gitServer.ts';

const folder = temporaryFolder('git');
const root = path.join(folder.path, 'repositories');
const token = 'tok/en+s3cret-0123456789';
const encoded = [token, encodeURIComponent(token), Buffer.from(token).toString('base64').slice(0, 30)];
const login = basic('x-access-token', token);
encoded.push(login.slice('Basic '.length));

const servers: GitServer[] = [];
let head = '';
let target = '';
let count = 0;

/** A place that a hostile repository or address tries to write to. */
const loot = path.join(folder.path, 'loot');

beforeAll(() => {
  head = makeRepository(path.join(root, 'app'), { 'index.js': 'one', 'docs/a.md': 'a' }, 'Say “hello” & go');
  git(path.join(root, 'app'), 'branch', 'feature/$(touch$IFS/x);a`b');
  git(path.join(root, 'app'), 'tag', 'v1');
  commit(path.join(root, 'app'), { 'index.js': 'two' }, 'Second');
  head = git(path.join(root, 'app'), 'rev-parse', 'HEAD');
});
beforeEach(() => {
  // The settings of whoever runs this test do not count.
  vi.stubEnv('GIT_CONFIG_GLOBAL', '/dev/null');
  vi.stubEnv('GIT_CONFIG_NOSYSTEM', '1');
  vi.stubEnv('no_proxy', '*');
  target = path.join(folder.path, `clone-${++count}`, 'source');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(servers.splice(0).map((server) => server.close()));
  expect(existsSync(loot)).toBe(false);
});
afterAll(() => folder.remove());

async function serve(options?: GitServerOptions): Promise<GitServer> {
  const server = await startGitServer(root, options);
  servers.push(server);
  return server;
}

const watched = () => {
  const lines: string[] = [];
  const steps: { fraction: number; detail: string }[] = [];
  const stop = new AbortController();
  const hooks: Hooks = {
    signal: stop.signal,
    log: (line: string) => void lines.push(line),
    progress: (fraction: number, detail: string) => void steps.push({ fraction, detail }),
  };
  return { lines, steps, stop, hooks };
};

function clone(request: Partial<CloneRequest> & { url: string }, hooks = watched().hooks) {
  return cloneRepository({ branch: '', directory: target, minutes: 1, ...request }, hooks);
}

/** The error of a clone that must fail, and must leave nothing. */
async function failing(
  request: Partial<CloneRequest> & { url: string },
  hooks = watched().hooks,
): Promise<DeployError> {
  const error = await clone(request, hooks).then(
    () => new Error('it succeeded'),
    (thrown) => thrown,
  );
  if (!(error instanceof DeployError)) throw error;
  expect(existsSync(request.directory ?? target)).toBe(false);
  return error;
}

const codeOf = async (...args: Parameters<typeof failing>) => (await failing(...args)).failure.code;
const read = (name: string) => readFileSync(path.join(target, name), 'utf8');
const commitsIn = (directory: string) => git(directory, 'rev-list', '--all').split('\n');

const isLinux = process.platform === 'linux';

/** The argv of every process of this computer. */
function processes(): string[] {
  if (!isLinux) return execFileSync('ps', ['-A', '-ww', '-o', 'args='], { encoding: 'utf8' }).split('\n');
  const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return ids.map((id) => {
    try {
      return readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ');
    } catch {
      return '';
    }
  });
}

/** Elsewhere the helpers of git end a little later, by their own limits. */
async function expectNoProcess(about: string): Promise<void> {
  if (isLinux) await expect.poll(() => processes().filter((line) => line.includes(about))).toEqual([]);
}

describe('a clone', () => {
  test('has one commit of the default branch, and no other branch or tag', async () => {
    const { origin } = await serve();
    const commit = expect.objectContaining({ sha: head, message: 'Second' });
    expect(await clone({ url: `${origin}/app` })).toEqual({ commit, warnings: [] });
    expect(read('index.js')).toBe('two');
    expect(commitsIn(target)).toEqual([head]);
    expect(git(target, 'tag')).toBe('');
  });

  test.each([
    ['an odd but legal branch', 'feature/$(touch$IFS/x);a`b'],
    ['a tag', 'v1'],
  ])('takes %s', async (_what, branch) => {
    const { origin } = await serve();
    await clone({ url: `${origin}/app`, branch });
    expect(read('index.js')).toBe('one');
  });

  test.each(['local repo', 'a%20b', '$(id);x', "quo'te"])(
    'takes a local repository at a path like %j',
    async (name) => {
      const source = path.join(root, name);
      makeRepository(source, { a: 'a' });
      const last = commit(source, { a: 'b' }, 'Second');
      await clone({ url: source, branch: 'main' });
      expect(commitsIn(target)).toEqual([last]);
    },
  );

  test('takes a file URL', async () => {
    await clone({ url: `file://${root}/app` });
    expect(commitsIn(target)).toEqual([head]);
  });

  test('says how far it is by what git really received, and never goes back', async () => {
    const source = path.join(root, 'big');
    makeRepository(source, Object.fromEntries(Array.from({ length: 1200 }, (_, n) => [`f/${n}`, `content ${n}`])));
    const { origin } = await serve();
    const { hooks, steps, lines } = watched();
    await clone({ url: `${origin}/big` }, hooks);
    expect(steps.map((step) => step.fraction)).toEqual(steps.map((step) => step.fraction).sort((a, b) => a - b));
    expect(steps).toContainEqual({ fraction: 0.7, detail: '1,203 of 1,203 objects' });
    expect(lines.some((line) => /^Receiving objects: 100%/.test(line))).toBe(true);
    expect(lines.filter((line) => /^Receiving objects/.test(line))).toHaveLength(1);
  });

  test('does not touch a folder that has something in it', async () => {
    mkdirSync(target, { recursive: true });
    writeFileSync(path.join(target, 'mine'), 'mine');
    await expect(clone({ url: path.join(root, 'app') })).rejects.toMatchObject({ failure: { code: 'GitFailed' } });
    expect(read('mine')).toBe('mine');
  });

  test('is not led astray by variables of a git that runs around it', async () => {
    for (const name of ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_ASKPASS', 'EDITOR', 'PAGER']) {
      vi.stubEnv(name, path.join(folder.path, 'elsewhere'));
    }
    const { origin } = await serve();
    await clone({ url: `${origin}/app` });
    expect(commitsIn(target)).toEqual([head]);
  });

  test('brings submodules along, at their commit', async () => {
    const { origin } = await serve();
    makeRepository(path.join(root, 'with-submodule'), { '.gitmodules': submodule('lib', '../app') });
    git(path.join(root, 'with-submodule'), 'update-index', '--add', '--cacheinfo', `160000,${head},lib`);
    git(path.join(root, 'with-submodule'), 'commit', '--quiet', '--message', 'Add lib');
    await clone({ url: `${origin}/with-submodule` });
    expect(read('lib/index.js')).toBe('two');
  });

  test('warns of a large file that is only a pointer', async () => {
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n';
    makeRepository(path.join(root, 'large'), { '.gitattributes': '*.bin filter=lfs', 'a/b.bin': pointer });
    const { warnings } = await clone({ url: path.join(root, 'large') });
    expect(warnings).toEqual([expect.stringContaining('a/b.bin is only a pointer')]);
  });
});

const submodule = (name: string, url: string) => `[submodule "${name}"]\n\tpath = ${name}\n\turl = ${url}\n`;

describe('a token', () => {
  test('opens the repository and is seen nowhere', async () => {
    const argv: string[] = [];
    const { origin, requests } = await serve({
      authorization: login,
      before: () => void argv.push(...processes()),
    });
    const { hooks, lines } = watched();
    await clone({ url: `${origin}/app`, token }, hooks);
    expect(requests.at(-1)).toMatchObject({ method: 'POST', authorization: login });
    // The look at the processes is worth something only when it saw git.
    expect(argv.some((line) => line.includes('git-remote-http') || line.includes('remote-http'))).toBe(true);
    expect(argv.some((line) => line.includes('clone') && line.includes(origin))).toBe(true);
    const config = readFileSync(path.join(target, '.git/config'), 'utf8');
    expect(config).toContain(origin);
    for (const secret of encoded) {
      expect(argv.join('\n')).not.toContain(secret);
      expect(config).not.toContain(secret);
      expect(lines.join('\n')).not.toContain(secret);
    }
  });

  test('that stands in the address is taken out of it', async () => {
    const argv: string[] = [];
    const { port, requests } = await serve({
      authorization: basic('someone', token),
      before: () => void argv.push(...processes()),
    });
    await clone({ url: `http://someone:${encodeURIComponent(token)}@127.0.0.1:${port}/app` });
    expect(requests.at(-1)?.authorization).toBe(basic('someone', token));
    expect(readFileSync(path.join(target, '.git/config'), 'utf8')).not.toContain('someone');
    for (const secret of encoded) expect(argv.join('\n')).not.toContain(secret);
  });

  test('that is refused is in no part of the error', async () => {
    const { origin } = await serve({ authorization: basic('x-access-token', 'another') });
    const { hooks, lines } = watched();
    const error = await failing({ url: `${origin}/app`, token }, hooks);
    expect(error.failure.code).toBe('GitAuthenticationFailed');
    const texts = [inspect(error, { depth: null, showHidden: true }), JSON.stringify(error), error.stack, ...lines];
    for (const secret of encoded) expect(texts.join('\n')).not.toContain(secret);
  });

  test.each([
    ['before the login', true],
    ['after the login', false],
  ])('does not go to another host that the server redirects to %s', async (_when, isOpen) => {
    const other = await serve();
    const redirect = { redirect: `http://localhost:${other.port}/app/info/refs?service=git-upload-pack` };
    const first = await serve({
      authorization: login,
      misbehave: ({ authorization }) => (isOpen || authorization ? redirect : undefined),
    });
    await clone({ url: `${first.origin}/app`, token }).catch((error) => expect(error).toBeInstanceOf(DeployError));
    expect(other.requests.length).toBeGreaterThan(0);
    expect(other.requests.filter(({ authorization }) => authorization)).toEqual([]);
  });

  test('follows a redirect on its own host', async () => {
    const { origin } = await serve({
      authorization: login,
      misbehave: ({ path: asked }) =>
        asked.startsWith('/old') ? { redirect: asked.replace('/old', '/app') } : undefined,
    });
    await clone({ url: `${origin}/old`, token });
    expect(commitsIn(target)).toEqual([head]);
  });

  test('is used in place of what the user keeps, and is not handed to the keeper', async () => {
    const kept = path.join(folder.path, 'credentials');
    writeFileSync(path.join(folder.path, 'gitconfig'), `[credential]\n\thelper = store --file ${kept}\n`);
    vi.stubEnv('GIT_CONFIG_GLOBAL', path.join(folder.path, 'gitconfig'));
    const { origin, port } = await serve({ authorization: login });
    writeFileSync(kept, `http://x-access-token:wrong@127.0.0.1%3a${port}\n`);
    await clone({ url: `${origin}/app`, token });
    expect(commitsIn(target)).toEqual([head]);
    expect(readFileSync(kept, 'utf8')).not.toContain('s3cret');
  });

  test('works for a host whose name is a word that simple-git looks for', async () => {
    const { port } = await serve({ authorization: login });
    await clone({ url: `http://alias.localhost:${port}/app`, token });
    expect(commitsIn(target)).toEqual([head]);
  });

  test('with a line break in it is refused', async () => {
    expect(await codeOf({ url: 'https://127.0.0.1:1/app', token: `a\nhost=evil` })).toBe('InvalidOption');
  });
});

describe('a clone that cannot be', () => {
  test.each([
    ['no such repository', '/nothing', {}, 'RepositoryNotFound'],
    ['a folder without one', '/', {}, 'RepositoryNotFound'],
    ['a login is wanted', '/app', { authorization: login }, 'GitAuthenticationFailed'],
    ['it is forbidden', '/app', { misbehave: () => 403 as const }, 'GitAuthenticationFailed'],
    ['the page is no repository', '/app', { misbehave: () => 200 as const }, 'RepositoryNotFound'],
  ])('says so and does not try again: %s', async (_what, place, options, code) => {
    const { origin, requests } = await serve(options);
    expect(await codeOf({ url: origin + place })).toBe(code);
    expect(requests.filter(({ method }) => method === 'GET')).toHaveLength(1);
  });

  test.each([
    [500, 'RepositoryUnreachable'],
    [429, 'RepositoryUnreachable'],
    ['reset', 'RepositoryUnreachable'],
  ] as const)('is tried three times when the server answers with %s', async (fault, code) => {
    const { origin, requests } = await serve({ misbehave: () => fault });
    const { hooks, lines } = watched();
    expect(await codeOf({ url: `${origin}/app` }, hooks)).toBe(code);
    expect(requests).toHaveLength(3);
    expect(lines.filter((line) => line.endsWith('Trying again.'))).toHaveLength(2);
  });

  test('succeeds when only the first try fails', async () => {
    const { origin } = await serve({ misbehave: (_request, n) => (n === 1 ? 503 : undefined) });
    await clone({ url: `${origin}/app` });
    expect(commitsIn(target)).toEqual([head]);
  });

  test('succeeds when the connection breaks off in the middle', async () => {
    let broken = false;
    const { origin } = await serve({
      misbehave({ method }) {
        if (method !== 'POST' || broken) return undefined;
        broken = true;
        return 'reset';
      },
    });
    await clone({ url: `${origin}/app` });
    expect(broken).toBe(true);
    expect(commitsIn(target)).toEqual([head]);
  });

  test('is not reachable when nobody listens, or there is no such host', async () => {
    const { origin, close } = await startGitServer(root);
    await close();
    expect(await codeOf({ url: `${origin}/app` })).toBe('RepositoryUnreachable');
    expect(await codeOf({ url: 'https://nowhere.invalid/app' })).toBe('RepositoryUnreachable');
  });

  test('ends when the server says nothing', async () => {
    const { origin, requests } = await serve({ misbehave: () => 'silence' });
    expect(await codeOf({ url: `${origin}/app`, silenceSeconds: 1 })).toBe('RepositoryUnreachable');
    expect(requests).toHaveLength(1);
  });

  test('ends at its limit when the server is endlessly slow', async () => {
    const { origin } = await serve({ misbehave: () => 'slow' });
    expect(await codeOf({ url: `${origin}/app`, minutes: 0.02 })).toBe('CloneTimedOut');
  });

  test('names the branch that is missing', async () => {
    const { origin } = await serve();
    const error = await failing({ url: `${origin}/app`, branch: 'nothing' });
    expect(error.failure.code).toBe('BranchNotFound');
    expect(error.message).toContain('“nothing”');
    expect(error.message).toContain(`“${origin}/app”`);
  });

  test('is told from an empty repository, and from one whose HEAD leads nowhere', async () => {
    mkdirSync(path.join(root, 'empty'), { recursive: true });
    git(path.join(root, 'empty'), 'init', '--quiet');
    makeRepository(path.join(root, 'headless'), { a: 'a' });
    git(path.join(root, 'headless'), 'symbolic-ref', 'HEAD', 'refs/heads/gone');
    expect(await codeOf({ url: path.join(root, 'empty') })).toBe('EmptyRepository');
    expect(await codeOf({ url: path.join(root, 'empty'), branch: 'main' })).toBe('EmptyRepository');
    expect(await codeOf({ url: path.join(root, 'headless') })).toBe('BranchNotFound');
  });

  test('says that a local path holds no repository', async () => {
    expect(await codeOf({ url: path.join(folder.path, 'nothing'), branch: 'main' })).toBe('RepositoryNotFound');
  });

  test('says that the disk is full, and frees what it took', async ({ skip }) => {
    const disk = path.join(folder.path, 'disk');
    mkdirSync(disk);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=200k', 'tmpfs', disk]).status === 0;
    if (!mounted) skip('only root may make a small disk');
    try {
      // Of varied content, so that git cannot make it small.
      const content = Array.from({ length: 40_000 }, (_, n) => createHash('sha1').update(`${n}`).digest('hex')).join(
        '',
      );
      makeRepository(path.join(root, 'bulky'), { content });
      expect(await codeOf({ url: path.join(root, 'bulky'), directory: path.join(disk, 'x') })).toBe('DiskFull');
      expect(readdirSync(disk)).toEqual([]);
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  test('says that git is not there', async () => {
    vi.stubEnv('PATH', folder.path);
    expect(await codeOf({ url: path.join(root, 'app') })).toBe('GitMissing');
    await expect(gitVersion()).rejects.toMatchObject({ failure: { code: 'GitMissing' } });
  });

  test('names the submodule that is to blame', async () => {
    const { origin } = await serve();
    const source = path.join(root, 'lost-submodule');
    makeRepository(source, { '.gitmodules': submodule('lib', '../gone') });
    git(source, 'update-index', '--add', '--cacheinfo', `160000,${head},lib`);
    git(source, 'commit', '--quiet', '--message', 'Add lib');
    const error = await failing({ url: `${origin}/lost-submodule` });
    expect(error.failure.code).toBe('RepositoryNotFound');
    expect(error.message).toContain(`${origin}/gone`);
  });
});

describe('a clone over ssh', () => {
  /** In the place of ssh: a program that says something, or runs what it was to run on the other side here. */
  function ssh(script: string): string {
    writeFiles(path.join(folder.path, `ssh-${count}`), { ssh: { script: `#!/bin/sh\n${script}\n` } });
    return path.join(folder.path, `ssh-${count}`, 'ssh');
  }

  test('asks nothing, and keeps the user’s own command', async () => {
    const seen = path.join(folder.path, 'ssh-arguments');
    vi.stubEnv(
      'GIT_SSH_COMMAND',
      `${ssh(`echo "$@" > '${seen}'; for last; do :; done; exec sh -c "$last"`)} -i my-key`,
    );
    await clone({ url: `git@example.invalid:${root}/app` });
    expect(commitsIn(target)).toEqual([head]);
    expect(readFileSync(seen, 'utf8')).toMatch(/^-i my-key -o BatchMode=yes -o ConnectTimeout=10 /);
  });

  test.each([
    ['git@h: Permission denied (publickey).', 'GitAuthenticationFailed'],
    ['Host key verification failed.', 'GitHostUnknown'],
    ['ERROR: Repository not found.', 'RepositoryNotFound'],
  ])('understands %j', async (words, code) => {
    vi.stubEnv('GIT_SSH_COMMAND', ssh(`echo '${words}' >&2; exit 255`));
    expect(await codeOf({ url: 'git@example.invalid:app' })).toBe(code);
  });

  test('ends when ssh says nothing', async () => {
    vi.stubEnv('GIT_SSH_COMMAND', ssh('exec sleep 60'));
    const place = `git@example.invalid:app-${count}`;
    // Five more are given to ssh to connect.
    const error = await failing({ url: place, silenceSeconds: -4 });
    expect(error.failure).toMatchObject({ code: 'RepositoryUnreachable', detail: 'No answer for 1 seconds.' });
    await expectNoProcess(place);
  });
});

describe('a clone that is cancelled', () => {
  test.each(['GET', 'POST'])('stops, and leaves no folder and no git behind, during a %s', async (method) => {
    const { hooks, stop } = watched();
    const { origin } = await serve({
      misbehave: (request) => (request.method === method ? 'silence' : undefined),
      before: (request) => (request.method === method ? stop.abort() : undefined),
    });
    expect(await codeOf({ url: `${origin}/app` }, hooks)).toBe('Cancelled');
    await expectNoProcess(origin);
  });

  test('does not begin when it was cancelled before', async () => {
    const { origin, requests } = await serve();
    const { hooks, stop } = watched();
    stop.abort();
    expect(await codeOf({ url: `${origin}/app` }, hooks)).toBe('Cancelled');
    expect(requests).toEqual([]);
  });

  test('does not wait for the next try', async () => {
    const { hooks, stop } = watched();
    const { origin, requests } = await serve({ misbehave: () => 500 });
    const log = (line: string) => {
      if (line.endsWith('Trying again.')) stop.abort();
    };
    expect(await codeOf({ url: `${origin}/app` }, { ...hooks, log })).toBe('Cancelled');
    expect(requests).toHaveLength(1);
  });
});

describe('nothing is run', () => {
  const command = `touch ${loot}`;

  test.each([`--upload-pack=${command}`, `ext::sh -c "${command}"`, `-u${command}`])(
    'by the address %j',
    async (url) => {
      expect(await codeOf({ url })).toBe('RepositoryUrlRefused');
    },
  );

  test.each([`--upload-pack=${command}`, `-u${command}`])('by the branch %j', async (branch) => {
    expect(await codeOf({ url: path.join(root, 'app'), branch })).toBe('InvalidName');
  });

  test.each([
    `$(${command.replace(' ', '$IFS')})`,
    `a;${command.replace(' ', '$IFS')}`,
    `\`${command.replace(' ', '$IFS')}\``,
  ])('by the branch %j, which may exist', async (branch) => {
    expect(await codeOf({ url: path.join(root, 'app'), branch })).toBe('BranchNotFound');
  });

  test('by hooks of the user or of their template folder', async () => {
    const script = { script: `#!/bin/sh\n${command}\n` };
    const template = path.join(folder.path, 'template');
    writeFiles(template, { 'hooks/post-checkout': script });
    writeFiles(folder.path, { 'hooks/post-checkout': script });
    const settings = path.join(folder.path, 'hooks-config');
    for (const setting of [`[init]\ntemplateDir = ${template}`, `[core]\nhooksPath = ${folder.path}/hooks`]) {
      writeFileSync(settings, setting);
      vi.stubEnv('GIT_CONFIG_GLOBAL', settings);
      await clone({ url: path.join(root, 'app'), directory: path.join(target, setting.slice(1, 5)) });
    }
  });

  test('by hooks, filters and links of the repository', async () => {
    const script = { script: `#!/bin/sh\n${command}\n` };
    makeRepository(path.join(root, 'hostile'), {
      '.gitattributes': '* filter=evil diff=evil',
      '.gitconfig': `[filter "evil"]\n\tsmudge = ${command}\n`,
      'hooks/post-checkout': script,
      '.githooks/post-checkout': script,
      'link.bin': { link: '/etc/passwd' },
    });
    await clone({ url: path.join(root, 'hostile') });
    expect(read('hooks/post-checkout')).toContain('touch');
  });

  test.each([
    ['ext::', `ext::${command}`],
    ['an option', `--upload-pack=${command}`],
    ['an option of ssh', `ssh://-oProxyCommand=${command}/x`],
    ['a folder of this computer', `${root}/app`],
  ])('by a submodule whose address is %s', async (_what, url) => {
    const { origin } = await serve();
    const source = path.join(root, `hostile-submodule-${count}`);
    makeRepository(source, { '.gitmodules': submodule('lib', url) });
    git(source, 'update-index', '--add', '--cacheinfo', `160000,${head},lib`);
    git(source, 'commit', '--quiet', '--message', 'Add lib');
    await failing({ url: `${origin}/hostile-submodule-${count}` });
  });

  test('by the update command of a submodule', async () => {
    const { origin } = await serve();
    const source = path.join(root, 'hostile-update');
    makeRepository(source, { '.gitmodules': `${submodule('lib', '../app')}\tupdate = !${command}\n` });
    git(source, 'update-index', '--add', '--cacheinfo', `160000,${head},lib`);
    git(source, 'commit', '--quiet', '--message', 'Add lib');
    await failing({ url: `${origin}/hostile-update` });
  });
});

test('the version of git is told', async () => {
  expect(git(folder.path, 'version')).toContain(await gitVersion());
});
