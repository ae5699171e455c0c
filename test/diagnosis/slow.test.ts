import { expect, test } from 'vitest';
import { whySlow } from '../../src/diagnosis/slow.ts';
import type { Figures } from '../../src/shared/events.ts';
import { metricsOf } from '../../src/shared/metrics.ts';
import { progressWith, project, record, usualDay } from '../shared/days.ts';

type Parts = Parameters<typeof progressWith>[0];

const build = (...stages: [name: string, seconds: number][]): Parts => ({
  build: { seconds: 60, stages: stages.map(([name, seconds]) => ({ name, seconds })) },
});
const rollout = (name: string, seconds: number): Parts => ({
  monitor: { seconds: seconds + 5, stages: [{ name, seconds }] },
});

const cases: [code: string, parts: Parts, figures?: Figures][] = [
  ['SourcesBeforeInstall', build(['[2/3] COPY . .', 1], ['[3/3] RUN npm ci', 40])],
  [
    'SourcesBeforeInstall',
    build(['[2/3] COPY --chown=app:app ./ /app/', 1], ['[3/3] RUN pip install -r requirements.txt', 40]),
  ],
  [
    'NoCacheMount',
    {
      build: {
        seconds: 60,
        stages: [
          { name: '[2/4] COPY package.json package-lock.json ./', seconds: 0, cached: true },
          { name: '[3/4] RUN npm ci', seconds: 40 },
          { name: '[4/4] COPY . .', seconds: 1 },
        ],
      },
    },
  ],
  [
    'ColdBuildCache',
    build(
      ['[2/4] COPY package.json package-lock.json ./', 1],
      ['[3/4] RUN --mount=type=cache,target=/root/.npm npm ci', 40],
      ['[4/4] COPY . .', 1],
    ),
  ],
  ['NoCacheMount', build(['[deps 2/2] RUN npm ci', 40], ['[build 2/3] COPY . .', 1])],
  ['NoCacheMount', build(['[2/3] COPY . .', 1], ['[3/3] RUN go build -o /app .', 40])],
  ['LargeContext', build(['sending files', 30]), { contextBytes: 800e6, contextFiles: 9_000 }],
  ['LargeImage', rollout('pull', 50), { imageBytes: 1.4e9 }],
  ['HealthInterval', rollout('health', 31), { healthIntervalSeconds: 30 }],
  ['TargetHealth', rollout('health', 150), { targetGroups: 1 }],
  ['TargetHealth', rollout('health', 70), { targetGroups: 1, targetIntervalSeconds: 10, targetHealthyThreshold: 5 }],
  ['Deregistration', rollout('drain', 300), { targetGroups: 1 }],
  ['Deregistration', rollout('drain', 61), { targetGroups: 1, deregistrationSeconds: 60 }],
  ['SlowStop', rollout('drain', 31), { targetGroups: 1, deregistrationSeconds: 5 }],
  ['SlowStop', rollout('drain', 31)],
  ['SlowStart', rollout('start', 40)],
  ['InBatches', rollout('health', 80), { desiredTasks: 4, maximumPercent: 125 }],
];

test.each(cases)('%s', async (code, parts, figures) => {
  const metrics = metricsOf(record(), project, progressWith(parts, figures));
  const hint = whySlow(metrics);
  expect(hint?.code).toBe(code);
  const longest = Math.max(...metrics.steps.map(({ milliseconds }) => milliseconds));
  expect(hint?.saves).toBeLessThanOrEqual(longest);
});

test('what each hint says reads as a sentence', async () => {
  const texts = cases.map(([, parts, figures]) => whySlow(metricsOf(record(), project, progressWith(parts, figures))));
  const lines = texts.map(
    (hint) => `${hint?.code}  ${hint?.part}  saves ${hint?.saves} ms\n  ${hint?.change}\n  ${hint?.estimate}\n`,
  );
  await expect(lines.join('\n')).toMatchFileSnapshot('../golden/why-slow.txt');
});

test.each([
  ['everything is quick', progressWith(build(['[2/3] COPY . .', 0.1], ['[3/3] RUN npm ci', 1]))],
  [
    'the installation came from the cache',
    progressWith({
      build: {
        seconds: 60,
        stages: [
          { name: '[2/3] COPY . .', seconds: 0 },
          { name: '[3/3] RUN npm ci', seconds: 0, cached: true },
        ],
      },
    }),
  ],
  [
    'downloads are kept in a cache already',
    progressWith(build(['[2/2] RUN --mount=type=cache,target=/root/.npm npm ci', 40])),
  ],
  [
    'the balancer asks as often as it can, and the app takes its time',
    progressWith(rollout('health', 70), { targetGroups: 1, targetIntervalSeconds: 5, targetHealthyThreshold: 2 }),
  ],
  ['all tasks are replaced at once', progressWith(rollout('provision', 80), { desiredTasks: 4, maximumPercent: 200 })],
])('nothing is advised where %s', (_, progress) => {
  expect(whySlow(metricsOf(record(), project, progress))).toBeUndefined();
});

test('of several reasons the one that saves most is told', () => {
  expect(whySlow(metricsOf(record(), project, usualDay))?.part).toBe('RUN npm ci');
});
