import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import Docker from 'dockerode';
import { describe, expect, onTestFinished, test } from 'vitest';
import { plainForm } from '../../src/frameworks/dockerfileText.ts';
import { createBuildContext } from '../../src/services/buildContext.ts';
import { type BuildRequest, buildImage, findImage, removeImageTags } from '../../src/services/docker.ts';
import { generatedDockerfilePath } from '../../src/services/sentFiles.ts';
import { failureOf, folderWith, recordHooks, unique } from './dockerHooks.ts';
import { startDockerProxy } from './dockerProxy.ts';

const docker = new Docker();
const base = 'debian:bookworm-slim';

async function requestFor(dockerfile: string, files: Record<string, string> = {}): Promise<BuildRequest> {
  const root = await folderWith({ Dockerfile: dockerfile, ...files });
  const tag = `deployotron-test/${unique()}:one`;
  onTestFinished(() => removeImageTags(docker, [tag]));
  return {
    context: await createBuildContext(root),
    dockerfilePath: 'Dockerfile',
    tag: [tag],
    platform: 'linux/amd64',
    labels: { 'deployotron.test': 'yes' },
  };
}

/** BuildKit as it is, and the classic builder as it answers where BuildKit is missing. */
async function engineWith(builder: string): Promise<Docker> {
  if (builder === 'BuildKit') return docker;
  const proxy = await startDockerProxy({ missing: (path) => path.startsWith('/session') });
  onTestFinished(() => proxy.close());
  return proxy.docker;
}

