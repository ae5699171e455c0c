import { expect, test } from 'vitest';
import { readDockerfile } from '../../src/frameworks/ownDockerfile/facts.ts';
import { failureFor, planOf } from './tree.ts';

test.each([
  ['EXPOSE 3000', 3000],
  ['EXPOSE 3000/tcp 4000', 3000],
  ['EXPOSE 53/udp 8080', 8080],
  ['expose 3000', 3000],
  ['ARG P=5000\nEXPOSE $P', 5000],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Docker's way to name a variable
  ['ENV A=5001\nENV B=$A\nEXPOSE ${B}', 5001],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Docker's way to name a variable
  ['EXPOSE ${NONE:-5002}', 5002],
  ['ENV PORT=5003', 5003],
  ['ENV PORT 5004', 5004],
  ['ENV PORT="5005" OTHER=1', 5005],
  ['HEALTHCHECK CMD wget -q http://127.0.0.1:5006/ok', 5006],
  ['HEALTHCHECK CMD wget -q http://127.0.0.1:5006/ok\nEXPOSE 5007', 5007],
  ['CMD ["gunicorn", "-b", "0.0.0.0:5008", "app:app"]', 5008],
  ['CMD uvicorn app:app --port=5009', 5009],
  ['EXPOSE 99999', undefined],
  ['EXPOSE $UNKNOWN', undefined],
  ['# EXPOSE 3000', undefined],
  ['LABEL a="EXPOSE 3000"', undefined],
])('%j tells the port %s', async (text, port) => {
  expect((await readDockerfile(`FROM debian\n${text}\n`)).port?.value).toBe(port);
});

test('only the last stage and those that it stands on count', async () => {
  const text = 'FROM a AS one\nEXPOSE 1111\nFROM b AS two\nEXPOSE 2222\nFROM one AS three\nFROM three\nUSER x\n';
  const facts = await readDockerfile(text);
  expect(facts.port).toEqual({ value: 1111, line: 2, says: 'EXPOSE 1111' });
  expect(facts.stages).toBe(4);
});

test('a stage that is named like itself does not go round', async () => {
  const facts = await readDockerfile('FROM app AS app\nEXPOSE 1000\nFROM app AS app\nCMD x\n');
  expect(facts.port?.value).toBe(1000);
});

test.each([
  ['CMD ["node", "a.js"]', 'node a.js'],
  ['CMD node a.js', 'node a.js'],
  ['ENTRYPOINT ["node"]\nCMD ["a.js"]', 'node a.js'],
  ['CMD one\nCMD two', 'two'],
  ['ENTRYPOINT ["tini", "--", "app"]', 'tini -- app'],
  ['RUN true', undefined],
])('%j starts with %s', async (text, command) => {
  expect((await readDockerfile(`FROM debian\n${text}\n`)).start?.value).toBe(command);
});

test.each([
  '',
  '\n',
  'no dockerfile at all',
  'FROM',
  'EXPOSE',
  'FROM $X\nCMD [',
  '\u0000',
  'ENV\nARG\nHEALTHCHECK NONE',
])('the text %j tells nothing and breaks nothing', async (text) => {
  expect((await readDockerfile(text)).port).toBeUndefined();
});

test('without EXPOSE the port of the app is taken, and the user is told', async () => {
  const plan = await planOf({
    Dockerfile: 'FROM node:22\nCMD ["node", "server.js"]\n',
    'package.json': { dependencies: { express: '^5' } },
    'server.js': 'app.listen(4567)',
  });
  expect(plan).toMatchObject({ framework: 'node', kind: 'dockerfile', port: 4567, dockerfile: '' });
  expect(plan.warnings.join()).toContain('4567');
});

test('a Dockerfile stands in for a project that nobody recognises otherwise', async () => {
  const plan = await planOf({ Dockerfile: 'FROM ghcr.io/acme/rust:1\nEXPOSE 80\n', 'package.json': {} });
  expect(plan).toMatchObject({ framework: 'rust', port: 80, dockerfilePath: 'Dockerfile' });
});

test('the Dockerfile that the user names is taken', async () => {
  const files = { Dockerfile: 'FROM a\nEXPOSE 1\n', 'deploy/web.Dockerfile': 'FROM b\nEXPOSE 2\n' };
  expect(await planOf(files, { dockerfilePath: './deploy/web.Dockerfile' })).toMatchObject({
    dockerfilePath: 'deploy/web.Dockerfile',
    port: 2,
  });
});

test('a Dockerfile that is named and not there is told', async () => {
  const failure = await failureFor({ 'index.html': '' }, { dockerfilePath: 'Nope' });
  expect(failure.code).toBe('InvalidOption');
  expect(failure.message).toContain('Nope');
});
