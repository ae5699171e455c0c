import { expect, test } from 'vitest';
import { rolloutStages } from '../../src/deploy/rolloutStages.ts';

const start = 1_800_000_000_000;
const at = (seconds: number) => new Date(start + seconds * 1000);
const task = { createdAt: at(0), pullStartedAt: at(4), pullStoppedAt: at(10), startedAt: at(11) };
const said = (seconds: number, message: string) => ({ createdAt: at(seconds), message: `(service shop) ${message}` });

const story = (...given: Parameters<typeof rolloutStages>) =>
  rolloutStages(...given).map((stage) => `${stage.name} ${(stage.endedAt - stage.startedAt) / 1000}`);

test('a rollout is provision, pull, start, health and drain, by the dates of ECS', () => {
  const events = [
    said(1, 'has started 1 tasks: (task a).'),
    said(26, 'has begun draining connections on 1 tasks.'),
    said(27, 'has stopped 1 running tasks: (task b).'),
  ];
  expect(story([task], events, start + 30_000)).toEqual(['provision 4', 'pull 6', 'start 1', 'health 15', 'drain 4']);
});

test('a new service has nothing to drain', () => {
  expect(story([task], [], start + 20_000)).toEqual(['provision 4', 'pull 6', 'start 1', 'health 9']);
});

test('of several tasks the last one counts', () => {
  const later = { createdAt: at(5), pullStartedAt: at(6), pullStoppedAt: at(7), startedAt: at(19) };
  expect(story([later, task], [], start + 20_000)).toEqual(['provision 1', 'pull 1', 'start 12', 'health 1']);
});

test('a task that never started tells how far it came', () => {
  const stuck = { createdAt: at(0), pullStartedAt: at(4), stoppedAt: at(9) };
  expect(story([stuck], [said(2, 'has stopped 1 running tasks')], start + 9_000)).toEqual(['provision 4']);
});

test('without tasks nothing is known', () => expect(rolloutStages([], [], start)).toEqual([]));