describe.each(['BuildKit', 'the classic builder'])('with %s', (builder) => {
  test('builds, names, labels and measures an image, and shows what RUN writes', async () => {
    const engine = await engineWith(builder);
    const mark = unique();
    const request = await requestFor(
      `FROM ${base}\nRUN echo said-${mark}; echo wrong-${mark} >&2\nCOPY a.txt /a.txt\n`,
      {
        'a.txt': 'hello',
      },
    );
    const second = `deployotron-test/${unique()}:two`;
    request.tag.push(second);
    onTestFinished(() => removeImageTags(docker, [second]));
    const hooks = recordHooks();

    const built = await buildImage(engine, request, hooks);

    expect(built.imageId).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(built.sizeBytes).toBeGreaterThan(1_000_000);
    expect(built.cached).toBe(false);
    for (const name of request.tag) {
      const found = await findImage(docker, name);
      expect(found?.imageId).toBe(built.imageId);
      expect(found?.labels).toMatchObject({ 'deployotron.test': 'yes' });
    }
    expect(hooks.lines.some((line) => line.endsWith(`said-${mark}`))).toBe(true);
    expect(hooks.lines.some((line) => line.endsWith(`wrong-${mark}`))).toBe(true);
    // The classic builder counts the label as an instruction of its own.
    const count = builder === 'BuildKit' ? 3 : 4;
    expect(hooks.details).toContain(`step 2 of ${count}: RUN echo said-${mark}; echo wrong-${mark} >&2`);
    expect(hooks.fractions.every((fraction) => fraction >= 0 && fraction <= 1)).toBe(true);
    expect(hooks.fractions).toEqual([...hooks.fractions].sort((a, b) => a - b));
  });

  test('says that nothing had to be built when everything was in the cache', async () => {
    const engine = await engineWith(builder);
    const request = await requestFor(`FROM ${base}\nRUN echo ${unique()}\nCOPY a.txt /\n`, { 'a.txt': unique() });
    const first = await buildImage(engine, request, recordHooks());
    const again = await buildImage(engine, request, recordHooks());
    expect([first.cached, again.cached]).toEqual([false, true]);
    expect(again.imageId).toBe(first.imageId);
  });

  test('a command that fails is named, with the last lines that it wrote', async () => {
    const engine = await engineWith(builder);
    const command = 'RUN for i in $(seq 1 40); do echo line-$i-x; done; echo the cause >&2; exit 7';
    const request = await requestFor(`FROM ${base}\nRUN true\n${command}\n`);
    const failure = await failureOf(buildImage(engine, request, recordHooks()));
    expect(failure.code).toBe('BuildFailed');
    expect(failure.message).toContain('RUN for i in');
    expect(failure.detail).toContain('the cause');
    expect(failure.detail).toContain('line-40-x');
    expect(failure.detail).not.toContain('line-20-x');
    expect(failure.detail).toMatch(/7/);
    expect(await findImage(docker, request.tag[0] ?? '')).toBeUndefined();
  });

  test('a file that COPY does not find fails the build', async () => {
    const request = await requestFor(`FROM ${base}\nCOPY nope.txt /\n`);
    const failure = await failureOf(buildImage(await engineWith(builder), request, recordHooks()));
    expect(failure.code).toBe('BuildFailed');
    expect(failure.detail).toContain('nope.txt');
  });

  test.each([
    ['an unknown instruction', `FROM ${base}\nRUNN x\n`, 'RUNN'],
    ['a Dockerfile without an instruction', '# nothing\n', ''],
    ['a flag that does not exist', `FROM ${base}\nRUN --nope=1 x\n`, 'nope'],
    ['a base image without a name', `ARG NOTHING\nFROM $NOTHING\n`, ''],
  ])('%s is a mistake in the Dockerfile', async (_what, dockerfile, named) => {
    const request = await requestFor(dockerfile);
    const failure = await failureOf(buildImage(await engineWith(builder), request, recordHooks()));
    expect(failure.code).toBe('DockerfileInvalid');
    expect(failure.detail).toContain(named);
  });

  test('a Dockerfile that is not there is a mistake in the Dockerfile', async () => {
    const request = { ...(await requestFor(`FROM ${base}\n`)), dockerfilePath: 'docker/Nope' };
    const failure = await failureOf(buildImage(await engineWith(builder), request, recordHooks()));
    expect(failure.code).toBe('DockerfileInvalid');
    expect(failure.detail).toContain('Nope');
  });

  test('a base image that cannot be fetched is named', async () => {
    // Port 1 of this computer refuses, so no network is needed to fail.
    const request = await requestFor('FROM localhost:1/none/here:2\nRUN true\n');
    const failure = await failureOf(buildImage(await engineWith(builder), request, recordHooks()));
    expect(failure.code).toBe('BaseImageUnavailable');
    expect(failure.message).toContain('localhost:1/none/here:2');
  });

  test('cancelling stops the command that runs', async () => {
    const control = new AbortController();
    const hooks = recordHooks(control.signal);
    const mark = unique();
    const request = await requestFor(`FROM ${base}\nRUN echo begun-${mark}; sleep 600\n`);
    const building = buildImage(await engineWith(builder), request, {
      ...hooks,
      log: (line) => void (line.endsWith(`begun-${mark}`) && control.abort()),
    });
    expect((await failureOf(building)).code).toBe('Cancelled');
  });

  test('a build without a word is given up, after a line that says so', async () => {
    const hooks = recordHooks();
    const request = { ...(await requestFor(`FROM ${base}\nRUN sleep 600\n`)), limits: { silent: 0.05 } };
    const failure = await failureOf(buildImage(await engineWith(builder), request, hooks));
    expect(failure.code).toBe('BuildSilent');
    expect(hooks.lines.join('\n')).toContain('Nothing new from the build');
  });

  test('a build that takes too long is given up even while it talks', async () => {
    const request = {
      ...(await requestFor(`FROM ${base}\nRUN while true; do echo still; sleep 0.2; done\n`)),
      limits: { total: 0.04 },
    };
    const failure = await failureOf(buildImage(await engineWith(builder), request, recordHooks()));
    expect(failure.code).toBe('BuildTimedOut');
  });
});

test('an engine that breaks off under way is lost', async () => {
  const mark = unique();
  const proxy = await startDockerProxy();
  onTestFinished(() => proxy.close());
  const request = await requestFor(`FROM ${base}\nRUN echo begun-${mark}; sleep 600\n`);
  const hooks = recordHooks();
  const building = buildImage(proxy.docker, request, {
    ...hooks,
    log: (line) => void (line.endsWith(`begun-${mark}`) && proxy.kill()),
  });
  expect((await failureOf(building)).code).toBe('DockerLost');
});

test('an engine that takes the build and never answers is given up', async () => {
  const proxy = await startDockerProxy({ silent: () => true });
  onTestFinished(() => proxy.close());
  const request = { ...(await requestFor(`FROM ${base}\n`)), limits: { silent: 0.01 } };
  expect((await failureOf(buildImage(proxy.docker, request, recordHooks()))).code).toBe('BuildSilent');
});

