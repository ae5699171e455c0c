import { stringify } from 'csv-stringify/sync';
import { figureNames, steps } from '../shared/events.ts';
import type { Metrics } from '../shared/metrics.ts';

const facts = [
  'deploymentId',
  'project',
  'environment',
  'operation',
  'status',
  'cause',
  'commit',
  'startedAt',
  'completedAt',
  'milliseconds',
  'buildSteps',
  'buildStepsCached',
  'layers',
  'layersInRegistry',
] as const satisfies (keyof Metrics)[];

/** A line for each deployment, with a column for each step's milliseconds; pure. A spreadsheet takes no cell for a formula. */
export function metricsCsv(metrics: readonly Metrics[]): string {
  const rows = metrics.map((each) => [
    ...[...facts, ...figureNames].map((name) => each[name] ?? ''),
    ...steps.map(({ id }) => each.steps.find((step) => step.id === id)?.milliseconds ?? ''),
  ]);
  const columns = [...facts, ...figureNames, ...steps.map(({ id }) => `${id}Milliseconds`)];
  return stringify(rows, { header: true, columns, escape_formulas: true });
}
