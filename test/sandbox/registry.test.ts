import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  BatchDeleteImageCommand,
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DescribeImagesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  PutImageTagMutabilityCommand,
} from '@aws-sdk/client-ecr';
import type Dockerode from 'dockerode';
import * as tar from 'tar-fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTokens } from '../../src/sandbox/tokens.ts';
import { clientOptions, startTestSandbox } from '../support/sandbox.ts';

let sandbox: Awaited<ReturnType<typeof startTestSandbox>>;
let ecr: ECRClient;
let password: string;

beforeAll(async () => {
  sandbox = await startTestSandbox();
  ecr = new ECRClient(clientOptions(sandbox.endpoint));
  password = await newPassword();
});

afterAll(async () => {
  ecr?.destroy();
  await sandbox?.stop();
});

async function newPassword(): Promise<string> {
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
  const token = Buffer.from(authorizationData?.[0]?.authorizationToken ?? '', 'base64').toString();
  return token.replace(/^AWS:/, '');
}

async function newRepository(more: object = {}): Promise<string> {
  const repositoryName = `test/${randomBytes(6).toString('hex')}`;
  await ecr.send(new CreateRepositoryCommand({ repositoryName, ...more }));
  return repositoryName;
}

const basic = (secret = password) => `Basic ${Buffer.from(`AWS:${secret}`).toString('base64')}`;
const digestOf = (content: string) => `sha256:${createHash('sha256').update(content).digest('hex')}`;

function call(method: string, url: string, { body, headers = {} }: { body?: string; headers?: object } = {}) {
  const target = url.startsWith('/') ? `${sandbox.endpoint}${url}` : url;
  return fetch(target, {
    method,
    headers: { authorization: basic(), ...headers },
    ...(body !== undefined && { body }),
  });
}

async function refusal(response: Response): Promise<[status: number, code: string, message: string]> {
  const { errors } = (await response.json()) as { errors: { code: string; message: string }[] };
  return [response.status, errors[0]?.code ?? '', errors[0]?.message ?? ''];
}

async function upload(repository: string, content: string): Promise<string> {
  const started = await call('POST', `/v2/${repository}/blobs/uploads/`);
  const location = started.headers.get('location');
  const done = await call('PUT', `${location}?digest=${digestOf(content)}`, { body: content });
  expect(done.status).toBe(201);
  return digestOf(content);
}

async function putManifest(repository: string, tag: string, more: object = {}): Promise<Response> {
  const config = await upload(repository, '{}');
  const layer = await upload(repository, 'a layer');
  const manifest = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: config, size: 2 },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: layer, size: 7 }],
    ...more,
  };
  return call('PUT', `/v2/${repository}/manifests/${tag}`, {
    body: JSON.stringify(manifest),
    headers: { 'content-type': manifest.mediaType },
  });
}