test.each<[string, Record<string, string>]>([
  ['an own .dockerignore', { '.dockerignore': 'ignored.txt\n.dockerignore\n', 'ignored.txt': '' }],
  ['none', {}],
])('nothing but the source is in the image, with %s, on either builder', async (_what, files) => {
  const kept = { 'kept.txt': '', 'sub/kept.txt': '' };
  const left = {
    '.env': 'SECRET=1',
    '.env.local': 'SECRET=1',
    'server.key': 'x',
    '.git/config': '',
    '.deployotron/x': '',
  };
  const root = await folderWith({ ...files, ...kept, ...left });
  const generated = `FROM ${base}\nCOPY . /app\nRUN cd /app && find . -type f | sort | tr '\\n' ' ' > /list && echo ${unique()} && [ "$(cat /list)" = './kept.txt ./sub/kept.txt ' ]\n`;
  const context = await createBuildContext(root, { dockerfilePath: generatedDockerfilePath, generated });
  const request = { ...(await requestFor('FROM x\n')), context, dockerfilePath: generatedDockerfilePath };
  for (const engine of [docker, await engineWith('the classic builder')]) {
    const hooks = recordHooks();
    expect((await buildImage(engine, request, hooks)).imageId).toMatch(/^sha256:/);
    expect(hooks.lines.join('\n')).toContain('COPY . /app');
  }
  expect(context.warnings).toEqual([
    'Left out of the image, because they look like secrets: .env, .env.local, server.key.',
  ]);
});

test('a generated COPY of what is not there is told in the words of the Dockerfile that people know', async () => {
  const root = await folderWith({ 'a.txt': '' });
  const generated = `FROM ${base}\nCOPY missing.txt /app\n`;
  const context = await createBuildContext(root, { dockerfilePath: generatedDockerfilePath, generated });
  const request = { ...(await requestFor('FROM x\n')), context, dockerfilePath: generatedDockerfilePath };
  const failure = await failureOf(buildImage(docker, request, recordHooks()));
  expect(failure.code).toBe('BuildFailed');
  expect(JSON.stringify(failure)).toContain('missing.txt');
  expect(JSON.stringify(failure)).not.toContain('deployotron-source');
});

test('a secret reaches the instruction that mounts it, and neither log, failure, history nor image', async () => {
  const secrets = { TOKEN: `value-${unique()}` };
  const mount = 'RUN --mount=type=secret,id=TOKEN';
  const hooks = recordHooks();
  // BuildKit gives up a session that does not answer it after a second.
  const dockerfile = `FROM ${base}\nRUN sleep 3\n${mount} cat /run/secrets/TOKEN | cut -c1-6 > /begins; cat /run/secrets/TOKEN\nRUN [ "$(cat /begins)" = value- ] && [ ! -s /run/secrets/TOKEN ]\n`;
  const { imageId } = await buildImage(docker, { ...(await requestFor(dockerfile)), secrets, noCache: true }, hooks);
  expect(JSON.stringify(await docker.getImage(imageId).history())).not.toContain(secrets.TOKEN);
  expect(hooks.lines.join('\n')).toContain('***');
  expect(hooks.lines.join('\n')).not.toContain(secrets.TOKEN);

  const failing = await requestFor(`FROM ${base}\n${mount} cat /run/secrets/TOKEN; echo ${unique()}; exit 3\n`);
  const failure = await failureOf(buildImage(docker, { ...failing, secrets }, recordHooks()));
  expect(failure).toMatchObject({ code: 'BuildFailed', detail: expect.stringContaining('***') });
  expect(JSON.stringify(failure)).not.toContain(secrets.TOKEN);
});

test('a file that vanishes while it is sent fails the build with its name', async () => {
  const request = await requestFor(`FROM ${base}\nCOPY . /app\n`);
  const root = await folderWith({ Dockerfile: `FROM ${base}\n`, 'gone.txt': 'x' });
  const context = await createBuildContext(root);
  await rm(join(root, 'gone.txt'));
  const failure = await failureOf(buildImage(docker, { ...request, context }, recordHooks()));
  expect(failure.code).toBe('SourceUnreadable');
  expect(failure.message).toContain('gone.txt');
});

test('an engine without BuildKit gets the Dockerfile that is written for it', async () => {
  const engine = await engineWith('the classic builder');
  const mounted = `FROM ${base}\nRUN --mount=type=cache,target=/cache echo ${unique()}\n`;
  const request = await requestFor(mounted, {});
  await expect(buildImage(engine, request, recordHooks())).rejects.toThrow();
  const classicContext = async () => (await requestFor(plainForm(mounted), {})).context;
  expect((await buildImage(engine, { ...request, classicContext }, recordHooks())).imageId).toMatch(/^sha256:/);
});
