import type { Command } from 'commander';
import { fail } from '../../shared/errors.ts';
import { wholeNumber } from '../options.ts';
import { line } from '../print.ts';
import { withApp } from '../run.ts';

export function addExport(program: Command): void {
  program
    .command('export')
    .description('send deployments that have ended to the OpenTelemetry receiver of OTEL_EXPORTER_OTLP_ENDPOINT')
    .argument('[project]', 'only those of this project')
    .option('--limit <number>', 'how many, the newest first', wholeNumber('--limit', 1, 1_000_000), 20)
    .action((name: string | undefined, { limit }: { limit: number }) =>
      withApp({}, async (app) => {
        if (!app.host.settings().otlpEndpoint)
          throw fail(
            'Usage',
            'No receiver is set.',
            'Set OTEL_EXPORTER_OTLP_ENDPOINT, such as to http://localhost:4318.',
          );
        const projectId = name ? (await app.getProject(name)).id : undefined;
        const sent = await app.exportTraces(await app.listDeployments({ projectId, limit }));
        line(`${sent} deployments sent.`);
      }),
    );
}
