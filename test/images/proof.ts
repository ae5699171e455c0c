import { randomUUID } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type Docker from 'dockerode';
import type { AppPlan } from '../../src/frameworks/framework.ts';
import { detectApp } from '../../src/frameworks/index.ts';
import { openSourceTree } from '../../src/frameworks/sourceTree.ts';
import { removeImageTags } from '../../src/services/docker.ts';
import { type Build, buildApp, isCached } from './build.ts';
import { type Answer, firstAnswer, type Running, runImage, stopSeconds, turnsHealthy, usersOf } from './container.ts';

/** What a fixture was seen to do. */
export interface Proof {
  plan: AppPlan;
  build: Build;
  /** The expected words were in the answer, or in a script that the page loads. */
  answered: boolean;
  nonRoot: boolean;
  /** The image's own health check turns healthy; undefined where it has none. */
  healthy: boolean | undefined;
  /** Undefined for one that had to be killed. */
  stopSeconds: number | undefined;
  /** The app listens where PORT says, not only on its default. */
  followsPort: boolean;
  rebuild: Build;
  /** Whether the change shows in the answer of the rebuilt image. */
  changed: boolean;
  /** Undefined where nothing is installed. */
  dependenciesReused: boolean | undefined;
}

/** What is asked and expected of a fixture; `<name>.http.json` beside it may say otherwise. */
interface Expected {
  path: string;
  text: string;
}

const otherPort = 18_080;

/**
 * Recognises, builds and runs a copy of a fixture, changes one line and does it again. Every fixture answers
 * `hello from <name>` at `/` unless it says otherwise; the line that says so is the one that is changed, to what no
 * earlier run has built, which the cache would know.
 */
export async function proveApp(docker: Docker, fixture: string): Promise<Proof> {
  const name = path.basename(fixture);
  const root = await mkdtemp(path.join(tmpdir(), 'deployotron-app-'));
  const tag = (number: number) => `deployotron-test/${path.basename(root).toLowerCase()}:${number}`;
  try {
    await cp(fixture, root, { recursive: true });
    const expected = await expectedOf(fixture, name);
    const plan = await detectApp(await openSourceTree(root), {});
    const build = await buildApp(docker, root, plan, tag(1), { noCache: true });
    const first = await withContainer(await runImage(docker, tag(1), [plan.port]), async (running) => {
      await firstAnswer(running, [plan.port], expected.path);
      const answered = await says(running, plan.port, expected);
      const nonRoot = !(await usersOf(running.container)).includes('0');
      const healthy = await turnsHealthy(running.container);
      return { answered, nonRoot, healthy, stopSeconds: await stopSeconds(running.container) };
    });
    const changedText = expected.text.replace('hello', `hello ${randomUUID()}`);
    await changeLine(root, expected.text, changedText);
    const rebuild = await buildApp(docker, root, await detectApp(await openSourceTree(root), {}), tag(2));
    const ports = [otherPort, plan.port];
    const second = await withContainer(await runImage(docker, tag(2), ports, otherPort), async (running) => {
      const port = await firstAnswer(running, ports, expected.path);
      const changed = await says(running, port, { ...expected, text: changedText });
      return { changed, followsPort: port === otherPort };
    });
    const dependenciesReused = plan.installCommand ? isCached(rebuild.lines, plan.installCommand) : undefined;
    return { plan, build, ...first, rebuild, ...second, dependenciesReused };
  } finally {
    await removeImageTags(docker, [tag(1), tag(2)]).catch(() => undefined);
    await rm(root, { recursive: true, force: true });
  }
}

async function withContainer<T>(running: Running, work: (running: Running) => Promise<T>): Promise<T> {
  try {
    return await work(running);
  } finally {
    await running.container.remove({ force: true });
  }
}

async function expectedOf(fixture: string, name: string): Promise<Expected> {
  const said = await readFile(`${fixture}.http.json`, 'utf8').catch(() => '{}');
  return { path: '/', text: `hello from ${name}`, ...JSON.parse(said) };
}

/** In the page itself, or in a script that the page loads, since a single-page app writes its text in the browser. */
async function says({ ask }: Running, port: number, { path, text }: Expected): Promise<boolean> {
  const page = await ask(port, path);
  if (isGood(page) && page.text.includes(text)) return true;
  const scripts = [...(page?.text ?? '').matchAll(/(?:src|href)="([^"]+\.m?js)"/g)].map(([, url = '']) => url);
  for (const url of scripts) {
    const script = await ask(port, new URL(url, `http://localhost${path}`).pathname);
    if (script?.text.includes(text)) return true;
  }
  return false;
}

function isGood(answer: Answer | undefined): answer is Answer {
  return answer !== undefined && answer.status >= 200 && answer.status < 300;
}

async function changeLine(root: string, text: string, changed: string): Promise<void> {
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    const content = entry.isFile() ? await readFile(file, 'utf8') : '';
    if (!content.includes(text)) continue;
    await writeFile(file, content.replace(text, changed));
    return;
  }
  throw new Error(`no file of this fixture says “${text}”`);
}