describe('docker', () => {
  /** An image of its own content, with no base image; gone with the sandbox, for it bears the registry's name. */
  async function buildImage(name: string): Promise<void> {
    const context = path.join(sandbox.stateDir, randomBytes(4).toString('hex'));
    await mkdir(context);
    await writeFile(path.join(context, 'Dockerfile'), 'FROM scratch\nCOPY content /content\n');
    await writeFile(path.join(context, 'content'), randomBytes(300_000));
    const packed = tar.pack(context) as unknown as NodeJS.ReadableStream;
    await finished(await sandbox.docker.buildImage(packed, { t: name }));
  }

  async function finished(stream: NodeJS.ReadableStream): Promise<{ error?: string; aux?: { Digest?: string } }[]> {
    return new Promise((resolve, reject) => {
      sandbox.docker.modem.followProgress(stream, (error, output) => (error ? reject(error) : resolve(output)));
    });
  }

  async function push(name: string, secret: string): Promise<{ error?: string; aux?: { Digest?: string } }[]> {
    const image: Dockerode.Image = sandbox.docker.getImage(name);
    const authconfig = { username: 'AWS', password: secret, serveraddress: `127.0.0.1:${sandbox.port}` };
    return finished(await image.push({ authconfig }));
  }

  test('a pushed image is listed by ECR, and pulled again by tag and by digest', async () => {
    const repository = await newRepository();
    const name = `127.0.0.1:${sandbox.port}/${repository}`;
    await buildImage(`${name}:v1`);
    const output = await push(`${name}:v1`, password);
    expect(output.find(({ error }) => error)).toBeUndefined();
    const digest = output.find(({ aux }) => aux?.Digest)?.aux?.Digest;
    const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName: repository }));
    expect(imageDetails).toMatchObject([{ imageDigest: digest, imageTags: ['v1'] }]);
    expect(imageDetails?.[0]?.imageSizeInBytes).toBeGreaterThan(290_000);
    await sandbox.docker.getImage(`${name}:v1`).remove();
    const auth = { username: 'AWS', password, serveraddress: `127.0.0.1:${sandbox.port}` };
    for (const pulled of [`${name}:v1`, `${name}@${digest}`]) {
      await finished(await sandbox.docker.pull(pulled, { authconfig: auth }));
      expect((await sandbox.docker.getImage(pulled).inspect()).RepoDigests).toEqual([`${name}@${digest}`]);
    }
  });

  test('a layer that is there already is not sent again', async () => {
    const repository = await newRepository();
    const name = `127.0.0.1:${sandbox.port}/${repository}`;
    await buildImage(`${name}:v1`);
    await push(`${name}:v1`, password);
    await sandbox.docker.getImage(`${name}:v1`).tag({ repo: name, tag: 'v2' });
    const output = await push(`${name}:v2`, password);
    expect(output).toContainEqual(expect.objectContaining({ status: 'Layer already exists' }));
    const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName: repository }));
    expect(imageDetails?.map(({ imageTags }) => imageTags)).toEqual([['v1', 'v2']]);
  });

  test('a push into a repository that ECR does not know says so', async () => {
    const name = `127.0.0.1:${sandbox.port}/unknown/${randomBytes(4).toString('hex')}:v1`;
    await buildImage(name);
    const output = await push(name, password);
    expect(output.find(({ error }) => error)?.error).toContain('does not exist in the registry with id');
  });

  test('a push with a wrong password is refused', async () => {
    const repository = await newRepository();
    const name = `127.0.0.1:${sandbox.port}/${repository}:v1`;
    await buildImage(name);
    const output = await push(name, 'wrong').catch((error) => [{ error: String(error.message) }]);
    expect(output.find(({ error }) => error)?.error).toMatch(
      /authorization token has expired|unauthorized|no basic auth/i,
    );
  });

  test('an immutable tag cannot be moved', async () => {
    const repository = await newRepository({ imageTagMutability: 'IMMUTABLE' });
    const name = `127.0.0.1:${sandbox.port}/${repository}:v1`;
    await buildImage(name);
    await push(name, password);
    await buildImage(name);
    const output = await push(name, password);
    expect(output.find(({ error }) => error)?.error).toContain('cannot be overwritten because the tag is immutable');
  });
});

describe('who may come in', () => {
  test('without credentials docker is asked for them', async () => {
    const response = await fetch(`${sandbox.endpoint}/v2/`);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/^Basic realm=/);
    expect(await refusal(response)).toEqual([401, 'UNAUTHORIZED', 'Not Authorized']);
  });

  test('a password that was never given out is refused', async () => {
    const response = await call('GET', '/v2/', { headers: { authorization: basic('guess') } });
    expect((await refusal(response)).slice(0, 2)).toEqual([401, 'UNAUTHORIZED']);
  });

  test('every password that was given out is good', async () => {
    const [first, second] = [await newPassword(), await newPassword()];
    expect(first).not.toBe(second);
    for (const secret of [first, second]) {
      expect((await call('GET', '/v2/', { headers: { authorization: basic(secret) } })).status).toBe(200);
    }
  });

  test('a password ends after 12 hours, and is forgotten a day later', async () => {
    let now = 0;
    const tokens = createTokens({ value: { tokens: {} }, save: async () => {} }, () => now);
    const { password: secret, expiresAt } = tokens.issue();
    expect(expiresAt).toBe(12 * 3600 * 1000);
    expect(tokens.check(secret)).toBe('valid');
    now = expiresAt;
    expect(tokens.check(secret)).toBe('expired');
    now += 25 * 3600 * 1000;
    tokens.issue();
    expect(tokens.check(secret)).toBe('unknown');
  });
});

