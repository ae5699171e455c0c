import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import Docker from 'dockerode';
import { describe, expect, onTestFinished, test } from 'vitest';
import { detectApp } from '../../src/frameworks/index.ts';
import { openSourceTree } from '../../src/frameworks/sourceTree.ts';
import { createBuildContext, generatedDockerfilePath } from '../../src/services/buildContext.ts';
import { buildImage, removeImageTags } from '../../src/services/docker.ts';

const docker = new Docker();

interface Running {
  container: Docker.Container;
  ask(path: string): Promise<{ status: number; text: string; location: string | null }>;
}

/** Recognises, builds and runs a fixture as a deployment would; waits until it answers. */
async function start(name: string): Promise<Running> {
  const root = fileURLToPath(new URL(`../fixtures/apps/${name}/`, import.meta.url));
  const plan = await detectApp(await openSourceTree(root), {});
  const tag = `deployotron-test/${randomBytes(6).toString('hex')}:${name}`;
  onTestFinished(() => removeImageTags(docker, [tag]));
  const context = await createBuildContext(root, {
    dockerfilePath: generatedDockerfilePath,
    dockerignore: plan.dockerignore,
    extraFiles: [{ path: generatedDockerfilePath, text: plan.dockerfile }],
  });
  const request = { context, dockerfilePath: generatedDockerfilePath, tag: [tag], labels: {} };
  const hooks = { signal: new AbortController().signal, log: () => {}, progress: () => {} };
  await buildImage(docker, { ...request, platform: 'linux/amd64' }, hooks);

  const port = `${plan.port}/tcp`;
  const HostConfig = { PortBindings: { [port]: [{ HostIp: '127.0.0.1', HostPort: '' }] } };
  const container = await docker.createContainer({ Image: tag, ExposedPorts: { [port]: {} }, HostConfig });
  onTestFinished(() => container.remove({ force: true }).then(() => undefined));
  await container.start();
  const { NetworkSettings } = await container.inspect();
  const base = `http://127.0.0.1:${NetworkSettings.Ports[port]?.[0]?.HostPort}`;
  const ask = async (path: string) => {
    const answer = await fetch(base + path, { redirect: 'manual' });
    return { status: answer.status, text: await answer.text(), location: answer.headers.get('location') };
  };
  await answering(container, ask);
  return { container, ask };
}

/** Asks until there is an answer; a container that has ended will never give one. */
async function answering(container: Docker.Container, ask: Running['ask']): Promise<void> {
  for (;;) {
    if (await ask('/').catch(() => undefined)) return;
    if ((await container.inspect()).State.Running) continue;
    throw new Error(`it ended: ${await container.logs({ stdout: true, stderr: true })}`);
  }
}

describe.each([
  ['node-express', 'hello from express'],
  ['python-flask', 'hello from flask'],
  ['python-script', 'hello from python'],
  ['static', 'hello from a page'],
])('the app %s', (name, words) => {
  test('is built, answers, is not root, and ends by itself on SIGTERM', async () => {
    const { container, ask } = await start(name);
    const answer = await ask('/');
    expect(answer.status).toBe(200);
    expect(answer.text).toContain(words);
    expect(await userOf(container)).not.toBe('0');

    // One that does not hear the signal is killed after these seconds, and that is 137.
    await container.stop({ t: 20 });
    expect((await container.inspect()).State.ExitCode).toBe(0);
  });
});

test('a static site keeps files with a dot to itself, and its redirects know no port', async () => {
  const { ask } = await start('static');
  expect((await ask('/.deployotron/Dockerfile')).status).toBe(404);
  expect((await ask('/nothing')).status).toBe(404);
  expect(await ask('/about')).toMatchObject({ status: 301, location: '/about/' });
});

/** Numeric id of the first process in the container. */
async function userOf(container: Docker.Container): Promise<string> {
  const exec = await container.exec({ Cmd: ['id', '-u'], AttachStdout: true });
  const stream = await exec.start({});
  let text = '';
  stream.on('data', (piece: Buffer) => {
    text += piece.subarray(8).toString();
  });
  await once(stream, 'end');
  return text.trim();
}
