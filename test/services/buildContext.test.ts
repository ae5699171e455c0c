import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readlink, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { promisify } from 'node:util';
import { extract } from 'tar-stream';
import { expect, test } from 'vitest';
import { type BuildContext, createBuildContext } from '../../src/services/buildContext.ts';
import { generatedDockerfilePath, withoutSourceFolder } from '../../src/services/sentFiles.ts';
import { failureOf, folderWith } from './dockerHooks.ts';

const filePaths = (context: BuildContext) =>
  context.files.filter((file) => file.type !== 'directory').map((file) => file.path);

/** What a reader of the tar gets: text of files, targets of links. */
async function unpack(context: BuildContext): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const stream = context.tar();
  const reader = extract();
  pipeline(stream, reader, () => {});
  for await (const entry of reader) {
    const pieces: Buffer[] = [];
    for await (const piece of entry) pieces.push(piece as Buffer);
    const { name, type, linkname, mode = 0, uid } = entry.header;
    expect(uid).toBe(0);
    const path = type === 'directory' ? `${name.replace(/\/$/, '')}/` : name;
    found[path] = type === 'symlink' ? `-> ${linkname}` : `${(mode & 0o777).toString(8)} ${Buffer.concat(pieces)}`;
  }
  return found;
}

test('sends files with their modes, links as links, and empty folders', async () => {
  const root = await folderWith({ 'a.txt': 'A', 'run.sh': 'B', 'sub/empty.txt': '' });
  await chmod(join(root, 'a.txt'), 0o644);
  await chmod(join(root, 'run.sh'), 0o755);
  await symlink('../outside', join(root, 'sub/link'));
  await mkdir(join(root, 'nothing'), { mode: 0o755 });
  const entries = await unpack(await createBuildContext(root));
  expect(entries).toMatchObject({
    'a.txt': '644 A',
    'run.sh': '755 B',
    'sub/link': '-> ../outside',
    'nothing/': '755 ',
  });
  expect(Object.keys(entries).sort()).toEqual(['a.txt', 'nothing/', 'run.sh', 'sub/', 'sub/empty.txt', 'sub/link']);
});

test('leaves out pipes and sockets, which no image can hold', async () => {
  const root = await folderWith({ 'a.txt': '' });
  await promisify(execFile)('mkfifo', [join(root, 'pipe')]);
  expect(filePaths(await createBuildContext(root))).toEqual(['a.txt']);
});

test('a link to a folder is sent as a link, even to its own parent', async () => {
  const root = await folderWith({ 'sub/a.txt': '' });
  await symlink('..', join(root, 'sub/up'));
  expect(filePaths(await createBuildContext(root))).toEqual(['sub/a.txt', 'sub/up']);
});

const tree = {
  Dockerfile: '',
  'a.log': '',
  'sub/b.log': '',
  'docs/README.md': '',
  'docs/deep/notes.md': '',
  'docs/deep/keep.txt': '',
  'node_modules/x/index.js': '',
  'pkg/node_modules/y/index.js': '',
  'src/main.js': '',
};

test.each([
  ['patterns are rooted', ['*.log'], (path: string) => path !== 'a.log'],
  ['two stars reach every depth', ['**/*.log'], (path: string) => !path.endsWith('.log')],
  ['a folder takes along what is in it', ['node_modules'], (path: string) => !path.startsWith('node_modules/')],
  [
    'a later ! line brings a file back from an ignored folder',
    ['docs', '!docs/README.md'],
    (path: string) => !path.startsWith('docs/') || path === 'docs/README.md',
  ],
  [
    'a ! line with stars brings back from any depth',
    ['docs', '!docs/**/*.txt'],
    (path: string) => !path.startsWith('docs/') || path.endsWith('.txt'),
  ],
  ['everything but a folder', ['*', '!src'], (path: string) => path.startsWith('src/') || path === 'Dockerfile'],
  [
    'comments, blank lines and a leading slash are understood',
    ['# a comment', '', '  ', '/a.log'],
    (path: string) => path !== 'a.log',
  ],
  ['the last matching line wins', ['!a.log', '*.log'], (path: string) => path !== 'a.log'],
])('.dockerignore: %s', async (_rule, lines, stays) => {
  const root = await folderWith({ ...tree, '.dockerignore': `${lines.join('\n')}\n` });
  const all = [...Object.keys(tree), '.dockerignore'].sort();
  expect(filePaths(await createBuildContext(root))).toEqual(all.filter(stays));
});

