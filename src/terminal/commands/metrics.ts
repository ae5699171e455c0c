import { type Command, Option } from 'commander';
import type { Metrics } from '../../shared/metrics.ts';
import { wholeNumber } from '../options.ts';
import { printJson, printRows } from '../print.ts';
import { withApp } from '../run.ts';
import { inSeconds } from '../timeline.ts';

interface Flags {
  limit: number;
  json?: boolean;
  csv?: boolean;
}

export function addMetrics(program: Command): void {
  program
    .command('metrics')
    .description('deployments in numbers, newest first')
    .argument('[project]', 'only those of this project')
    .option('--limit <number>', 'how many', wholeNumber('--limit', 1, 1_000_000), 20)
    .option('--json', 'print one object a line')
    .addOption(new Option('--csv', 'print a table for spreadsheets').conflicts('json'))
    .action((name: string | undefined, { limit, json, csv }: Flags) =>
      withApp({}, async (app) => {
        const projectId = name ? (await app.getProject(name)).id : undefined;
        const metrics = await app.listMetrics({ projectId, limit });
        if (json) return metrics.forEach(printJson);
        if (csv) {
          const { metricsCsv } = await import('../metricsCsv.ts');
          process.stdout.write(metricsCsv(metrics));
        } else printRows(metrics.map(row), 'No deployment yet.');
      }),
    );
}

function row(each: Metrics): Record<string, string> {
  const took = (id: string) => inStep(each, id);
  return {
    id: each.deploymentId.slice(0, 8),
    project: each.project,
    status: each.status,
    took: inSeconds(each.milliseconds),
    build: took('build'),
    push: took('push'),
    rollout: took('monitor'),
    cached: each.buildSteps ? `${each.buildStepsCached} of ${each.buildSteps}` : '',
    layers: each.layers ? `${each.layersInRegistry} of ${each.layers}` : '',
    image: megabytes(each.imageBytes),
    context: megabytes(each.contextBytes),
    cause: each.cause,
  };
}

function inStep({ steps }: Metrics, id: string): string {
  const step = steps.find((each) => each.id === id);
  return step ? inSeconds(step.milliseconds) : '';
}

function megabytes(bytes: number | undefined): string {
  return bytes === undefined ? '' : `${(bytes / 1e6).toFixed(1)} MB`;
}
