import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commitFiles, server, webApp } from './apps.ts';
import { startMinistack } from './ministack.ts';
import { openWorld, skippedSteps, type World } from './world.ts';

// Our client and our sandbox must not merely agree with each other. Its rollouts are instant, so that it says nothing about those.
let ministack: Awaited<ReturnType<typeof startMinistack>> | undefined;
let world: World | undefined;

beforeAll(async () => {
  try {
    ministack = await startMinistack();
  } catch (error) {
    console.log(`Left out: ${(error as Error).message}`);
    return;
  }
  world = await openWorld(ministack.endpoint);
}, 400_000);

afterAll(async () => {
  await ministack?.stop();
  const containers = ourContainers();
  if (containers.length > 0) execFileSync('docker', ['rm', '--force', ...containers]);
  await world?.close();
});

let name = '';

/** The containers that run our project's image. */
function ourContainers(): string[] {
  if (!name) return [];
  const rows = execFileSync('docker', ['ps', '--all', '--format', '{{.ID}} {{.Image}}'], { encoding: 'utf8' }).split(
    '\n',
  );
  return rows.filter((row) => row.includes(`${name}:`)).map((row) => row.split(' ')[0] ?? '');
}

async function answerOfTheNewest(): Promise<string> {
  const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
  const address = execFileSync('docker', ['inspect', '--format', format, ourContainers()[0] ?? ''], {
    encoding: 'utf8',
  }).trim();
  return (await fetch(`http://${address}:3000`)).text();
}

test('the same deployment, the same commit again, and a changed one run on an AWS that others have written', async (context) => {
  if (!world) return context.skip();
  const repository = world.repository(webApp('one'));
  name = repository.name;
  const project = await world.project(name, repository.folder);
  const first = await world.deploy(project);
  expect(first.record.failure).toBeUndefined();
  expect(await answerOfTheNewest()).toBe('one');

  const again = await world.deploy(project);
  expect(again.record.status).toBe('success');
  expect(skippedSteps(again.events)).toEqual(['build', 'push', 'register', 'deploy']);

  commitFiles(repository.folder, { 'server.js': server('two') }, 'Second version');
  const second = await world.deploy(project);
  expect(second.record).toMatchObject({ status: 'success', commitMessage: 'Second version' });
  expect(second.record.facts.taskDefinitionArn).toMatch(/:2$/);
  expect(await answerOfTheNewest()).toBe('two');
});
