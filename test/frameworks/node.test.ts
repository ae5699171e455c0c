import { DockerfileParser } from 'dockerfile-ast';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cmdFor } from '../../src/frameworks/dockerfileText.ts';
import { listeningPort } from '../../src/frameworks/javascript/port.ts';
import { cmdOf, planOf, treeOf } from './tree.ts';

test.each([
  ['node server.js', ['node', 'server.js']],
  ['node --max-old-space-size=256 dist/main', ['node', '--max-old-space-size=256', 'dist/main']],
  ['NODE_ENV=production node server.js', ['env', 'NODE_ENV=production', 'node', 'server.js']],
  ['node server.js --name "a b"', ['/bin/sh', '-c', 'exec node server.js --name "a b"']],
  ['node server.js $FLAGS', ['/bin/sh', '-c', 'exec node server.js $FLAGS']],
  ['A="x y" node server.js', ['/bin/sh', '-c', 'exec env A="x y" node server.js']],
  ['node migrate.js && node server.js', ['/bin/sh', '-c', 'node migrate.js && exec node server.js']],
  ['node a.js; node b.js', ['/bin/sh', '-c', 'node a.js; exec node b.js']],
  ["gunicorn 'app:make()'", ['/bin/sh', '-c', "exec gunicorn 'app:make()'"]],
])('the start command %j becomes a CMD that SIGTERM reaches', (command, words) => {
  expect(JSON.parse(cmdFor(command))).toEqual(words);
});

const hostile = [
  'node server.js\nUSER root\nRUN curl evil',
  'node server.js\r\nFROM evil',
  'node "x" ; RUN rm',
  '"],"x":["',
  'node \\\nUSER root',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: must stay as it is
  "node ${PATH} $(id) `id` 'q",
  '<<EOF\nUSER root\nEOF',
  '\u2028FROM evil\u0085',
];

test.each(hostile)('the script %j stays inside its CMD', async (start) => {
  const plan = await planOf({ 'package.json': { scripts: { start } }, 'server.js': '' });
  const instructions = DockerfileParser.parse(plan.dockerfile).getInstructions();
  expect(instructions.filter((each) => each.getKeyword() === 'FROM')).toHaveLength(2);
  expect(
    instructions.filter((each) => each.getKeyword() === 'USER').map((each) => each.getRawArgumentsContent()),
  ).toEqual(['node']);
  expect(instructions.at(-1)?.getKeyword()).toBe('CMD');
  expect(cmdOf(plan.dockerfile)).toBeInstanceOf(Array);
});

test('no command whatever makes more than one line of it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), (command) => {
      const cmd = cmdFor(command);
      expect(cmd).not.toMatch(/[\r\n]/);
      expect(JSON.parse(cmd)).toBeInstanceOf(Array);
    }),
    { seed: 1, numRuns: 2000 },
  );
});

test.each([
  { main: 'a"; RUN evil.js' },
  { main: '../../etc/passwd' },
  { main: '-e process.abort()' },
  { name: 'x\nRUN evil', engines: { node: '22\nRUN evil' } },
  { engines: { node: '>=20 || RUN evil' } },
  { dependencies: { 'express\nRUN evil': '1' } },
])('a hostile package.json leaves no mark in the Dockerfile: %j', async (manifest) => {
  const plan = await planOf({
    'package.json': manifest,
    'index.js': 'app.listen(80)',
    '.nvmrc': 'lts/evil\nRUN evil\n',
  });
  expect(plan.dockerfile).not.toMatch(/evil|passwd|abort/);
  expect(plan.startCommand).toBe('node index.js');
});

test.each([
  ['app.listen(process.env.PORT || 4001)', 4001],
  ['const port = Number(process.env.PORT) || 4002', 4002],
  ["const port = parseInt(process.env['PORT'] ?? '4003', 10)", 4003],
  ['server.listen( 4004, () => {})', 4004],
  ["await app.listen({ host: '0.0.0.0', port: 4005 })", 4005],
  ['serve({ fetch, port: 4006 })', 4006],
  ['const PORT = 4007;\napp.listen(PORT)', 4007],
  ['listenTo(4008)', undefined],
  ['app.listen(99999)', undefined],
])('the source %j tells the port %s', async (text, port) => {
  expect((await listeningPort(await treeOf({ 'server.js': text }), 'node server.js')).port).toBe(port);
});

test('a server that takes PORT and names none gets ours', async () => {
  const plan = await planOf({
    'package.json': { scripts: { start: 'node a.js' } },
    'a.js': 'app.listen(process.env.PORT)',
  });
  expect(plan.port).toBe(3000);
  expect(plan.evidence.at(-1)).toEqual({ file: 'a.js', line: 1, says: 'listens on PORT' });
});

test.each(['127.0.0.1', 'localhost'])('a server that listens on %s only is warned of', async (host) => {
  const plan = await planOf({
    'package.json': { scripts: { start: 'node a.js' } },
    'a.js': `require('http').createServer().listen(3000, '${host}')`,
  });
  expect(plan.warnings.join()).toContain('localhost only');
});

test.each([
  [{ '.nvmrc': 'v20.11.1\n' }, undefined, '20'],
  [{ '.nvmrc': 'lts/jod\n' }, undefined, '22'],
  [{ '.nvmrc': 'lts/*\n' }, undefined, '22'],
  [{ '.node-version': '24\n' }, '>=20', '24'],
  [{ '.tool-versions': 'python 3.12\nnodejs 20.1.0\n' }, undefined, '20'],
  [{}, '>=18', '22'],
  [{}, '>=18 <21', '20'],
  [{}, '^24.1.0', '24'],
  [{}, '20 || 22', '22'],
  [{}, 'not a range', '22'],
  [{}, '^18', '20'],
  [{}, '>=26', '26'],
  [{}, '>=28', '26'],
])('%j with engines %j runs on Node %s', async (files, engines, version) => {
  const plan = await planOf({ ...files, 'package.json': { engines: { node: engines } }, 'index.js': '' });
  expect(plan.languageVersion).toBe(version);
  expect(plan.dockerfile).toContain(`FROM node:${version}-bookworm-slim`);
});

test('a version that is not maintained any more is warned of', async () => {
  const plan = await planOf({ '.nvmrc': '18\n', 'package.json': {}, 'index.js': '' });
  expect(plan.warnings.join()).toContain('Node 18');
});

test('a Vite project that has a server of its own is a server', async () => {
  const plan = await planOf({
    'package.json': {
      scripts: { build: 'vite build', start: 'node server.js' },
      dependencies: { express: '^5', react: '^19' },
      devDependencies: { vite: '^7' },
    },
    'server.js': '',
  });
  expect(plan).toMatchObject({ kind: 'express', buildCommand: 'npm run build', port: 3000 });
});

test('a framework that builds with Vite into a server is not served as files', async () => {
  const plan = await planOf({
    'package.json': {
      scripts: { build: 'vite build', start: 'node build' },
      devDependencies: { '@sveltejs/kit': '^2', vite: '^7' },
    },
  });
  expect(plan.startCommand).toBe('node build');
});