describe('uploads', () => {
  test('a blob arrives in pieces, and can be read whole and in part', async () => {
    const repository = await newRepository();
    const started = await call('POST', `/v2/${repository}/blobs/uploads/`);
    expect([started.status, started.headers.get('range')]).toEqual([202, '0-0']);
    const location = started.headers.get('location') ?? '';
    const first = await call('PATCH', location, { body: 'Hello, ' });
    expect([first.status, first.headers.get('range')]).toEqual([202, '0-6']);
    await call('PATCH', location, { body: 'world', headers: { 'content-range': '7-11' } });
    const status = await call('GET', location);
    expect([status.status, status.headers.get('range')]).toEqual([204, '0-11']);
    const digest = digestOf('Hello, world');
    const done = await call('PUT', `${location}?digest=${digest}`);
    expect([done.status, done.headers.get('docker-content-digest')]).toEqual([201, digest]);
    const blob = `/v2/${repository}/blobs/${digest}`;
    expect((await call('HEAD', blob)).headers.get('content-length')).toBe('12');
    expect(await (await call('GET', blob)).text()).toBe('Hello, world');
    const part = await call('GET', blob, { headers: { range: 'bytes=7-' } });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 7-11/12']);
    expect(await part.text()).toBe('world');
  });

  test('a piece that does not continue what is there is refused', async () => {
    const repository = await newRepository();
    const location = (await call('POST', `/v2/${repository}/blobs/uploads/`)).headers.get('location') ?? '';
    const response = await call('PATCH', location, { body: 'x', headers: { 'content-range': '5-5' } });
    expect(response.status).toBe(416);
  });

  test('a blob can be sent in one request', async () => {
    const repository = await newRepository();
    const response = await call('POST', `/v2/${repository}/blobs/uploads/?digest=${digestOf('all')}`, { body: 'all' });
    expect(response.status).toBe(201);
    expect(await (await call('GET', `/v2/${repository}/blobs/${digestOf('all')}`)).text()).toBe('all');
  });

  test('content that does not match its digest is refused, and nothing of it stays', async () => {
    const repository = await newRepository();
    const location = (await call('POST', `/v2/${repository}/blobs/uploads/`)).headers.get('location');
    const response = await call('PUT', `${location}?digest=${digestOf('other')}`, { body: 'one' });
    expect((await refusal(response)).slice(0, 2)).toEqual([400, 'DIGEST_INVALID']);
    expect((await call('GET', `/v2/${repository}/blobs/${digestOf('other')}`)).status).toBe(404);
    const id = location?.split('/').at(-1) ?? '';
    expect(readdirSync(path.join(sandbox.stateDir, 'registry', 'uploads'))).not.toContain(id);
  });

  test('a digest that is a path leads nowhere', async () => {
    const repository = await newRepository();
    const location = (await call('POST', `/v2/${repository}/blobs/uploads/`)).headers.get('location');
    const response = await call('PUT', `${location}?digest=sha256:..%2F..%2Fstate`, { body: 'x' });
    expect((await refusal(response)).slice(0, 2)).toEqual([400, 'DIGEST_INVALID']);
    expect((await call('GET', `/v2/${repository}/blobs/..%2F..%2F..%2Fstate.json`)).status).toBe(404);
  });

  test('a cancelled upload is gone', async () => {
    const repository = await newRepository();
    const location = (await call('POST', `/v2/${repository}/blobs/uploads/`)).headers.get('location') ?? '';
    await call('PATCH', location, { body: 'half' });
    expect((await call('DELETE', location)).status).toBe(204);
    expect((await refusal(await call('PATCH', location, { body: 'x' })))[1]).toBe('BLOB_UPLOAD_UNKNOWN');
  });

  test('a layer is taken over from another repository without being sent', async () => {
    const [source, target] = [await newRepository(), await newRepository()];
    const digest = await upload(source, 'shared');
    expect((await call('HEAD', `/v2/${target}/blobs/${digest}`)).status).toBe(404);
    const mounted = await call('POST', `/v2/${target}/blobs/uploads/?mount=${digest}&from=${source}`);
    expect(mounted.status).toBe(201);
    expect(await (await call('GET', `/v2/${target}/blobs/${digest}`)).text()).toBe('shared');
    const unknown = await call('POST', `/v2/${target}/blobs/uploads/?mount=${digestOf('?')}&from=${source}`);
    expect(unknown.status).toBe(202);
  });
});