test('lines that come with the plan hold beside those of the source, which may take them back', async () => {
  const root = await folderWith({ 'a.txt': '', 'b.txt': '', 'c.txt': '' });
  const dockerignore = ['a.txt', 'c.txt'];
  expect(filePaths(await createBuildContext(root, { dockerignore }))).toEqual(['b.txt']);
  await writeFile(join(root, '.dockerignore'), 'b.txt\r\n!c.txt\r\n');
  expect(filePaths(await createBuildContext(root, { dockerignore }))).toEqual(['.dockerignore', 'c.txt']);
});

test('the ignore file that is named after the Dockerfile wins', async () => {
  const root = await folderWith({
    'docker/web.Dockerfile': '',
    'docker/web.Dockerfile.dockerignore': 'a.txt\n',
    '.dockerignore': 'b.txt\n',
    'a.txt': '',
    'b.txt': '',
  });
  const paths = filePaths(await createBuildContext(root, { dockerfilePath: 'docker/web.Dockerfile' }));
  expect(paths).toContain('b.txt');
  expect(paths).not.toContain('a.txt');
});

test('the Dockerfile goes in even when its folder is ignored', async () => {
  const root = await folderWith({ '.dockerignore': 'docker\n', 'docker/Dockerfile': 'FROM x', 'docker/other': '' });
  const paths = filePaths(await createBuildContext(root, { dockerfilePath: 'docker/Dockerfile' }));
  expect(paths).toEqual(['.dockerignore', 'docker/Dockerfile']);
});

test('secrets and .git never go in, whatever .dockerignore brings back, and are named once', async () => {
  const root = await folderWith({
    '.dockerignore': '!.env\n!.git\n!**/*.key\n',
    '.env': '',
    '.env.local': '',
    '.envrc': '',
    '.env.example': '',
    'sub/.env.production': '',
    'sub/.git/config': '',
    '.deployotron/history.db': '',
    '.git/config': '',
    '.gitignore': '',
    'certs/server.key': '',
    'certs/private.pem': '-----BEGIN PRIVATE KEY-----\n',
    'certs/both.pem': '-----BEGIN CERTIFICATE-----\n-----BEGIN RSA PRIVATE KEY-----\n',
    'certs/public-ca.pem': '-----BEGIN CERTIFICATE-----\n',
    'home/.ssh/id_ed25519': '',
    'home/.aws/credentials': '',
    id_rsa: '',
    '.netrc': '',
    'store.p12': '',
    'infra/.terraform/providers/aws': '',
    'infra/terraform.tfstate': '{}',
    'infra/terraform.tfstate.backup': '{}',
    'infra/main.tf': '',
    '.npmrc': '//registry.example/:_authToken=abc\n',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: npm's own way to name a variable
    'sub/.npmrc': '//registry.example/:_authToken=${NPM_TOKEN}\n',
    'keyboard.js': '',
    'environment.ts': '',
  });
  const context = await createBuildContext(root);
  expect(filePaths(context)).toEqual([
    '.dockerignore',
    '.env.example',
    '.gitignore',
    'certs/public-ca.pem',
    'environment.ts',
    'infra/main.tf',
    'keyboard.js',
    'sub/.npmrc',
  ]);
  expect(context.warnings).toHaveLength(1);
  expect(context.warnings[0]).toMatch(/^Left out of the image, because they look like secrets: .* and \d+ more\.$/);
  expect(context.leftOut).toContain('home/.ssh/');
  expect(Object.keys(await unpack(context)).join(' ')).not.toMatch(/\.env(?!\.example)|\.git\/|private|id_|\.aws/);
});

test('what .dockerignore keeps out anyway is no reason for a warning', async () => {
  const root = await folderWith({ '.dockerignore': '.env\nsecrets\n', '.env': '', 'secrets/a.key': '' });
  expect((await createBuildContext(root)).warnings).toEqual([]);
});

