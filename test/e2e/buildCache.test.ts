import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { BatchGetImageCommand, DescribeImagesCommand, ECRClient } from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Project } from '../../src/shared/models.ts';
import { type BuildCachePlace, defaultSettings } from '../../src/shared/settings.ts';
import { forgetBuilds } from '../support/buildCache.ts';
import { clientOptions, startTestSandbox } from '../support/sandbox.ts';
import { commitFiles } from './apps.ts';
import { type Ended, openWorld, removeImages, type World } from './world.ts';

let sandbox: Awaited<ReturnType<typeof startTestSandbox>>;
let world: World;
let project: Project;
let folder: string;
let buildCache: BuildCachePlace = 'registry';
let changes = 0;

beforeAll(async () => {
  sandbox = await startTestSandbox();
  const settings = () => ({ ...defaultSettings, endpoint: sandbox.endpoint, buildCache });
  world = await openWorld(sandbox.endpoint, { settings });
  const repository = world.repository(filesOf('express'));
  folder = repository.folder;
  // A comment in the command tells its layers from all others.
  const installCommand = `npm ci --omit=dev # ${repository.name}`;
  project = await world.project(repository.name, folder, { options: { installCommand } });
});

afterAll(async () => {
  if (project) await forgetEverything();
  await sandbox?.stop();
  await world?.close();
});

test('a changed commit on a computer without a cache takes the dependencies over from the registry', async () => {
  const first = await deployAnew();
  expect(first.record).toMatchObject({ status: 'success' });
  expect(installation(first)).toMatchObject({ cached: false });
  const [kept] = await cacheImages();
  expect(kept?.imageTags).toEqual([expect.stringMatching(/^buildcache-.*-amd64-1$|^buildcache-.*-arm64-1$/)]);

  const second = await deployAnew();
  expect(second.record).toMatchObject({ status: 'success' });
  expect(installation(second)).toMatchObject({ cached: true });
  // The same layers are the same image: nothing piles up in the repository.
  expect((await cacheImages()).map(({ imageDigest }) => imageDigest)).toEqual([kept?.imageDigest]);

  buildCache = 'none';
  const without = await deployAnew();
  expect(installation(without)).toMatchObject({ cached: false });
  console.log(
    `build of a changed commit: ${seconds(without)} s without the cache, ${seconds(second)} s with it; installing: ${installation(without).seconds} s and ${installation(second).seconds} s`,
  );
}, 300_000);

test('the same holds for a Dockerfile of the project itself', async () => {
  buildCache = 'registry';
  const own = `FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY ["package.json", "package-lock.json", "./"]
RUN npm ci && echo ${project.name}
COPY . .
FROM node:22-bookworm-slim
COPY --from=build /app /app
WORKDIR /app
ENV PORT=3000
EXPOSE 3000
CMD ["node", "server.js"]
`;
  commitFiles(folder, { Dockerfile: own }, 'Bring a Dockerfile');
  expect(installation(await deployAnew())).toMatchObject({ cached: false });
  expect(installation(await deployAnew())).toMatchObject({ cached: true });
}, 300_000);

test('a cache that cannot be read costs its time alone', async () => {
  buildCache = 'registry';
  rmSync(await fileOfCache());
  const broken = await deployAnew();
  expect(broken.record).toMatchObject({ status: 'success' });
  expect(broken.record.logs).toMatch(/added \d+ packages/);
}, 300_000);

/** Deploys another commit, as a computer that has never built this project. */
async function deployAnew(): Promise<Ended> {
  await forgetEverything();
  commitFiles(folder, { 'public/changed.txt': String(++changes) }, `Change ${changes}`);
  return world.deploy(project);
}

async function forgetEverything(): Promise<void> {
  removeImages([project.name]);
  await forgetBuilds(sandbox.docker, project.name);
}

function installation({ events }: Ended): { cached: boolean; seconds: number } {
  const stage = events.find((event) => event.type === 'stage' && event.name.includes('npm ci'));
  if (stage?.type !== 'stage') throw new Error('nothing was installed');
  return { cached: stage.cached ?? false, seconds: (stage.endedAt - stage.startedAt) / 1000 };
}

function seconds({ events }: Ended): number {
  const times = events.flatMap((event) => ('step' in event && event.step === 'build' ? event.at : []));
  return (Math.max(...times) - Math.min(...times)) / 1000;
}

const ecr = () => new ECRClient(clientOptions(sandbox.endpoint));

async function cacheImages() {
  const { imageDetails = [] } = await ecr().send(new DescribeImagesCommand({ repositoryName: project.ecrRepository }));
  // One that had the tag before has none now.
  return imageDetails.filter(({ imageTags = [] }) => imageTags.some((tag) => tag.startsWith('buildcache-')));
}

/** Where the sandbox keeps what says of which instructions the layers came. A layer alone would cost Docker's many tries. */
async function fileOfCache(): Promise<string> {
  const [kept] = await cacheImages();
  const imageIds = [{ imageDigest: kept?.imageDigest }];
  const { images } = await ecr().send(new BatchGetImageCommand({ repositoryName: project.ecrRepository, imageIds }));
  const digest: string = JSON.parse(images?.[0]?.imageManifest ?? '{}').config.digest;
  const files = readdirSync(sandbox.stateDir, { recursive: true, encoding: 'utf8' });
  const file = files.find((each) => each.endsWith(digest.replace('sha256:', '')));
  return path.join(sandbox.stateDir, file ?? 'none');
}

function filesOf(app: string): Record<string, string> {
  const root = fileURLToPath(new URL(`../fixtures/apps/${app}/`, import.meta.url));
  const names = readdirSync(root, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  return Object.fromEntries(
    names.map(({ name, parentPath }) => {
      const file = path.join(parentPath, name);
      return [path.relative(root, file), readFileSync(file, 'utf8')];
    }),
  );
}
