import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { deployEvent } from '../../src/shared/eventShape.ts';
import { type DeployEvent, figureNames } from '../../src/shared/events.ts';
import { metricsOf } from '../../src/shared/metrics.ts';
import { project, record, usualDay } from './days.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

const table = readme.slice(readme.indexOf('| `type` | fields |'));

/** A value for every field that the README names. */
const values: Record<string, unknown> = {
  projectName: 'shop',
  operation: 'deploy',
  steps: ['record'],
  step: 'build',
  fraction: 0.5,
  detail: '1 of 2 MB',
  summary: 'done',
  skipped: true,
  failure: { code: 'BuildFailed', message: 'It failed.', remedy: { text: 'Read the log.' } },
  name: 'RUN npm ci',
  startedAt: 1,
  endedAt: 2,
  cached: true,
  bytes: 3,
  figures: { contextBytes: 1 },
  lines: ['a line'],
  message: 'Mind this.',
  status: 'success',
  url: 'http://127.0.0.1:3000',
};

const types: Record<DeployEvent['type'], true> = {
  'deployment-started': true,
  'step-started': true,
  'step-progress': true,
  'step-succeeded': true,
  'step-failed': true,
  stage: true,
  measured: true,
  log: true,
  warning: true,
  'failure-known': true,
  'deployment-finished': true,
};

test.each(Object.keys(types))('the README says which fields the event %s has', (type) => {
  const [, cell = ''] = new RegExp(`^\\| \`${type}\` \\| (.*) \\|$`, 'm').exec(table) ?? [];
  // What stands in brackets is said of the field before them.
  const fields = [...cell.replace(/\([^)]*\)/g, '').matchAll(/(?:^|, )`(\w+)`(\??)/g)];
  const event = {
    type,
    deploymentId: record().id,
    at: 1,
    ...Object.fromEntries(fields.map(([, name = '']) => [name, values[name]])),
  };
  expect(deployEvent(event)).toBe(true);
  for (const [, name = '', mayBeAbsent] of fields) {
    const { [name]: _, ...without } = event as Record<string, unknown>;
    expect([name, deployEvent(without)]).toEqual([name, mayBeAbsent === '?']);
  }
});

test('the README names every field of the metrics', () => {
  const [line = ''] = readme.split('\n').filter((each) => each.startsWith('- `metrics --json`'));
  const named = [...line.matchAll(/`(\w+)`/g)].map(([, name]) => name);
  const fields = Object.keys(metricsOf(record(), project, usualDay));
  expect([...figureNames, ...fields].filter((name) => !named.includes(name))).toEqual([]);
});
