import { fileURLToPath } from 'node:url';
import Docker from 'dockerode';
import { describe, expect, onTestFinished, test } from 'vitest';
import { detectApp } from '../../src/frameworks/index.ts';
import { openSourceTree } from '../../src/frameworks/sourceTree.ts';
import { removeImageTags } from '../../src/services/docker.ts';
import { buildApp } from '../images/build.ts';
import { firstAnswer, runImage } from '../images/container.ts';
import { proveApp } from '../images/proof.ts';

const docker = new Docker();
const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/apps/${name}`, import.meta.url));

/** A telling part; `npm run test:images` does the same with every fixture. */
describe.each(['express', 'static', 'flask', 'python', 'go'])('the app %s', (name) => {
  test('is built, answers, turns healthy, is not root, ends by itself on SIGTERM, and keeps its dependencies in a rebuild', async () => {
    const proof = await proveApp(docker, fixture(name));
    expect(proof).toMatchObject({ answered: true, changed: true, nonRoot: true, healthy: true });
    expect(proof.stopSeconds).toBeDefined();
    expect(proof.dependenciesReused).not.toBe(false);
  });
});

test('a static site keeps files with a dot to itself, and its redirects know no port', async () => {
  const root = fixture('static');
  const plan = await detectApp(await openSourceTree(root), {});
  const tag = 'deployotron-test/static:dots';
  onTestFinished(() => removeImageTags(docker, [tag]));
  await buildApp(docker, root, plan, tag);
  const { container, ask } = await runImage(docker, tag, [plan.port]);
  onTestFinished(() => container.remove({ force: true }).then(() => undefined));
  await firstAnswer({ container, ask }, [plan.port], '/');
  expect((await ask(plan.port, '/.deployotron/Dockerfile'))?.status).toBe(404);
  expect((await ask(plan.port, '/nothing'))?.status).toBe(404);
  expect(await ask(plan.port, '/about')).toMatchObject({ status: 301, location: '/about/' });
});
