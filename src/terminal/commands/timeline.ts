import type { Command } from 'commander';
import { fail } from '../../shared/errors.ts';
import { line, printJson } from '../print.ts';
import { withApp } from '../run.ts';
import { timelineLines } from '../timeline.ts';

export function addTimeline(program: Command): void {
  program
    .command('timeline')
    .description('where the time of a deployment went, beside earlier ones, and what would shorten it')
    .argument('[deployment]', 'its id or the first characters of it (default: the newest)')
    .option('--json', 'print it as one object')
    .action((id: string | undefined, { json }: { json?: boolean }) =>
      withApp({}, async (app) => {
        const newest = id ?? (await app.listDeployments({ limit: 1 }))[0]?.id;
        if (!newest) throw fail('Usage', 'There is no deployment yet.', 'Deploy with `deployotron deploy`.');
        const timeline = await app.timeline(newest);
        if (json) return printJson(timeline);
        for (const each of timelineLines(timeline, process.stdout.isTTY)) process.stdout.write(`${each}\n`);
        if (timeline.steps.length === 0)
          line('  The events of this deployment were not kept, so only the whole is known.');
      }),
    );
}