test('a generated Dockerfile lies beside the source, whose own one stays in it, and copies from there', async () => {
  const root = await folderWith({ Dockerfile: 'FROM old\n', 'a.txt': 'A' });
  const generated = 'FROM x AS build\nCOPY a.txt b* ./\nCOPY --chown=u:u . /app\nCOPY --from=build /app ./\n';
  const context = await createBuildContext(root, { dockerfilePath: generatedDockerfilePath, generated });
  expect(await unpack(context)).toMatchObject({
    Dockerfile:
      '644 FROM x AS build\nCOPY deployotron-source/a.txt deployotron-source/b* ./\nCOPY --chown=u:u deployotron-source/. /app\nCOPY --from=build /app ./\n',
    'deployotron-source/a.txt': expect.stringMatching(/ A$/),
    'deployotron-source/Dockerfile': expect.stringMatching(/ FROM old\n$/),
  });
  expect(withoutSourceFolder('"/deployotron-source/a.txt": not found')).toBe('"/a.txt": not found');
});

test('the hash follows content, mode, name, links and made files, and nothing else', async () => {
  const files = { 'a.txt': 'A', 'b.txt': 'B', 'ignored.txt': 'x', '.dockerignore': 'ignored.txt\n' };
  const root = await folderWith(files);
  const hash = async (where = root, generated = 'FROM x\n') => (await createBuildContext(where, { generated })).hash();
  const before = await hash();
  expect(before).toMatch(/^[0-9a-f]{64}$/);
  expect(await hash(await folderWith(files))).toBe(before);
  await writeFile(join(root, 'ignored.txt'), 'changed');
  await writeFile(join(root, 'a.txt'), 'A');
  expect(await hash()).toBe(before);

  const seen = new Set([before, await hash(root, 'other')]);
  const changes = [
    () => writeFile(join(root, 'a.txt'), 'C'),
    () => chmod(join(root, 'b.txt'), 0o755),
    () => symlink('a.txt', join(root, 'link')),
    () => writeFile(join(root, 'c.txt'), ''),
  ];
  for (const change of changes) {
    await change();
    seen.add(await hash());
  }
  expect(seen.size).toBe(2 + changes.length);
});

test('a file that grows while it is sent does not break the stream', async () => {
  const root = await folderWith({ 'a.txt': 'before' });
  const context = await createBuildContext(root);
  await writeFile(join(root, 'a.txt'), 'before and after');
  expect((await unpack(context))['a.txt']).toMatch(/ before$/);
});

test.runIf(process.platform === 'linux')('a stream that is given up lets go of its file', async () => {
  const root = await folderWith({ 'big.bin': 'x'.repeat(5_000_000) });
  const context = await createBuildContext(root);
  const isOpen = async () => (await openFiles()).some((path) => path.startsWith(root));

  const half = context.tar();
  await once(half, 'readable');
  expect(await isOpen()).toBe(true);
  half.destroy();
  // Given up before its first file has been opened.
  context.tar().destroy();
  await expect.poll(isOpen).toBe(false);
});

async function openFiles(): Promise<string[]> {
  const names = await readdir('/proc/self/fd');
  return Promise.all(names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')));
}

test('a file that may not be read is named', async () => {
  const root = await folderWith({ 'open.txt': '', 'closed.txt': 'x' });
  await chmod(root, 0o755);
  await chmod(join(root, 'closed.txt'), 0o000);
  const context = await createBuildContext(root);
  const failures = await asOrdinaryUser(() => Promise.all([failureOf(context.hash()), failureOf(unpack(context))]));
  for (const failure of failures) {
    expect(failure.code).toBe('SourceUnreadable');
    expect(failure.message).toContain('closed.txt');
  }
});

test('a folder that is not there is named', async () => {
  const failure = await failureOf(createBuildContext('/nowhere/at/all'));
  expect(failure.code).toBe('FolderNotFound');
});

/** Root reads everything; this process stops being root for a moment. */
async function asOrdinaryUser<Result>(work: () => Promise<Result>): Promise<Result> {
  const root = process.geteuid?.() === 0;
  if (root) process.seteuid?.(65534);
  try {
    return await work();
  } finally {
    if (root) process.seteuid?.(0);
  }
}
