import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import Docker from 'dockerode';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createBuildContext } from '../../src/services/buildContext.ts';
import { buildImage, pushImage, removeImageTags, tagImage } from '../../src/services/docker.ts';
import { pushFailure } from '../../src/services/pushFailure.ts';
import { failureOf, folderWith, recordHooks, unique } from './dockerHooks.ts';
import { startDockerProxy } from './dockerProxy.ts';
import { type ForeignRegistry, type Interference, refuse, startForeignRegistry } from './foreignRegistry.ts';

const docker = new Docker();
const localName = `deployotron-test/${unique()}:local`;
const auth = { username: 'AWS', password: 'first-login', serveraddress: 'http://registry' };

const cleaning: (() => Promise<void>)[] = [() => removeImageTags(docker, [localName])];
afterAll(async () => {
  for (const clean of cleaning) await clean();
});

beforeAll(async () => {
  // Bytes that do not shrink, in a layer of their own: no base image, so that nothing else is sent.
  const files = { Dockerfile: 'FROM scratch\nCOPY big /\nCOPY small /\n', small: unique() };
  const root = await folderWith(files, (clean) => cleaning.push(clean));
  await writeFile(join(root, 'big'), randomBytes(3_000_000));
  const request = { dockerfilePath: 'Dockerfile', tag: [localName], platform: 'linux/amd64' as const, labels: {} };
  await buildImage(docker, { ...request, context: await createBuildContext(root) }, recordHooks());
});

async function registryWith(interfere?: Interference): Promise<{ registry: ForeignRegistry; reference: string }> {
  const registry = await startForeignRegistry(interfere);
  onTestFinished(() => registry.close());
  const reference = `${registry.host}/team/app:v1`;
  await tagImage(docker, localName, reference);
  onTestFinished(() => removeImageTags(docker, [reference]));
  return { registry, reference };
}

test('pushes all layers, tells the bytes, and returns the digest that the registry keeps', async () => {
  const { registry, reference } = await registryWith();
  const hooks = recordHooks();
  const { digest } = await pushImage(docker, { reference, auth }, hooks);
  expect(digest).toBe(registry.tags.get('team/app:v1'));
  expect([...registry.logins]).toEqual(['AWS:first-login']);
  expect(hooks.fractions.at(-1)).toBe(1);
  expect(hooks.fractions).toEqual([...hooks.fractions].sort((a, b) => a - b));
  expect(hooks.details.at(-1)).toMatch(/^3\.0 of 3\.0 MB$/);
});

/** What Docker 28 answers with its containerd image store. */
const answerOfContainerd = [
  { status: 'The push refers to repository [127.0.0.1:5000/team/app]' },
  { status: 'Waiting', progressDetail: {}, id: '41d517adfb28' },
  { status: 'Pushing', progressDetail: { current: 100, total: 180 }, id: '41d517adfb28' },
  { status: 'Pushed', progressDetail: {}, id: '41d517adfb28' },
  { status: `v1: digest: sha256:${'3'.repeat(64)} size: 498` },
];

