import { describe, expect, test } from 'vitest';
import { whySlow } from '../../src/diagnosis/slow.ts';
import { median, metricsOf } from '../../src/shared/metrics.ts';
import { timelineOf } from '../../src/shared/timeline.ts';
import { metricsCsv } from '../../src/terminal/metricsCsv.ts';
import { timelineLines } from '../../src/terminal/timeline.ts';
import { failed, progressWith, project, record, usualDay } from './days.ts';

const usual = metricsOf(record(), project, usualDay);

describe('a deployment in numbers', () => {
  test('what its events tell is counted: steps of the build, layers, bytes', async () => {
    await expect(`${JSON.stringify(usual, null, 2)}\n`).toMatchFileSnapshot('../golden/metrics.json');
  });

  test('without events the record alone speaks', () => {
    const metrics = metricsOf(failed, undefined, undefined);
    expect(metrics).toMatchObject({ status: 'failed', cause: 'RolloutFailed', milliseconds: 60_000, steps: [] });
  });

  test('a layer that a second attempt names again counts once', () => {
    const layer = { name: 'layer 2c3d', seconds: 1 };
    const progress = progressWith({ push: { seconds: 2, stages: [layer, { ...layer, cached: true }] } });
    expect(metricsOf(record(), project, progress)).toMatchObject({ layers: 1, layersInRegistry: 1 });
  });

  test('a table for spreadsheets has a line each, and no cell is taken for a formula', async () => {
    const evil = { ...usual, project: '=HYPERLINK("http://evil.example")' };
    await expect(metricsCsv([usual, evil, metricsOf(failed, project)])).toMatchFileSnapshot('../golden/metrics.csv');
  });

  test.each([
    [[], undefined],
    [[3], 3],
    [[9, 1, 5], 5],
    [[4, 1, 2, 9], 3],
  ])('the median of %j is %j', (values, expected) => expect(median(values)).toBe(expected));
});

test('the timeline draws where the time went, what is usual, and the one change that would help', async () => {
  const quick = progressWith({
    build: { seconds: 10, stages: [{ name: '[build 4/4] RUN npm ci', seconds: 8 }] },
    monitor: { seconds: 21, stages: [{ name: 'pull', seconds: 6 }] },
  });
  const earlier = metricsOf(record(), project, quick);
  const timeline = { ...timelineOf(usual, [earlier, earlier]), hint: whySlow(usual) };
  await expect(`${timelineLines(timeline, false).join('\n')}\n`).toMatchFileSnapshot('../golden/timeline.txt');
});
