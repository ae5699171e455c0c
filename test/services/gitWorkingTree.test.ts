import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readCommit, readStatus, readWorkingTree } from '../../src/services/gitWorkingTree.ts';
import { commit, commitTime, git, makeRepository, temporaryFolder, writeFiles } from '../support/gitRepository.ts';

const folder = temporaryFolder('tree');
let place = '';
let count = 0;

beforeEach(() => {
  vi.stubEnv('GIT_CONFIG_GLOBAL', '/dev/null');
  vi.stubEnv('GIT_CONFIG_NOSYSTEM', '1');
  place = path.join(folder.path, `place ${++count}`);
  mkdirSync(place);
});
afterEach(() => vi.unstubAllEnvs());
afterAll(() => folder.remove());

const unknown = { commit: undefined, branch: '', remoteUrl: '', uncommitted: true, changedFiles: 0 };

test('a clean repository is its commit', async () => {
  const sha = makeRepository(place, { 'a/b': 'b' }, 'Say “hello”\n\nat length');
  git(place, 'remote', 'add', 'origin', 'https://someone:s3cret@example.com/o/r.git');
  expect(await readWorkingTree(place)).toEqual({
    commit: { sha, message: 'Say “hello”', committedAt: commitTime },
    branch: 'main',
    remoteUrl: 'https://example.com/o/r.git',
    uncommitted: false,
    changedFiles: 0,
    warning: '',
  });
});

test('changed, staged, renamed, deleted and new files are counted, ignored ones are not', async () => {
  makeRepository(place, { changed: 'a', staged: 'b', renamed: 'c'.repeat(100), deleted: 'd', '.gitignore': 'ignored' });
  writeFiles(place, { changed: 'x', staged: 'x', new: 'x', 'folder/one': 'x', 'folder/two': 'x', ignored: 'x' });
  git(place, 'add', 'staged');
  git(place, 'mv', 'renamed', 'other name\nof two lines');
  git(place, 'rm', '--quiet', 'deleted');
  expect(await readWorkingTree(place)).toMatchObject({ uncommitted: true, changedFiles: 6 });
});

test('the user’s settings do not hide new files', async () => {
  makeRepository(place, { a: 'a' });
  git(place, 'config', 'status.showUntrackedFiles', 'no');
  git(place, 'config', 'log.showSignature', 'true');
  writeFiles(place, { new: 'x' });
  expect(await readWorkingTree(place)).toMatchObject({ commit: { message: 'First' }, changedFiles: 1 });
});

test('in a folder of a repository only what is below it counts', async () => {
  const sha = makeRepository(place, { 'app/a': 'a', 'other/b': 'b' });
  writeFiles(place, { 'other/b': 'changed' });
  expect(await readWorkingTree(path.join(place, 'app'))).toMatchObject({ commit: { sha }, uncommitted: false });
  expect(await readWorkingTree(path.join(place, 'other'))).toMatchObject({ uncommitted: true, changedFiles: 1 });
});

test('an ignored folder of a repository is not that repository’s commit', async () => {
  makeRepository(place, { '.gitignore': '*\n!.gitignore\n' });
  writeFiles(place, { 'app/a': 'a' });
  expect(await readWorkingTree(path.join(place, 'app'))).toMatchObject({ commit: undefined, uncommitted: true });
});

test('a worktree and a submodule are read like any repository', async () => {
  const sha = makeRepository(path.join(place, 'main'), { a: 'a' });
  git(path.join(place, 'main'), 'worktree', 'add', '--quiet', '-b', 'side', path.join(place, 'side'));
  expect(await readWorkingTree(path.join(place, 'side'))).toMatchObject({ commit: { sha }, branch: 'side' });
  const outer = path.join(place, 'outer');
  makeRepository(outer, { b: 'b' });
  git(outer, '-c', 'protocol.file.allow=always', 'submodule', 'add', '--quiet', path.join(place, 'main'), 'lib');
  expect(await readWorkingTree(path.join(outer, 'lib'))).toMatchObject({ commit: { sha }, uncommitted: false });
});

test('a commit that is checked out by itself has no branch', async () => {
  const sha = makeRepository(place, { a: 'a' });
  commit(place, { a: 'b' }, 'Second');
  git(place, 'checkout', '--quiet', '--detach', sha);
  expect(await readWorkingTree(place)).toMatchObject({ commit: { sha }, branch: '' });
});

test('before the first commit everything is uncommitted', async () => {
  git(place, 'init', '--quiet', '--initial-branch=trunk');
  writeFiles(place, { a: 'a' });
  const tree = await readWorkingTree(place);
  expect(tree).toMatchObject({ commit: undefined, branch: 'trunk', uncommitted: true, changedFiles: 1, warning: '' });
});

test('a folder without a repository is none, and no reason to warn', async () => {
  expect(await readWorkingTree(place)).toEqual({ ...unknown, warning: '' });
  expect(await readCommit(place)).toBeUndefined();
});

test('without git a folder can still be deployed, with a warning', async () => {
  makeRepository(place, { a: 'a' });
  vi.stubEnv('PATH', place);
  expect(await readWorkingTree(place)).toEqual({
    ...unknown,
    warning: expect.stringContaining('git is not installed'),
  });
});

test.runIf(process.getuid?.() === 0)('a repository of another user is not read, with a warning', async () => {
  makeRepository(place, { a: 'a' });
  execFileSync('chown', ['-R', '12345', place]);
  const warning = expect.stringContaining('belongs to another user');
  expect(await readWorkingTree(place)).toEqual({ ...unknown, warning });
});

test('a message is one clean line of bounded length, without secrets', async () => {
  const secret = `ghp_${'a'.repeat(36)}`;
  makeRepository(place, { a: 'a' }, `\u001b[31mred\u0007${secret} ${'long '.repeat(100)}`);
  const message = (await readCommit(place))?.message ?? '';
  expect(message).toMatch(/^red \*\*\* long /);
  expect([...message]).toHaveLength(200);
});

test('a file called HEAD confuses nobody', async () => {
  const sha = makeRepository(place, { HEAD: 'x' });
  expect((await readCommit(place))?.sha).toBe(sha);
});

test('looking at a folder runs nothing that its settings name, and writes nothing', async () => {
  makeRepository(place, { a: 'a' });
  const loot = path.join(folder.path, 'loot');
  const script = path.join(place, '.git', 'evil');
  writeFiles(place, { '.git/evil': { script: `#!/bin/sh\ntouch '${loot}'\n` } });
  git(place, 'config', 'core.fsmonitor', `'${script}'`);
  git(place, 'config', 'core.pager', script);
  git(place, 'config', 'core.hooksPath', path.join(place, '.git'));
  // The same content with another time: git would note that in its index.
  utimesSync(path.join(place, 'a'), 1, 1);
  const index = readFileSync(path.join(place, '.git', 'index'));
  expect(await readWorkingTree(place)).toMatchObject({ uncommitted: false, warning: '' });
  expect(readFileSync(path.join(place, '.git', 'index')).equals(index)).toBe(true);
  expect(existsSync(loot)).toBe(false);
});

test('the status of git is understood', () => {
  const entries = [
    '# branch.oid (initial)',
    '# branch.head (detached)',
    '1 .M N... 100644 100644 100644 aa aa a',
    '2 R. N... 100644 100644 100644 aa aa R100 new',
    '1 old name that looks like an entry',
    'u UU N... 1 2 3 4 a b c conflict',
    '? new file',
    '! ignored',
    '',
  ];
  expect(readStatus(entries.join('\0'))).toEqual({ branch: '', changedFiles: 4 });
});