test('an engine that keeps its images in containerd tells the digest in words', async () => {
  const engine = createServer((_, response) => {
    response.end(answerOfContainerd.map((item) => `${JSON.stringify(item)}\r\n`).join(''));
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void engine.close().closeAllConnections());
  await once(engine, 'listening');
  const { port } = engine.address() as AddressInfo;
  const hooks = recordHooks();
  const pushed = await pushImage(
    new Docker({ protocol: 'http', host: '127.0.0.1', port }),
    { reference: '127.0.0.1:5000/team/app:v1', auth },
    hooks,
  );
  expect(pushed).toEqual({ digest: `sha256:${'3'.repeat(64)}` });
  expect(hooks.fractions.at(-1)).toBe(1);
});

test('a second push sends no layer again and gives the same digest', async () => {
  const { registry, reference } = await registryWith();
  const first = await pushImage(docker, { reference, auth }, recordHooks());
  registry.requests.length = 0;
  const hooks = recordHooks();
  expect(await pushImage(docker, { reference, auth }, hooks)).toEqual(first);
  expect(registry.requests.filter((request) => /^(POST|PATCH)/.test(request))).toEqual([]);
  expect(hooks.fractions.at(-1)).toBe(1);
});

test('what fails once with 500 is tried again', async () => {
  let failed = 0;
  const { registry, reference } = await registryWith((request, response) => {
    if (request.method !== 'PUT' || !request.url?.includes('/manifests/') || failed++ > 0) return false;
    return refuse(response, 500, 'UNKNOWN', 'out of order');
  });
  const hooks = recordHooks();
  const { digest } = await pushImage(docker, { reference, auth }, hooks);
  expect(digest).toBe(registry.tags.get('team/app:v1'));
  expect(hooks.lines.join('\n')).toContain('Trying again.');
});

test('a layer that the registry refuses once is sent again by the engine, and the log says so', async () => {
  let failed = 0;
  const { registry, reference } = await registryWith((request, response) => {
    return request.method === 'PATCH' && failed++ === 0 && refuse(response, 500, 'UNKNOWN', 'out of order');
  });
  const hooks = recordHooks();
  const { digest } = await pushImage(docker, { reference, auth }, hooks);
  expect(digest).toBe(registry.tags.get('team/app:v1'));
  expect(hooks.lines.filter((line) => line.includes('Retrying in')).length).toBe(1);
});

test('500 for every manifest fails after the third attempt', async () => {
  let asked = 0;
  const { registry, reference } = await registryWith((request, response) => {
    if (request.method !== 'PUT' || !request.url?.includes('/manifests/')) return false;
    asked++;
    return refuse(response, 500, 'UNKNOWN', 'the words of the registry');
  });
  const failure = await failureOf(pushImage(docker, { reference, auth }, recordHooks()));
  expect(failure.code).toBe('RegistryFailed');
  expect(failure.message).toContain(registry.host);
  expect(asked).toBe(3);
});

test.each([
  [429, 'TOOMANYREQUESTS', 'RegistryFailed'],
  [401, 'UNAUTHORIZED', 'RegistryRefused'],
  [403, 'DENIED', 'RegistryRefused'],
])('a registry that answers %i to everything fails with words and without the password', async (status, name, code) => {
  const { registry, reference } = await registryWith((_request, response) =>
    refuse(response, status, name, 'the words of the registry'),
  );
  const failure = await failureOf(pushImage(docker, { reference, auth }, recordHooks()));
  expect(failure.code).toBe(code);
  expect(failure.message).toContain(registry.host);
  expect(JSON.stringify(failure)).not.toContain(auth.password);
});

test('a login that has expired is renewed once, and the push goes on with the new one', async () => {
  const { registry, reference } = await registryWith((request, response) => {
    const old = Buffer.from('AWS:first-login').toString('base64');
    if (!request.headers.authorization?.includes(old)) return false;
    return refuse(response, 403, 'DENIED', 'Your authorization token has expired. Reauthenticate and try again.');
  });
  let asked = 0;
  const refreshAuth = async () => {
    asked++;
    return { ...auth, password: 'second-login' };
  };
  const { digest } = await pushImage(docker, { reference, auth, refreshAuth }, recordHooks());
  expect(digest).toBe(registry.tags.get('team/app:v1'));
  expect(asked).toBe(1);
});

test('a registry that nobody runs is unreachable', async () => {
  const { registry, reference } = await registryWith();
  await registry.close();
  registry.close = async () => {};
  const failure = await failureOf(pushImage(docker, { reference, auth }, recordHooks()));
  expect(failure.code).toBe('RegistryUnreachable');
});

test('a registry that takes the connection and no byte is given up', async () => {
  const { reference } = await registryWith(() => true);
  const failure = await failureOf(pushImage(docker, { reference, auth, silentSeconds: 1 }, recordHooks()));
  expect(failure.code).toBe('RegistrySilent');
});

test('a tag that may not be replaced is named', async () => {
  const { reference } = await registryWith((request, response) => {
    if (request.method !== 'PUT' || !request.url?.includes('/manifests/')) return false;
    const words = "The image tag 'v1' already exists and cannot be overwritten because the tag is immutable.";
    return refuse(response, 400, 'TAG_INVALID', words);
  });
  const failure = await failureOf(pushImage(docker, { reference, auth }, recordHooks()));
  expect(failure.code).toBe('ImageTagImmutable');
  expect(failure.message).toContain('v1');
});

test('cancelling stops the push', async () => {
  const control = new AbortController();
  const { reference } = await registryWith((request) => {
    if (request.method !== 'PATCH') return false;
    control.abort();
    return true;
  });
  expect((await failureOf(pushImage(docker, { reference, auth }, recordHooks(control.signal)))).code).toBe('Cancelled');
});

test('an engine that breaks off under way is lost', async () => {
  const proxy = await startDockerProxy({ onAnswer: (text, { kill }) => void (text.includes('Pushing') && kill()) });
  onTestFinished(() => proxy.close());
  const { reference } = await registryWith((request) => request.method === 'PATCH');
  expect((await failureOf(pushImage(proxy.docker, { reference, auth }, recordHooks()))).code).toBe('DockerLost');
});

test('an image that is not there is told as Docker tells it', async () => {
  const reference = `127.0.0.1:1/none/${unique()}:v1`;
  const failure = await failureOf(pushImage(docker, { reference, auth }, recordHooks()));
  expect(failure.code).toBe('DockerFailed');
});

test.each([
  [
    "name unknown: The repository with name 'x' does not exist in the registry with id '1'",
    'RegistryRepositoryMissing',
  ],
  ['denied: User: arn:aws:iam::1:user/x is not authorized to perform: ecr:InitiateLayerUpload', 'RegistryRefused'],
  ['no basic auth credentials', 'RegistryRefused'],
  ['received unexpected HTTP status: 503 Service Unavailable', 'RegistryFailed'],
  ['toomanyrequests: Rate exceeded', 'RegistryFailed'],
  ['Put "https://x/v2/": net/http: TLS handshake timeout', 'RegistryUnreachable'],
  ['Get "https://x/v2/": dial tcp: lookup x: no such host', 'RegistryUnreachable'],
  ['write tcp 1.2.3.4:1->1.2.3.4:443: write: broken pipe', 'RegistryUnreachable'],
])('the text “%s” means %s', (text, code) => {
  expect(pushFailure(text, 'host/team/app:v1').failure.code).toBe(code);
});