describe('manifests', () => {
  test('a manifest is found by tag and by digest, and its tags are listed', async () => {
    const repository = await newRepository();
    const put = await putManifest(repository, 'v1');
    const digest = put.headers.get('docker-content-digest') ?? '';
    expect(put.status).toBe(201);
    for (const reference of ['v1', digest]) {
      const got = await call('GET', `/v2/${repository}/manifests/${reference}`);
      expect(got.headers.get('content-type')).toBe('application/vnd.oci.image.manifest.v1+json');
      expect(digestOf(await got.text())).toBe(digest);
    }
    const head = await call('HEAD', `/v2/${repository}/manifests/v1`);
    expect([head.status, head.headers.get('docker-content-digest')]).toEqual([200, digest]);
    const tags = await call('GET', `/v2/${repository}/tags/list`);
    expect(await tags.json()).toEqual({ name: repository, tags: ['v1'] });
    const { repositories } = (await (await call('GET', '/v2/_catalog')).json()) as { repositories: string[] };
    expect(repositories).toContain(repository);
  });

  test('an index holds images that are there', async () => {
    const repository = await newRepository();
    const digest = (await putManifest(repository, 'amd64')).headers.get('docker-content-digest');
    const index = (wanted: string | null) => ({
      body: JSON.stringify({ schemaVersion: 2, manifests: [{ digest: wanted }] }),
      headers: { 'content-type': 'application/vnd.oci.image.index.v1+json' },
    });
    expect((await call('PUT', `/v2/${repository}/manifests/all`, index(digest))).status).toBe(201);
    const response = await call('PUT', `/v2/${repository}/manifests/none`, index(digestOf('?')));
    expect((await refusal(response)).slice(0, 2)).toEqual([400, 'MANIFEST_BLOB_UNKNOWN']);
  });

  test('a manifest whose layers were not sent is refused', async () => {
    const response = await putManifest(await newRepository(), 'v1', {
      layers: [{ digest: digestOf('missing'), size: 1 }],
    });
    const [status, code, message] = await refusal(response);
    expect([status, code]).toEqual([400, 'MANIFEST_BLOB_UNKNOWN']);
    expect(message).toContain(digestOf('missing'));
  });

  test('a manifest of the old schema is refused', async () => {
    const response = await putManifest(await newRepository(), 'v1', { schemaVersion: 1 });
    expect((await refusal(response)).slice(0, 2)).toEqual([400, 'MANIFEST_INVALID']);
  });

  test('an unknown image and an unknown repository are told apart', async () => {
    const repository = await newRepository();
    expect((await refusal(await call('GET', `/v2/${repository}/manifests/v9`))).slice(0, 2)).toEqual([
      404,
      'MANIFEST_UNKNOWN',
    ]);
    expect((await refusal(await call('GET', '/v2/no/such/manifests/v9')))[1]).toBe('NAME_UNKNOWN');
  });

  test('deleting a tag keeps the image while another tag names it', async () => {
    const repository = await newRepository();
    await putManifest(repository, 'v1');
    await putManifest(repository, 'v2');
    expect((await call('DELETE', `/v2/${repository}/manifests/v1`)).status).toBe(202);
    expect((await call('GET', `/v2/${repository}/manifests/v1`)).status).toBe(404);
    expect((await call('GET', `/v2/${repository}/manifests/v2`)).status).toBe(200);
    await call('DELETE', `/v2/${repository}/manifests/v2`);
    const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName: repository }));
    expect(imageDetails).toEqual([]);
  });
});

