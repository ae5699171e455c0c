import { createHash } from 'node:crypto';
import { chmod } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import Docker from 'dockerode';
import { expect, onTestFinished, test } from 'vitest';
import {
  checkDocker,
  connectDocker,
  findImage,
  imageExists,
  removeImageTags,
  tagImage,
} from '../../src/services/docker.ts';
import { dockerEndpoint } from '../../src/services/dockerEndpoint.ts';
import { splitReference } from '../../src/services/imageReference.ts';
import { failureOf, folderWith, unique } from './dockerHooks.ts';
import { startDockerProxy } from './dockerProxy.ts';

const base = 'debian:bookworm-slim';
const never = new AbortController().signal;

test('the engine of this computer is found and answers', async () => {
  const docker = await connectDocker();
  await checkDocker(docker, never);
  expect((await docker.version()).ApiVersion).toMatch(/^1\./);
});

test('a socket that is not there means that Docker is not running', async () => {
  const failure = await failureOf(checkDocker(new Docker({ socketPath: '/nowhere/docker.sock' }), never));
  expect(failure.code).toBe('DockerNotRunning');
});

test('a port where nobody listens means that Docker is not running', async () => {
  const failure = await failureOf(checkDocker(new Docker({ host: '127.0.0.1', port: 1 }), never));
  expect(failure.code).toBe('DockerNotRunning');
});

test('a socket that this user may not open is told as such', async () => {
  const folder = await folderWith({});
  const server = createServer();
  const socketPath = join(folder, 'docker.sock');
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  onTestFinished(() => void server.close());
  await chmod(folder, 0o755);
  await chmod(socketPath, 0o600);
  const root = process.geteuid?.() === 0;
  if (root) process.seteuid?.(65534);
  const failure = await failureOf(checkDocker(new Docker({ socketPath }), never)).finally(() => {
    if (root) process.seteuid?.(0);
  });
  expect(failure.code).toBe('DockerNotAllowed');
});

test('an engine that takes the connection and says nothing is not waited for', async () => {
  const proxy = await startDockerProxy({ silent: () => true });
  onTestFinished(() => proxy.close());
  const failure = await failureOf(checkDocker(proxy.docker, never, 0.2));
  expect(failure.code).toBe('DockerNotAnswering');
});

test('cancelling while the engine is asked is told as cancelled', async () => {
  const control = new AbortController();
  const proxy = await startDockerProxy({
    silent: () => {
      control.abort();
      return true;
    },
  });
  onTestFinished(() => proxy.close());
  expect((await failureOf(checkDocker(proxy.docker, control.signal))).code).toBe('Cancelled');
});

test('an image gets a second name, is found by it, and loses it again', async () => {
  const docker = await connectDocker();
  const name = `localhost:5000/deployotron-test/${unique()}:v1`;
  expect(await imageExists(docker, name)).toBe(false);
  await tagImage(docker, base, name);
  onTestFinished(() => removeImageTags(docker, [name]));
  expect((await findImage(docker, name))?.imageId).toBe((await findImage(docker, base))?.imageId);
  await removeImageTags(docker, [name, name]);
  expect(await imageExists(docker, name)).toBe(false);
  expect(await imageExists(docker, base)).toBe(true);
});

test.each([
  ['app', 'app', 'latest'],
  ['app:v1', 'app', 'v1'],
  ['localhost:5000/team/app', 'localhost:5000/team/app', 'latest'],
  ['localhost:5000/team/app:v1', 'localhost:5000/team/app', 'v1'],
])('the reference %s is repository %s and tag %s', (reference, repository, tag) => {
  expect(splitReference(reference)).toEqual({ repository, tag });
});

async function homeWith(contexts: Record<string, string>, config: object | string): Promise<string> {
  const files: Record<string, string> = {
    '.docker/config.json': typeof config === 'string' ? config : JSON.stringify(config),
  };
  for (const [name, host] of Object.entries(contexts)) {
    const id = createHash('sha256').update(name).digest('hex');
    const meta = { Name: name, Endpoints: { docker: { Host: host } } };
    files[`.docker/contexts/meta/${id}/meta.json`] = JSON.stringify(meta);
  }
  return folderWith(files);
}

test('DOCKER_HOST wins over every context', async () => {
  const home = await homeWith({ colima: 'unix:///colima.sock' }, { currentContext: 'colima' });
  expect(await dockerEndpoint({ DOCKER_HOST: 'tcp://10.0.0.1:2375' }, home)).toBeUndefined();
});

test('the current context of the docker command is used, and DOCKER_CONTEXT wins over it', async () => {
  const home = await homeWith(
    { colima: 'unix:///colima.sock', far: 'tcp://10.0.0.1:2375', ssh: 'ssh://me@far:2222' },
    { currentContext: 'colima' },
  );
  expect(await dockerEndpoint({}, home)).toEqual({ socketPath: '/colima.sock' });
  expect(await dockerEndpoint({ DOCKER_CONTEXT: 'far' }, home)).toMatchObject({
    host: '10.0.0.1',
    port: '2375',
    protocol: 'http',
  });
  expect(await dockerEndpoint({ DOCKER_CONTEXT: 'ssh' }, home)).toMatchObject({
    protocol: 'ssh',
    host: 'far',
    username: 'me',
  });
});

test.each([
  ['broken', '{'],
  ['of another shape', '[1]'],
  ['naming a context that is not there', { currentContext: 'gone' }],
  ['naming the default context', { currentContext: 'default' }],
])('a docker configuration %s leaves the default socket', async (_what, config) => {
  // On this computer the default socket is there.
  expect(await dockerEndpoint({}, await homeWith({}, config))).toBeUndefined();
});