describe('what lies on disk', () => {
  const fileOf = (digest: string) => path.join(sandbox.stateDir, 'registry', 'blobs', 'sha256', digest.slice(7));

  test('a blob leaves the disk with the last repository that needs it', async () => {
    const [one, two] = [await newRepository(), await newRepository()];
    const digest = await upload(one, `only here ${one}`);
    await call('POST', `/v2/${two}/blobs/uploads/?mount=${digest}&from=${one}`);
    await ecr.send(new DeleteRepositoryCommand({ repositoryName: one, force: true }));
    expect(existsSync(fileOf(digest))).toBe(true);
    await ecr.send(new DeleteRepositoryCommand({ repositoryName: two, force: true }));
    expect(existsSync(fileOf(digest))).toBe(false);
  });

  test('a layer leaves the disk with the last image that needs it', async () => {
    const repository = await newRepository();
    const layer = await upload(repository, `layer of ${repository}`);
    const put = await putManifest(repository, 'v1', { layers: [{ digest: layer, size: 1 }] });
    const manifest = put.headers.get('docker-content-digest') ?? '';
    await ecr.send(new BatchDeleteImageCommand({ repositoryName: repository, imageIds: [{ imageTag: 'v1' }] }));
    expect([existsSync(fileOf(layer)), existsSync(fileOf(manifest))]).toEqual([false, false]);
  });

  test('images stay over a restart, and what nobody knows of does not', async () => {
    const first = await startTestSandbox();
    const client = new ECRClient(clientOptions(first.endpoint));
    await client.send(new CreateRepositoryCommand({ repositoryName: 'kept' }));
    const { authorizationData } = await client.send(new GetAuthorizationTokenCommand({}));
    const authorization = `Basic ${authorizationData?.[0]?.authorizationToken}`;
    const ask = (method: string, url: string, body?: string) =>
      fetch(`${first.endpoint}${url}`, { method, headers: { authorization }, ...(body && { body }) });
    await ask('POST', `/v2/kept/blobs/uploads/?digest=${digestOf('kept')}`, 'kept');
    await ask('PATCH', (await ask('POST', '/v2/kept/blobs/uploads/')).headers.get('location') ?? '', 'half');
    await first.close();
    const blobs = path.join(first.stateDir, 'registry', 'blobs', 'sha256');
    await writeFile(path.join(blobs, digestOf('unknown').slice(7)), 'unknown');
    const second = await startTestSandbox({ stateDir: first.stateDir, port: first.port });
    expect(await (await ask('GET', `/v2/kept/blobs/${digestOf('kept')}`)).text()).toBe('kept');
    expect(readdirSync(path.join(first.stateDir, 'registry', 'uploads'))).toEqual([]);
    expect(readdirSync(blobs)).toEqual([digestOf('kept').slice(7)]);
    client.destroy();
    await second.stop();
  });
});

describe('tags that may not move', () => {
  test('the same tag is refused, in ECR’s words, and another one is taken', async () => {
    const repository = await newRepository({ imageTagMutability: 'IMMUTABLE' });
    await putManifest(repository, 'v1');
    expect(await refusal(await putManifest(repository, 'v1'))).toEqual([
      400,
      'TAG_INVALID',
      `The image tag 'v1' already exists in the '${repository}' repository and cannot be overwritten because the tag is immutable.`,
    ]);
    expect((await putManifest(repository, 'v2')).status).toBe(201);
  });

  test('a filter leaves some tags out of the rule', async () => {
    const repository = await newRepository();
    const imageTagMutabilityExclusionFilters = [{ filterType: 'WILDCARD' as const, filter: 'dev-*' }];
    const setting = { imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION' as const, imageTagMutabilityExclusionFilters };
    await ecr.send(new PutImageTagMutabilityCommand({ repositoryName: repository, ...setting }));
    for (const tag of ['dev-1', 'v1']) await putManifest(repository, tag);
    expect((await putManifest(repository, 'dev-1')).status).toBe(201);
    expect((await putManifest(repository, 'v1')).status).toBe(400);
  });
});
